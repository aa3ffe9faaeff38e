/**
 * Looks for what should be gone: searches the bytes of files for a text in every form in which it could survive.
 * Streams, so that large files cost no memory. For tests, which know the text; the app's own leak check knows only
 * fingerprints of it (leak-check/).
 */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { errorCode } from '../../../shared/errors.ts';
import { join } from 'node:path';
import { formsOf } from './text-forms.ts';

export interface Residue {
  path: string;
  /** Index into the list of secrets that were looked for (the text itself is not repeated). */
  secret: number;
  form: string;
  /** Byte offset of the occurrence. */
  offset: number;
}

const CHUNK = 1 << 20;

/** All files under `path` (a file or a folder). */
export function filesUnder(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return [];
  if (stats.isFile()) return [path];
  if (!stats.isDirectory()) return [];
  return readdirSync(path).flatMap((name) => filesUnder(join(path, name)));
}

/**
 * Chromium replaces files of its profile all the time; what was moved while it was looked through is looked for again.
 */
const MAX_SCANS = 10;

/**
 * Searches files and folders for the secrets. One entry per file, secret and form (first occurrence).
 * A file that cannot be read throws: a scan that skipped something would prove nothing. So when one of the files is
 * gone (perhaps only renamed) before its turn, all of it is done again.
 */
export function scanForResidue(paths: readonly string[], secrets: readonly string[]): Residue[] {
  for (let scan = 1; ; scan += 1) {
    try {
      return scanOnce(paths, secrets);
    } catch (error) {
      const isGone = errorCode(error) === 'ENOENT';
      if (!isGone || scan >= MAX_SCANS) throw error;
    }
  }
}

function scanOnce(paths: readonly string[], secrets: readonly string[]): Residue[] {
  const wanted = secrets.flatMap((secret, index) => formsOf(secret).map((form) => ({ index, form })));
  const overlap = Math.max(0, ...wanted.map(({ form }) => form.bytes.length - 1));
  const found: Residue[] = [];
  for (const path of paths.flatMap(filesUnder)) {
    const missing = new Set(wanted);
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(CHUNK + overlap);
      let kept = 0;
      let position = 0;
      for (;;) {
        const read = readSync(file, buffer, kept, CHUNK, position);
        if (read === 0) break;
        const window = buffer.subarray(0, kept + read);
        for (const entry of missing) {
          const at = window.indexOf(entry.form.bytes);
          if (at < 0) continue;
          missing.delete(entry);
          found.push({ path, secret: entry.index, form: entry.form.name, offset: position - kept + at });
        }
        position += read;
        kept = Math.min(overlap, window.length);
        window.copy(buffer, 0, window.length - kept);
      }
    } finally {
      closeSync(file);
    }
  }
  return found;
}
