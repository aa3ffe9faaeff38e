/**
 * What V8 made of the code of the main process and of the account worker, kept in the profile: a start need not read
 * three megabytes of program text anew. It is made of that text alone and holds nothing that the program works on. A
 * file that is damaged, or of another program or runtime, is not used and written anew.
 */
import { readdir, rm } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';

export const CODE_CACHE = 'code-cache';

/** null = none: an AppImage is at another place at every start, and a file is found by the place of the program. */
export function codeCacheOf(profileDir: string, environment: NodeJS.ProcessEnv): string | null {
  return environment['APPIMAGE'] ? null : join(profileDir, CODE_CACHE);
}

/** When nothing waits for this process any more. */
const KEEP_AFTER_MS = 10_000;

/**
 * Writes what this process has compiled by then, where entry.ts said that it is kept: Node itself does when a process
 * ends, which Electron's need not let it.
 */
export function keepCode(): void {
  setTimeout(() => flushCompileCache(), KEEP_AFTER_MS).unref();
}

/** Those of runtimes that were there before an update: Node keeps each in a folder `v24.21.0-x64-…`. */
export async function removeOlderCaches(folder: string): Promise<void> {
  const own = `${process.version}-${process.arch}-`;
  const names = await readdir(folder).catch(() => []);
  const older = names.filter((name) => !name.startsWith(own));
  // What cannot be removed now is removed by a later start.
  await Promise.allSettled(older.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}
