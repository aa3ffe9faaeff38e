/** Reads every file of a profile past a matcher, in small steps, so that the worker goes on answering in between. */
import { open, readdir } from 'node:fs/promises';
import { errorCode } from '../../../shared/errors.ts';
import { basename, join } from 'node:path';
import { LOCK_FILE } from '../store/files/account-lock.ts';
import type { Fingerprints } from './fingerprints.ts';

const CHUNK = 256 * 1024;

/** As the store and the media name their files: such a name says nothing, whatever was written in a message. */
const OWN_NAME =
  /^(?:(?:cache\.db|outbox\.db|in-use\.lock)(?:-wal|-shm|-journal)?|[\da-f]{32}(?:\.[a-z]{1,8})?)$/;

export interface FileResidue {
  path: string;
  /** Keys of the fingerprints found (see `Matcher.found`). */
  found: ReadonlySet<string>;
  /** Bytes of residue. */
  bytes: number;
}

export interface FileScan {
  files: number;
  residue: FileResidue[];
  /** Files that are there but could not be read: nothing is known about them. */
  unreadable: string[];
}

/** All regular files under `dir`; links are not followed, folders named in `except` are left out. */
export async function* filesIn(dir: string, except: ReadonlySet<string> = new Set()): AsyncGenerator<string> {
  let entries;
  try {
    entries = await readdir(dir, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return;
    throw error;
  }
  for (const entry of entries) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) {
      if (!except.has(path)) yield* filesIn(path, except);
      // Closing a lock file would end this process's own lock on it (POSIX); there is nothing in it.
    } else if (entry.isFile() && entry.name !== LOCK_FILE) yield path;
  }
}

/**
 * `named`: whether the name of a file is looked at as well. A file that goes away meanwhile has no residue; one that
 * cannot be read is reported.
 */
export async function scanFiles(
  paths: AsyncIterable<string> | Iterable<string>,
  fingerprints: Fingerprints,
  named: (path: string) => boolean = () => false,
): Promise<FileScan> {
  const scan: FileScan = { files: 0, residue: [], unreadable: [] };
  const buffer = Buffer.alloc(CHUNK);
  const matcher = fingerprints.matcher();
  for await (const path of paths) {
    matcher.reset();
    const name = basename(path);
    if (named(path) && !OWN_NAME.test(name)) {
      matcher.feed(Buffer.from(name));
      matcher.begin();
    }
    try {
      await using file = await open(path, 'r');
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, CHUNK, null);
        if (bytesRead === 0) break;
        matcher.feed(buffer.subarray(0, bytesRead));
      }
      scan.files += 1;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') scan.unreadable.push(path);
    }
    if (matcher.found.size > 0)
      scan.residue.push({ path, found: new Set(matcher.found.keys()), bytes: matcher.bytes });
  }
  return scan;
}
