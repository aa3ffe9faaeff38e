/** Folders for tests that write to disk. */
import { mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IN_MEMORY = '/dev/shm';
const ENOUGH_BYTES = 512 * 1024 * 1024;

/**
 * A new empty folder, in memory where the system offers that: databases sync every commit, and a test must not wait for
 * what else is written to the disk. The caller erases it.
 */
export function tempFolder(prefix: string): string {
  return mkdtempSync(join(isMemoryLarge() ? IN_MEMORY : tmpdir(), prefix));
}

/** Containers often have one of 64 MiB. */
function isMemoryLarge(): boolean {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}
