/**
 * Where an export is written: under a name of its own beside the file the user chose, and under that name only when it
 * is whole. What a killed process left there is on a list in the account's folder, and erased at the next start.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir, open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { z } from 'zod';
import { markAsReceived } from '../media/received-mark.ts';

const LEFT_OVERS = 'exports.json';
/** Nothing else is ever erased, whatever the list says. */
const DRAFT = /^\.wukong-export-[0-9a-f]{16}(?:\.part|\.files)$/;

const draftName = (end: 'part' | 'files', id: string): string => `.wukong-export-${id}.${end}`;

/** Erases what an earlier process left behind. Never throws: a folder may be on a disk that is not there now. */
export function eraseLeftExports(accountDir: string): void {
  const list = join(accountDir, LEFT_OVERS);
  if (!existsSync(list)) return;
  let left: string[];
  try {
    left = z
      .array(z.string())
      .max(100)
      .parse(JSON.parse(readFileSync(list, 'utf8')));
  } catch {
    left = [];
  }
  const kept = left.filter((path) => DRAFT.test(basename(path)) && !erase(path));
  writeList(accountDir, kept);
}

function erase(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

function writeList(accountDir: string, paths: readonly string[]): void {
  const list = join(accountDir, LEFT_OVERS);
  if (paths.length === 0) rmSync(list, { force: true });
  else writeFileSync(list, JSON.stringify(paths), { mode: 0o600 });
}

export class ExportTarget {
  readonly #accountDir: string;
  readonly #target: string;
  readonly #draft: string;
  readonly #draftFiles: string;
  /** Name of the folder for images and files, as the export names it. */
  readonly folder: string;
  #file: FileHandle | null = null;
  #hasFolder = false;

  /** `path`: what the user chose; a file there is replaced at the end. */
  constructor(accountDir: string, path: string) {
    this.#accountDir = accountDir;
    this.#target = path;
    const id = randomBytes(8).toString('hex');
    const dir = dirname(path);
    this.#draft = join(dir, draftName('part', id));
    this.#draftFiles = join(dir, draftName('files', id));
    this.folder = freeFolder(dir, basename(path, extname(path)));
    writeList(accountDir, [this.#draft, this.#draftFiles]);
  }

  /** From the beginning (again). */
  async begin(): Promise<void> {
    await this.#file?.close();
    this.#file = await open(this.#draft, 'w', 0o600);
  }

  async write(text: string): Promise<void> {
    await this.#file?.writeFile(text);
  }

  /** Copies a file (its path, or its bytes) into the folder, under this name. */
  async addFile(from: string | Uint8Array, name: string): Promise<void> {
    if (!this.#hasFolder) await mkdir(this.#draftFiles, { recursive: true, mode: 0o700 });
    this.#hasFolder = true;
    const path = join(this.#draftFiles, name);
    if (typeof from === 'string') await copyFile(from, path);
    else await writeFile(path, from, { mode: 0o600 });
    await markAsReceived(path);
  }

  async dropFile(name: string): Promise<void> {
    await rm(join(this.#draftFiles, name), { force: true });
  }

  /** All that was written is on the disk. */
  async end(): Promise<void> {
    await this.#file?.sync();
    await this.#file?.close();
    this.#file = null;
  }

  /** In one turn, so that nothing can be recalled in between: the export gets its name. `withFiles`: there are some. */
  publish(withFiles: boolean): void {
    const folder = join(dirname(this.#target), this.folder);
    if (withFiles) renameSync(this.#draftFiles, folder);
    else erase(this.#draftFiles);
    try {
      renameSync(this.#draft, this.#target);
    } catch (error) {
      if (withFiles) erase(folder);
      throw error;
    }
    writeList(this.#accountDir, []);
  }

  /** Nothing of it stays. */
  async discard(): Promise<void> {
    await this.#file?.close().catch(() => undefined);
    this.#file = null;
    const kept = [this.#draft, this.#draftFiles].filter((path) => !erase(path));
    writeList(this.#accountDir, kept);
  }
}

/** `name_files`, or with a number where something has that name. */
function freeFolder(dir: string, name: string): string {
  for (let n = 1; ; n += 1) {
    const folder = n === 1 ? `${name}_files` : `${name}_files-${n}`;
    if (!existsSync(join(dir, folder))) return folder;
  }
}
