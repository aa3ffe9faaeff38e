/** Files that no other account of this computer may read, whatever the umask is and whoever made them. */
import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';

/** Windows has access lists instead, which a profile inherits. */
const HAS_RIGHTS = process.platform !== 'win32';

/** Creates the folder; one that is there already loses the rights of others. @throws when it cannot be made. */
export function privateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  narrow(path, 0o700);
}

/** Makes an empty file for SQLite, which would make it with the rights of the umask; one that is there stays. */
export function privateFile(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) return;
  closeSync(openSync(path, 'a', 0o600));
}

/**
 * Takes the rights of others from a folder and all that is in it: older versions left them to the umask. At each start
 * for a whole profile: every file is looked at once, and none where there are no such rights.
 */
export function narrowTree(path: string): void {
  if (!HAS_RIGHTS) return;
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile()) narrow(path, 0o600, stats);
  if (!stats?.isDirectory()) return;
  narrow(path, 0o700, stats);
  for (const name of namesIn(path)) narrowTree(join(path, name));
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Rights that are narrower already stay: a file made read-only on purpose. */
function narrow(path: string, mode: number, stats?: Stats): void {
  if (!HAS_RIGHTS) return;
  try {
    const now = (stats ?? lstatSync(path)).mode & 0o777;
    if ((now & ~mode) !== 0) chmodSync(path, now & mode);
  } catch {
    // Another owner's, or a disk that takes no writes: as it is.
  }
}
