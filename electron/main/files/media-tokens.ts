/**
 * Which file `app://wukong/media/<token>` shows. The account worker announces it (it has checked the bytes) and takes
 * it back when the message is recalled, deleted or expired; with the account's end all are void. Of several accounts
 * only the files of the one on the screen are shown. In memory only.
 */
import { open, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { FILM_TYPES } from '../../../shared/pictures/film-type.ts';
import { isInside } from './is-inside.ts';

export interface MediaAnswer {
  mime: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Of a film, which is never read whole: `bytes` are those from `first` on. */
export interface MediaPiece {
  mime: string;
  first: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** Of the whole film. */
  size: number;
}

/** Which bytes of a file are asked for, given its size; null = none that there are. */
export type PieceOf = (size: number) => { first: number; last: number } | null;

/** What an address shows. */
export interface MediaOfToken {
  path: string;
  mime: string;
  /** A film that is still coming into its file. */
  growing?: {
    /** Bytes of the whole. */
    size: number;
    /** Up to where it can be read from this byte on, once it can be; null = it does not come (any more). */
    until: (from: number) => Promise<number | null>;
  };
}

const TOKEN = /^[0-9a-f]{32}$/;
const SHOWN_TYPES: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
]);

export class MediaTokens {
  readonly #files = new Map<string, MediaOfToken>();
  readonly #root: string;
  /** Folder of the account whose files are shown; at the start that of all. */
  #shown: string;

  /** `root`: folder of all accounts; nothing outside it is ever read. */
  constructor(root: string) {
    this.#root = root;
    this.#shown = root;
  }

  /** `account`: its id, which is the name of its folder. */
  showOnly(account: string): void {
    this.#shown = join(this.#root, account);
  }

  add(token: string, file: MediaOfToken): void {
    const { mime, path } = file;
    if (TOKEN.test(token) && (SHOWN_TYPES.has(mime) || FILM_TYPES.has(mime)) && isInside(this.#root, path))
      this.#files.set(token, file);
  }

  remove(tokens: readonly string[]): void {
    for (const token of tokens) this.#files.delete(token);
  }

  /** All, or those of one account. */
  clear(account = ''): void {
    const folder = join(this.#root, account);
    for (const [token, { path }] of this.#files) if (isInside(folder, path)) this.#files.delete(token);
  }

  isFilm(token: string): boolean {
    return FILM_TYPES.has(this.#files.get(token)?.mime ?? '');
  }

  /** A picture; null for a token that is unknown, void, or became void while its file was read. */
  read(token: string): Promise<MediaAnswer | null> {
    return this.#live(token, async ({ path, mime }) => ({
      mime,
      bytes: new Uint8Array(await readFile(path)),
    }));
  }

  /**
   * A part of a film; null as of `read`. No bytes for a part that there is not. Of what is still coming it waits for
   * the first byte, and has as much of the part as there is then.
   */
  async readPiece(token: string, pieceOf: PieceOf): Promise<MediaPiece | null> {
    const coming = this.#files.get(token)?.growing;
    const wanted = coming && pieceOf(coming.size);
    if (!coming || !wanted) return this.#readPiece(token, pieceOf, coming?.size);
    const until = await coming.until(wanted.first);
    if (until === null || until <= wanted.first) return null;
    const last = Math.min(wanted.last, until - 1);
    const now = (): Promise<MediaPiece | null> =>
      this.#readPiece(token, () => ({ first: wanted.first, last }), coming.size);
    // It may be whole since, and lie elsewhere.
    return (await now()) ?? (this.#files.get(token)?.growing ? null : now());
  }

  /** `whole`: bytes of the film, if its file has not all of them yet. */
  #readPiece(token: string, pieceOf: PieceOf, whole?: number): Promise<MediaPiece | null> {
    return this.#live(token, async ({ path, mime }) => {
      await using file = await open(path, 'r');
      const size = whole ?? (await file.stat()).size;
      const piece = pieceOf(size);
      const { first, last } = piece ?? { first: 0, last: -1 };
      const bytes = new Uint8Array(last - first + 1);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, first);
      return { mime, first, size, bytes: bytes.subarray(0, bytesRead) };
    });
  }

  /** What `read` says of the file of a token that is live before and after it; null for all else. */
  async #live<T>(
    token: string,
    read: (file: { path: string; mime: string }) => Promise<T>,
  ): Promise<T | null> {
    const known = this.#files.get(token);
    const shown = this.#shown;
    if (!known || !isInside(shown, known.path)) return null;
    try {
      if (!isInside(await realpath(shown), await realpath(known.path))) return null;
      const answer = await read(known);
      return this.#files.has(token) && this.#shown === shown ? answer : null;
    } catch {
      return null;
    }
  }
}
