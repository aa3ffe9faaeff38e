/**
 * Which file `app://wukong/media/<token>` shows. The account worker announces it (it has checked the bytes) and takes
 * it back when the message is recalled, deleted or expired; with the account's end all are void. Of several accounts
 * only the files of the one on the screen are shown. In memory only.
 */
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isInside } from './is-inside.ts';

export interface MediaAnswer {
  mime: string;
  bytes: Uint8Array<ArrayBuffer>;
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
  readonly #files = new Map<string, { path: string; mime: string }>();
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

  add(token: string, path: string, mime: string): void {
    if (TOKEN.test(token) && SHOWN_TYPES.has(mime) && isInside(this.#root, path))
      this.#files.set(token, { path, mime });
  }

  remove(tokens: readonly string[]): void {
    for (const token of tokens) this.#files.delete(token);
  }

  /** All, or those of one account. */
  clear(account = ''): void {
    const folder = join(this.#root, account);
    for (const [token, { path }] of this.#files) if (isInside(folder, path)) this.#files.delete(token);
  }

  /** null for a token that is unknown, void, or became void while its file was read. */
  async read(token: string): Promise<MediaAnswer | null> {
    const known = this.#files.get(token);
    const shown = this.#shown;
    if (!known || !isInside(shown, known.path)) return null;
    try {
      if (!isInside(await realpath(shown), await realpath(known.path))) return null;
      const bytes = new Uint8Array(await readFile(known.path));
      return this.#files.has(token) && this.#shown === shown ? { mime: known.mime, bytes } : null;
    } catch {
      return null;
    }
  }
}
