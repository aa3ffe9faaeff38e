/**
 * The two folders of files of an account: `media` (cache, may be emptied any time) and `outbox-media` (what waits to be
 * sent, exists nowhere else). Names are 32 random hex digits; beside a cached file there may be `.part` (it is being
 * downloaded), `.open` and `.drag` (folders with a copy under its own name, for the system's program, and for where it
 * is dropped).
 */
import { randomBytes } from 'node:crypto';
import { errorCode } from '../../../shared/errors.ts';
import { closeSync, constants, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, type ErrorCode } from '../../../shared/ipc/result.ts';
import { entriesOf } from '../store/files/cache-files.ts';
import { HEAD_BYTES } from '../../../shared/pictures/picture-type.ts';

export const MEDIA_FOLDER = 'media';
export const STAGING_FOLDER = 'outbox-media';

const NAME = /^[0-9a-f]{32}$/;
const PART = '.part';
const OPEN = '.open';
const DRAG = '.drag';

export interface FilesKept {
  media: ReadonlySet<string>;
  staged: ReadonlySet<string>;
}

export class MediaFolders {
  readonly #media: string;
  readonly #staged: string;

  constructor(accountDir: string) {
    this.#media = join(accountDir, MEDIA_FOLDER);
    this.#staged = join(accountDir, STAGING_FOLDER);
  }

  /** @throws when the folders cannot be made (read-only, full). */
  create(): void {
    for (const dir of [this.#media, this.#staged]) mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  newName(): string {
    return randomBytes(16).toString('hex');
  }

  /** @throws for a name this class did not make: nothing else may become part of a path. */
  cached(name: string): string {
    return join(this.#media, checked(name));
  }
  part(name: string): string {
    return this.cached(name) + PART;
  }
  staged(name: string): string {
    return join(this.#staged, checked(name));
  }

  /** Size of a cached file, null when it is gone. */
  sizeOf(path: string): number | null {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? stats.size : null;
  }

  /** A complete download gets its name. */
  finishPart(name: string): void {
    renameSync(this.part(name), this.cached(name));
  }

  /** The staged file of a message that was sent is its cached file from now on. False when it is gone. */
  adopt(name: string): boolean {
    try {
      renameSync(this.staged(name), this.cached(name));
      return true;
    } catch {
      return false;
    }
  }

  /** Entries of the folder are on disk after this. */
  syncStaged(): void {
    // Windows has no handle of a folder to sync.
    if (process.platform === 'win32') return;
    const handle = openSync(this.#staged, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  }

  /** A copy under `fileName` in a folder of its own. @throws CodedError `refused` when it cannot be written. */
  async copyNamed(name: string, fileName: string, use: 'open' | 'drag'): Promise<string> {
    const dir = this.cached(name) + (use === 'open' ? OPEN : DRAG);
    const path = join(dir, fileName);
    try {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      // Where the disk can, without a second set of bytes: it is made while somebody holds the button.
      await copyFile(this.cached(name), path, constants.COPYFILE_FICLONE);
    } catch (error) {
      rmSync(dir, { recursive: true, force: true });
      throw storingError(error, 'refused');
    }
    return path;
  }

  /** Erases a cached file and all that is beside it. @throws when the system holds it (Windows, while it is open). */
  eraseCached(name: string): void {
    for (const suffix of ['', PART, OPEN, DRAG])
      rmSync(this.cached(name) + suffix, { recursive: true, force: true });
  }
  /** The copy that was dragged. @throws when the system holds it. */
  eraseDragged(name: string): void {
    rmSync(this.cached(name) + DRAG, { recursive: true, force: true });
  }
  /** (What is no name of this class has no file.) */
  eraseStaged(name: string): void {
    if (isMediaName(name)) rmSync(this.staged(name), { force: true });
  }

  /** @throws when the system holds it. `path`: one of `strays`. */
  eraseStray(path: string): void {
    rmSync(path, { recursive: true, force: true });
  }

  /** Files and folders that are nobody's. */
  strays(kept: FilesKept): string[] {
    return [
      ...entriesOf(this.#media)
        .filter((entry) => !kept.media.has(entry))
        .map((entry) => join(this.#media, entry)),
      ...entriesOf(this.#staged)
        .filter((entry) => !kept.staged.has(entry))
        .map((entry) => join(this.#staged, entry)),
    ];
  }
}

/** Whether this class made it. */
export const isMediaName = (name: string): boolean => NAME.test(name);

function checked(name: string): string {
  if (!isMediaName(name)) throw new Error('not the name of a media file');
  return name;
}

export async function readHead(path: string, atMost = HEAD_BYTES): Promise<Uint8Array> {
  await using file = await open(path, 'r');
  const buffer = new Uint8Array(atMost);
  const { bytesRead } = await file.read(buffer, 0, atMost, 0);
  return buffer.subarray(0, bytesRead);
}

/**
 * The error that the user sees for a file that could not be written; `otherwise`: code for anything but a full disk.
 */
export function storingError(error: unknown, otherwise: ErrorCode): CodedError {
  if (error instanceof CodedError) return error;
  return isDiskFull(error)
    ? new CodedError('refused', 'the disk is full', 'diskFull')
    : new CodedError(otherwise, 'the file cannot be stored on this computer');
}

/** Whether a file system error says that there is no room. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
}
