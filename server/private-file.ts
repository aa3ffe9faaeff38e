/** Files and folders that no other account of this computer may read, whatever the umask is. */
import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Creates the folder, or takes the rights of others away from an existing one. */
export function privateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
}

/**
 * Creates or narrows the files of a database before SQLite opens it: it would create them with the umask's rights, and
 * gives its log and its shared memory those of the database.
 */
export function privateDatabase(path: string): void {
  if (!existsSync(path)) writeFileSync(path, '', { mode: 0o600 });
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
}

/**
 * Replaces the file's text as a whole. A folder that is there already keeps its rights: it may be one that others
 * share.
 */
export function writePrivateFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const next = `${path}.new`;
  writeFileSync(next, text, { mode: 0o600 });
  chmodSync(next, 0o600);
  renameSync(next, path);
}
