/** Which rows of the message log are messages: commands and recall notices live there as well when a client sent them. */
import { PayloadType } from '../../../shared/content/message-content.ts';

export function payloadType(payload: unknown): number | null {
  if (typeof payload !== 'object' || payload === null) return null;
  const { type } = payload as { type?: unknown };
  return typeof type === 'number' ? type : null;
}

/** Type 99 and 1006 are hints about other messages, never messages (wukongim.md F.1). */
export function isHintPayload(payload: unknown): boolean {
  const type = payloadType(payload);
  return type === PayloadType.cmd || type === PayloadType.revokeNotice;
}
