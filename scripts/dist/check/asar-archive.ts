/** Reads an asar archive: its header and the files in it. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

interface Entry {
  files?: Record<string, Entry>;
  size?: number;
  offset?: string;
  unpacked?: boolean;
  link?: string;
  integrity?: Integrity;
}

interface Integrity {
  algorithm: string;
  hash: string;
  blocks: string[];
  blockSize: number;
}

export interface AsarFile {
  /** With slashes. */
  path: string;
  size: number;
  unpacked: boolean;
  isLink: boolean;
}

const NO_ARCHIVE = 'app.asar is no archive';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** An empty file has one block of nothing, or none. */
function hasBlocks(content: Buffer, { blocks, blockSize }: Integrity): boolean {
  const count = Math.ceil(content.length / blockSize);
  if (blocks.length !== count && !(count === 0 && blocks.length === 1)) return false;
  return blocks.every((hash, at) => sha256(content.subarray(at * blockSize, (at + 1) * blockSize)) === hash);
}

function headerOf(text: Buffer): Entry {
  try {
    const header: unknown = JSON.parse(text.toString('utf8'));
    if (typeof header === 'object' && header !== null) return header;
  } catch {
    // Said below.
  }
  throw new Error(NO_ARCHIVE);
}

export class AsarArchive {
  readonly path: string;
  readonly #header: Entry;
  readonly #text: Buffer;
  readonly #start: number;
  /** Between header and files. */
  readonly #padding: Buffer;

  constructor(path: string) {
    this.path = path;
    if (!statSync(path).isFile()) throw new Error(NO_ARCHIVE);
    const file = openSync(path, 'r');
    try {
      const sizes = Buffer.alloc(16);
      const whole = statSync(path).size;
      readSync(file, sizes, 0, 16, 0);
      this.#start = 8 + sizes.readUInt32LE(4);
      const length = sizes.readUInt32LE(12);
      if (length === 0 || 16 + length > whole || this.#start > whole) throw new Error(NO_ARCHIVE);
      this.#text = Buffer.alloc(length);
      readSync(file, this.#text, 0, this.#text.length, 16);
      this.#header = headerOf(this.#text);
      this.#padding = Buffer.alloc(Math.max(0, this.#start - 16 - length));
      readSync(file, this.#padding, 0, this.#padding.length, 16 + length);
    } finally {
      closeSync(file);
    }
  }

  get bytes(): number {
    return statSync(this.path).size;
  }

  /** What Electron compares with the list in the program before it reads anything. */
  get headerHash(): string {
    return sha256(this.#text);
  }

  files(): AsarFile[] {
    return [...this.#entries()].map(([path, entry]) => ({
      path,
      size: entry.size ?? 0,
      unpacked: entry.unpacked === true,
      isLink: entry.link !== undefined,
    }));
  }

  /** Throws when there is none of that name. */
  read(path: string): Buffer {
    const entry = new Map(this.#entries()).get(path);
    if (entry === undefined) throw new Error(`${this.path} has no ${path}`);
    return this.#content(path, entry);
  }

  /** Files whose content is not what the header says; with the unpacked ones. */
  damaged(): string[] {
    return [...this.#entries()].flatMap(([path, entry]) => {
      if (entry.link !== undefined) return [];
      const { integrity } = entry;
      if (integrity?.algorithm !== 'SHA256') return [`${path} has no hash`];
      if (entry.unpacked === true && !existsSync(join(`${this.path}.unpacked`, path)))
        return [`${path} is missing`];
      const content = this.#content(path, entry);
      if (sha256(content) !== integrity.hash) return [`${path} is not what its hash says`];
      // Electron compares these, block by block, and never the one above.
      return hasBlocks(content, integrity) ? [] : [`${path} is not what the hashes of its blocks say`];
    });
  }

  /**
   * What is in the archive and in no file of it, and what can be read in two ways: a header that is not as packers
   * write it (a name twice, blanks), files over each other, bytes between or behind them.
   */
  hidden(): string[] {
    const problems: string[] = [];
    if (JSON.stringify(this.#header) !== this.#text.toString('utf8'))
      problems.push('the header of app.asar can be read in two ways');
    if (this.#padding.length > 3 || this.#padding.some((byte) => byte !== 0))
      problems.push('app.asar holds bytes behind its header');
    const inside = [...this.#entries()]
      .filter(([, entry]) => entry.link === undefined && entry.unpacked !== true)
      .map(([path, entry]) => ({ path, from: Number(entry.offset ?? NaN), size: entry.size ?? 0 }))
      .sort((a, b) => a.from - b.from || a.size - b.size);
    let end = 0;
    for (const { path, from, size } of inside) {
      if (from !== end) problems.push(`${path} does not begin where the file before it ends`);
      end = from + size;
    }
    if (this.#start + end !== this.bytes) problems.push('app.asar holds bytes that belong to no file');
    return problems;
  }

  #content(path: string, entry: Entry): Buffer {
    if (entry.unpacked === true) return readFileSync(join(`${this.path}.unpacked`, path));
    const offset = Number(entry.offset ?? NaN);
    const size = entry.size ?? 0;
    if (!Number.isSafeInteger(offset) || offset < 0 || size < 0)
      throw new Error(`${path} lies nowhere in app.asar`);
    // Of a half-copied archive: what is not there is no bytes of 0.
    if (this.#start + offset + size > this.bytes)
      throw new Error(`app.asar is cut short: ${path} goes on behind its end`);
    const content = Buffer.alloc(size);
    const file = openSync(this.path, 'r');
    try {
      readSync(file, content, 0, content.length, this.#start + offset);
    } finally {
      closeSync(file);
    }
    return content;
  }

  *#entries(folder: Entry = this.#header, prefix = ''): Generator<[string, Entry]> {
    for (const [name, entry] of Object.entries(folder.files ?? {})) {
      if (entry.files) yield* this.#entries(entry, `${prefix}${name}/`);
      else yield [prefix + name, entry];
    }
  }
}
