/**
 * Which rows of the message log are messages: commands and recall notices live there as well when a client sent them.
 */
import { PayloadType } from '../../../shared/content/message-content.ts';
import { isSystemUid } from '../../../shared/content/system-lines.ts';
import { isObject } from '../../../shared/json.ts';
import type { ServerMessage } from '../store/server-records.ts';

/** System line: people were added to a group (wukongim.md F). */
const MEMBERS_ADDED = 1002;
const TIP = 2000;

export function payloadType(payload: unknown): number | null {
  if (typeof payload !== 'object' || payload === null) return null;
  const { type } = payload as { type?: unknown };
  return typeof type === 'number' ? type : null;
}

/**
 * Rows for the store. A command or recall notice that a client put into the log is kept as an empty, hidden row: it has
 * a message_seq, and without the row it would count as unread and as a hole.
 */
export function forStore(messages: readonly ServerMessage[]): ServerMessage[] {
  return messages
    .filter((message) => message.messageSeq > 0)
    .map((message) =>
      isHintPayload(message.payload)
        ? { ...message, payload: { type: payloadType(message.payload) }, extra: null }
        : message,
    );
}

/** Type 99 and 1006 are hints about other messages, never messages (wukongim.md F.1). */
export function isHintPayload(payload: unknown): boolean {
  const type = payloadType(payload);
  return type === PayloadType.cmd || type === PayloadType.revokeNotice;
}

/** What TSDD, and the embedded server, post when a group is disbanded. */
const DISBANDED = /^(?:\{0\}|群主)已解散该群聊?$/;

/** Of a line of the server's own sender, which the caller has looked at. */
export function saysDisbanded(payload: unknown): boolean {
  return (
    payloadType(payload) === TIP &&
    isObject(payload) &&
    typeof payload['content'] === 'string' &&
    DISBANDED.test(payload['content'])
  );
}

/** The server's line in a group that somebody was added, `uid` among those it names. */
export function addsPerson(
  { fromUid, payload }: { fromUid: string; payload: unknown },
  uid: string,
): boolean {
  if (!isSystemUid(fromUid) || payloadType(payload) !== MEMBERS_ADDED || !isObject(payload)) return false;
  const { extra } = payload;
  return Array.isArray(extra) && extra.some((entry) => isObject(entry) && entry['uid'] === uid);
}
