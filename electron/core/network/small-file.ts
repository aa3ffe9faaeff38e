/**
 * A file that somebody named: a script, certificates. It may be a device without end, a pipe that nobody writes to, or
 * far too large; none of these may hold up the app.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Rejects with what the system says, or with a sentence for people. */
export async function readSmallFile(path: string, mostBytes: number): Promise<Buffer> {
  // A pipe without a writer would wait for one.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error('it is no file');
    if (stats.size > mostBytes) throw new Error('it is too long');
    return await file.readFile();
  } finally {
    await file.close();
  }
}
