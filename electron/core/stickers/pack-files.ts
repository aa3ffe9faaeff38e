/**
 * The folder `stickers` of an account: pictures and drawings of its own packs, as they came, so that a pack can be used
 * without the server. A name is a hash of the path at the server and says nothing. May be emptied any time.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { entriesOf, erase, touch, writeWhole } from '../store/files/cache-files.ts';

export const STICKER_FOLDER = 'stickers';
/** At which those that were not looked at for the longest time go. */
export const STICKER_CACHE_BYTES = 32 * 1024 * 1024;
const MAX_FILES = 2_000;
const NAME = /^[0-9a-f]{32}$/;

const nameOf = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 32);

export class PackFiles {
  readonly #folder: string;
  readonly #maxBytes: number;
  /** Bytes by name, the one that was used last at the end. Read when first needed. */
  #files: Map<string, number> | null = null;
  #bytes = 0;

  constructor(accountDir: string, maxBytes = STICKER_CACHE_BYTES) {
    this.#folder = join(accountDir, STICKER_FOLDER);
    this.#maxBytes = maxBytes;
  }

  get usage(): { files: number; bytes: number } {
    return { files: this.#known().size, bytes: this.#bytes };
  }

  /** null = it is not here. */
  async read(path: string): Promise<Uint8Array | null> {
    const name = nameOf(path);
    const bytes = this.#known().get(name);
    if (bytes === undefined) return null;
    try {
      const content = await readFile(join(this.#folder, name));
      if (content.length !== bytes) throw new Error('it is another one');
      this.#put(name, bytes);
      touch(join(this.#folder, name));
      return content;
    } catch {
      this.#drop(name);
      return null;
    }
  }

  /** @throws when the disk takes no more. */
  async keep(path: string, content: Uint8Array): Promise<void> {
    const name = nameOf(path);
    this.#known();
    await writeWhole(this.#folder, name, content);
    this.#put(name, content.length);
    this.#shrink();
  }

  drop(path: string): void {
    this.#drop(nameOf(path));
  }

  /** Drops everything but what lies at these paths. */
  keepOnly(paths: ReadonlySet<string>): void {
    const names = new Set([...paths].map(nameOf));
    for (const name of this.#known().keys()) if (!names.has(name)) this.#drop(name);
  }

  clear(): { files: number; bytes: number } {
    const before = this.usage;
    this.keepOnly(new Set());
    return before;
  }

  /** What is half written after a run that died goes. A folder that cannot be read is empty. */
  #known(): Map<string, number> {
    if (this.#files) return this.#files;
    this.#files = new Map();
    const found: { name: string; bytes: number; usedMs: number }[] = [];
    for (const name of entriesOf(this.#folder)) {
      const path = join(this.#folder, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (!NAME.test(name) || stats?.isFile() !== true) erase(path);
      else found.push({ name, bytes: stats.size, usedMs: stats.mtimeMs });
    }
    for (const { name, bytes } of found.sort((a, b) => a.usedMs - b.usedMs)) this.#put(name, bytes);
    this.#shrink();
    return this.#files;
  }

  #put(name: string, bytes: number): void {
    const files = this.#known();
    this.#bytes += bytes - (files.get(name) ?? 0);
    files.delete(name);
    files.set(name, bytes);
  }

  #drop(name: string): void {
    const files = this.#known();
    this.#bytes -= files.get(name) ?? 0;
    files.delete(name);
    erase(join(this.#folder, name));
  }

  #shrink(): void {
    const files = this.#known();
    for (const name of files.keys()) {
      if (this.#bytes <= this.#maxBytes && files.size <= MAX_FILES) return;
      this.#drop(name);
    }
  }
}
