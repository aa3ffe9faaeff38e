/** Files of a folder that may be emptied any time: pictures of people, stickers of packs. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names in a folder; one that cannot be read is empty. */
export function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What the system holds (Windows, while it is read) is found again at the next start. */
export function erase(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // See above.
  }
}

/** Used now. Of one that is read-only, or gone, it is forgotten with the run, that is all. */
export function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // See above.
  }
}

/**
 * Writes a file that is there whole or not at all, also when two write it at once. What a run that died leaves ends
 * with `.part`. @throws when the disk takes no more
 */
export async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name);
  const part = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    await writeFile(part, bytes, { mode: 0o600 });
    await rename(part, path);
  } catch (error) {
    erase(part);
    throw error;
  }
  return path;
}
