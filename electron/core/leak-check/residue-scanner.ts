/**
 * Looks for what should be gone: searches the bytes of files for a text in every form in which it could survive.
 * Streams, so that large files cost no memory. Base of the app's leak check and of the disk tests.
 */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Residue {
  path: string;
  /** Index into the list of secrets that were looked for (the text itself is not repeated). */
  secret: number;
  form: string;
  /** Byte offset of the occurrence. */
  offset: number;
}

export interface Form {
  name: string;
  bytes: Buffer;
}

const CHUNK = 1 << 20;

/** Base64 of `bytes` at each of the three alignments, without the characters that neighbours would change. */
function base64Forms(bytes: Buffer, name: string): Form[] {
  const forms: Form[] = [];
  for (let shift = 0; shift < 3; shift += 1) {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const skip = Math.ceil((shift * 8) / 6);
    const usable = Math.floor(((shift + bytes.length) * 8) / 6);
    const text = padded.slice(skip, usable);
    if (text.length >= 8) forms.push({ name: `${name} base64+${shift}`, bytes: Buffer.from(text, 'latin1') });
    const urlSafe = text.replaceAll('+', '-').replaceAll('/', '_');
    if (urlSafe !== text && urlSafe.length >= 8) {
      forms.push({ name: `${name} base64url+${shift}`, bytes: Buffer.from(urlSafe, 'latin1') });
    }
  }
  return forms;
}

function escapeUnits(text: string, upper: boolean): string {
  let escaped = '';
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    const hex = unit.toString(16).padStart(4, '0');
    escaped += unit < 0x80 ? text.charAt(index) : `\\u${upper ? hex.toUpperCase() : hex}`;
  }
  return escaped;
}

/** Every form of `text` that is searched for. */
export function formsOf(text: string): Form[] {
  const utf16be = Buffer.from(text, 'utf16le').swap16();
  const json = JSON.stringify(text).slice(1, -1);
  const forms: Form[] = [
    { name: 'utf-8', bytes: Buffer.from(text, 'utf8') },
    { name: 'utf-16le', bytes: Buffer.from(text, 'utf16le') },
    { name: 'utf-16be', bytes: utf16be },
    { name: 'json', bytes: Buffer.from(json, 'utf8') },
    { name: 'json \\u', bytes: Buffer.from(escapeUnits(json, false), 'utf8') },
    { name: 'json \\U', bytes: Buffer.from(escapeUnits(json, true), 'utf8') },
    { name: 'percent', bytes: Buffer.from(encodeURIComponent(text), 'utf8') },
    { name: 'hex', bytes: Buffer.from(Buffer.from(text, 'utf8').toString('hex'), 'latin1') },
    ...base64Forms(Buffer.from(text, 'utf8'), 'utf-8'),
    ...base64Forms(Buffer.from(text, 'utf16le'), 'utf-16le'),
  ];
  const seen = new Set<string>();
  return forms.filter((form) => {
    const id = form.bytes.toString('latin1');
    if (form.bytes.length === 0 || seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

/** All files under `path` (a file or a folder). */
export function filesUnder(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return [];
  if (stats.isFile()) return [path];
  if (!stats.isDirectory()) return [];
  return readdirSync(path).flatMap((name) => filesUnder(join(path, name)));
}

/** Chromium replaces files of its profile all the time; what was moved while it was looked through is looked for again. */
const MAX_SCANS = 10;

/**
 * Searches files and folders for the secrets. One entry per file, secret and form (first occurrence).
 * A file that cannot be read throws: a scan that skipped something would prove nothing. So when one of the files is gone
 * (perhaps only renamed) before its turn, all of it is done again.
 */
export function scanForResidue(paths: readonly string[], secrets: readonly string[]): Residue[] {
  for (let scan = 1; ; scan += 1) {
    try {
      return scanOnce(paths, secrets);
    } catch (error) {
      const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
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
