/**
 * Beginnings of files whose download ended before the file did, kept for the next run of the app (docs/media.md). Each
 * is a row of its message as a whole file is, and goes with the message in the same transaction.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, truncateSync } from 'node:fs';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { LeftPart } from '../store/tables/media-left-table.ts';
import type { MediaPart } from '../store/tables/media-table.ts';
import type { MediaFolders } from './media-folders.ts';
import type { MediaStore } from './media-store.ts';

/** What is shorter is loaded anew in a moment. */
export const LEAST_LEFT_BYTES = 1024 * 1024;
/** Written down again each time so much more came: a killed app loses no more than that. */
export const SAVED_EVERY_BYTES = 8 * 1024 * 1024;
/** A server's mark of a file is shorter. */
const LONGEST_VALIDATOR = 256;
const MOST_PARTS = 20;
const MOST_BYTES = 4 * 1024 * 1024 * 1024;
const LONGEST_MS = 7 * 86_400_000;

/** What a download knows of what came of it. */
export interface Begun {
  file: string;
  /** Of the server; null = it gives none, and nobody could say later whether it is the same file. */
  validator: string | null;
  /** Of the whole file. */
  size: number | null;
  /** Bytes from its first one on, and what they are. */
  hashed: number;
  sha256: () => string;
}

interface Place {
  channel: ChannelRef;
  key: string;
  part: MediaPart;
}

export class LeftParts {
  readonly #folders: MediaFolders;
  readonly #store: Pick<MediaStore, 'media' | 'readOnly'>;
  /** null = no connection has measured it yet: a clock that is years ahead takes nothing. */
  readonly #serverNow: () => number | null;

  /** Forgets what the last run wrote down and is not there any more. (What it did not write down is nobody's.) */
  constructor(
    folders: MediaFolders,
    store: Pick<MediaStore, 'media' | 'readOnly'>,
    serverNow: () => number | null = Date.now,
  ) {
    this.#folders = folders;
    this.#store = store;
    this.#serverNow = serverNow;
    if (store.readOnly) return;
    const lost = store.media.leftParts().filter(({ file, bytes }) => this.#lengthOf(file) < bytes);
    if (lost.length > 0) store.media.drop(lost.map(({ file }) => file));
    this.bound(() => false);
  }

  of({ channel, key, part }: Place): LeftPart | null {
    return this.#store.media.leftPart(channel, key, part);
  }

  /** Writes down how much of it is here; false where that is of no use, or its message has no content any more. */
  save({ channel, key, part }: Place, begun: Begun): boolean {
    const { file, validator, size, hashed } = begun;
    if (this.#store.readOnly || validator === null || size === null || hashed < LEAST_LEFT_BYTES)
      return false;
    if (validator.length > LONGEST_VALIDATOR || hashed > size) return false;
    const left = { file, validator, size, bytes: hashed, sha256: begun.sha256() };
    return this.#store.media.keepPart(channel, key, left, part);
  }

  /**
   * The beginning as it lies on the disk, if every byte of it is what was written down; what is behind it is cut off.
   * Answers the sum so far, for the bytes that follow. null = it is damaged, or gone.
   */
  async checked({ file, bytes, sha256 }: LeftPart, signal: AbortSignal): Promise<Hash | null> {
    const path = this.#folders.part(file);
    try {
      const hash = await hashOf(path, bytes, signal);
      if (hash.copy().digest('hex') !== sha256) return null;
      truncateSync(path, bytes);
      return hash;
    } catch {
      signal.throwIfAborted();
      return null;
    }
  }

  /** No download goes on with it. */
  forget(file: string): void {
    if (!this.#store.readOnly) this.#store.media.drop([file]);
  }

  /** Gives up all that no download is at, of everything or of a chat; returns what went. */
  clear(isComing: (file: string) => boolean, channel?: ChannelRef): { files: number; bytes: number } {
    const idle = this.#store.media.leftParts(channel).filter(({ file }) => !isComing(file));
    if (idle.length > 0) this.#store.media.drop(idle.map(({ file }) => file));
    return { files: idle.length, bytes: idle.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  /**
   * Gives up what is too old or too much, the ones that nothing came of for the longest time first; answers whether
   * there was any.
   */
  bound(isComing: (file: string) => boolean): boolean {
    if (this.#store.readOnly) return false;
    const oldest = (this.#serverNow() ?? 0) - LONGEST_MS;
    let [count, bytes] = [0, 0];
    const gone = this.#store.media
      .leftParts()
      .toReversed()
      .filter((left) => {
        if (isComing(left.file)) return false;
        count += 1;
        bytes += left.bytes;
        return count > MOST_PARTS || bytes > MOST_BYTES || left.usedAt < oldest;
      });
    if (gone.length > 0) this.#store.media.drop(gone.map(({ file }) => file));
    return gone.length > 0;
  }

  #lengthOf(file: string): number {
    return this.#folders.sizeOf(this.#folders.part(file)) ?? -1;
  }
}

async function hashOf(path: string, bytes: number, signal: AbortSignal): Promise<Hash> {
  const hash = createHash('sha256');
  await hashOn(path, { from: 0, to: bytes }, signal, (chunk) => void hash.update(chunk));
  return hash;
}

/** Gives bytes of a file (`to`: the first that is not asked for) to a sum, in pieces. @throws when there are fewer */
export async function hashOn(
  path: string,
  { from, to }: { from: number; to: number },
  signal: AbortSignal,
  sum: (bytes: Uint8Array) => void,
): Promise<void> {
  let read = from;
  for await (const chunk of createReadStream(path, { start: from, end: to - 1, signal })) {
    sum(chunk as Buffer);
    read += (chunk as Buffer).length;
  }
  if (read !== to) throw new Error('the file is shorter than it was');
}
