/** Bytes of the files under a folder. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * `only`: which names directly in `dir` count. Links are not followed. What cannot be read, or goes meanwhile, counts
 * as nothing. Files are not opened: closing one would end this process's locks on it (POSIX).
 */
export async function folderBytes(
  dir: string,
  only: (name: string) => boolean = () => true,
): Promise<number> {
  let entries;
  try {
    entries = await readdir(dir, { withFileTypes: true });
  } catch {
    return 0;
  }
  let bytes = 0;
  for (const entry of entries) {
    if (!only(entry.name)) continue;
    const path = join(dir, entry.name);
    if (entry.isDirectory()) bytes += await folderBytes(path);
    else if (entry.isFile())
      bytes += await lstat(path).then(
        ({ size }) => size,
        () => 0,
      );
  }
  return bytes;
}
