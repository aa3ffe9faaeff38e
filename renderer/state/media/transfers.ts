/** How far the bytes of a message are. Pure. */
import type { MessageView } from '../../../shared/domain.ts';

/** Its bytes are still on their way to the server. */
export function isUploading(message: MessageView): boolean {
  const { content, send } = message;
  if (
    content.kind !== 'image' &&
    content.kind !== 'file' &&
    content.kind !== 'voice' &&
    content.kind !== 'video'
  )
    return false;
  return content.url === '' && (send.state === 'queued' || send.state === 'sending');
}

/** Share of a transfer, 0 to 1; null while its size is unknown or nothing has moved. */
export function shareOf(
  transfer: { doneBytes: number; totalBytes: number | null } | undefined,
): number | null {
  if (!transfer || transfer.totalBytes === null || transfer.totalBytes <= 0 || transfer.doneBytes <= 0)
    return null;
  return Math.min(1, transfer.doneBytes / transfer.totalBytes);
}
