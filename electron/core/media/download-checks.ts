/** What a download is judged by: the sum that its server says, its first bytes, why it failed. */
import type { MediaKind } from '../../../shared/media-rules.ts';
import { filmTypeOf } from '../../../shared/pictures/film-type.ts';
import { imageTypeOf } from '../../../shared/pictures/picture-type.ts';
import { TransferError } from '../api/file-transfer.ts';
import type { DownloadPart } from './download-part.ts';
import { hashOn } from './left-parts.ts';

/** What came is not what the server says it sent. */
export class WrongSum extends TransferError {
  constructor() {
    super('network', 'what came is not what the server says it sent');
  }
}

/** All of it is here: it has to be what the server says, where that says so. @throws WrongSum; nothing counts then */
export function checkSum(part: DownloadPart): void {
  if (part.digest === null || part.sha256() === part.digest) return;
  part.clear();
  throw new WrongSum();
}

/**
 * Where a gap has closed: what lay behind it, which came before, belongs to the sum and to what is kept for the next
 * run. It is read from the disk (`path`), not while somebody waits for other bytes. Answers whether there is more to be
 * written down. @throws TransferError when it is not there any more
 */
export async function sumUp(path: string, part: DownloadPart, signal: AbortSignal): Promise<boolean> {
  const [from, to] = part.unhashed;
  const isOfUse = part.next === null ? part.digest !== null : part.validator !== null && !part.isAwaited;
  if (to <= from || !isOfUse) return false;
  try {
    await hashOn(path, { from, to }, signal, (bytes) => part.sum(bytes));
  } catch {
    signal.throwIfAborted();
    // Somebody else was at the file.
    part.clear();
    throw new TransferError('network', 'what came is not on the disk any more');
  }
  return part.next !== null;
}

/** '' = it cannot be shown. */
export function shownType(kind: MediaKind, head: Uint8Array): string {
  if (kind === 'image' || kind === 'cover') return imageTypeOf(head)?.mime ?? '';
  return kind === 'video' ? (filmTypeOf(head)?.mime ?? '') : '';
}

export const isTooLarge = (error: unknown): boolean =>
  error instanceof TransferError && error.reason === 'tooLarge';
