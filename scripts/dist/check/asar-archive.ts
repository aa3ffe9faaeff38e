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
  integrity?: { algorithm: string; hash: string; blocks: string[]; blockSize: number };
}

export interface AsarFile {
  /** With slashes. */
  path: string;
  size: number;
  unpacked: boolean;
  isLink: boolean;
}

const NO_ARCHIVE = 'app.asar is no archive';

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

  constructor(path: string) {
    this.path = path;
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
    } finally {
      closeSync(file);
    }
  }

  get bytes(): number {
    return statSync(this.path).size;
  }

  /** What Electron compares with the list in the program before it reads anything. */
  get headerHash(): string {
    return createHash('sha256').update(this.#text).digest('hex');
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
      return createHash('sha256').update(content).digest('hex') === integrity.hash
        ? []
        : [`${path} is not what its hash says`];
    });
  }

  #content(path: string, entry: Entry): Buffer {
    if (entry.unpacked === true) return readFileSync(join(`${this.path}.unpacked`, path));
    const content = Buffer.alloc(entry.size ?? 0);
    const file = openSync(this.path, 'r');
    try {
      readSync(file, content, 0, content.length, this.#start + Number(entry.offset ?? 0));
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
