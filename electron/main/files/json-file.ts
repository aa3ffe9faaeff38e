/** Small JSON files of the profile: read whole, written atomically, a damaged one is moved aside instead of lost. */
import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { errorCode } from '../../../shared/errors.ts';
import { dirname } from 'node:path';
import type { z } from 'zod';

export interface JsonFile<T> {
  read: () => T;
  write: (value: T) => void;
}

/** `warn` gets a sentence without file content. `fallback` is what a missing or damaged file means. */
export function jsonFile<T>(
  path: string,
  schema: z.ZodType<T>,
  fallback: () => T,
  warn: (m: string) => void,
): JsonFile<T> {
  const moveAside = (why: string): T => {
    const aside = `${path}.damaged-${Date.now()}`;
    renameSync(path, aside);
    warn(`${path} is damaged (${why}); moved to ${aside}`);
    return fallback();
  };
  return {
    read() {
      let text: string;
      try {
        text = readFileSync(path, 'utf8');
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return fallback();
        throw error;
      }
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        return moveAside('not JSON');
      }
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      const issue = parsed.error.issues[0];
      return moveAside(`${issue?.path.join('.') || 'value'}: ${issue?.message ?? 'does not fit'}`);
    },
    write(value) {
      writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
    },
  };
}

/**
 * With those above it. Not by Node's `recursive`, which tries for ever where a system says of a place in a folder that
 * is there that it is not (`/proc`): a self-check that is to write there has to end.
 */
function makeFolder(path: string): void {
  const isThere = (): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isThere()) return;
  const above = dirname(path);
  if (above !== path && !existsSync(above)) makeFolder(above);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isThere()) throw error;
  }
}

/** Readable by this user only; after a crash the file is either the old or the new one. */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  makeFolder(dirname(path));
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const fd = openSync(temporary, 'w', 0o600);
    try {
      // One that a dead process left keeps the rights it had.
      fchmodSync(fd, 0o600);
      if (typeof content === 'string') writeSync(fd, content);
      else writeSync(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    // Half a file on a full disk is of no use to anybody.
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Into a device or a pipe (`/dev/stdout`) as any program writes: renaming would replace it by a file. */
export function writeFileOrDevice(path: string, text: string): void {
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
  if (isFile) writeFileAtomic(path, text);
  else writeFileSync(path, text);
}
