/**
 * Puts a new AppImage in the place of the running one. The file is copied beside it, made durable and checked there,
 * then takes its name in one step: whatever ends this half way, the old app is whole and starts. The running app goes
 * on from the old file, which has lost only its name.
 */
import { createHash, randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UpdateError, updateErrorOf } from './update-error.ts';
import { writeWhole } from './package-download.ts';

/** Throws `changed`, `diskFull`, `notWritable`, `install`; then nothing has changed. */
export async function replaceAppImage(from: string, to: string, sha512: string): Promise<void> {
  let beside: string | null = null;
  try {
    // A link in ~/bin or on the desktop goes on pointing at the app.
    const target = await realpath(to);
    const { mode } = await stat(target);
    // A name nobody knows beforehand, and never through a link that lies there.
    beside = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.new`);
    await copyChecked(from, beside, mode & 0o777, sha512);
    await rename(beside, target);
    beside = null;
    await syncFolder(dirname(target));
  } catch (error) {
    throw updateErrorOf(error, 'install');
  } finally {
    if (beside !== null) await rm(beside, { force: true });
  }
}

async function copyChecked(from: string, to: string, mode: number, sha512: string): Promise<void> {
  const source = await open(from, 'r');
  try {
    const target = await open(to, 'wx', 0o600);
    try {
      const hash = createHash('sha512');
      // The bytes that are checked are the bytes that are written: the file may change in between.
      for await (const chunk of source.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 })) {
        await writeWhole(target, chunk as Buffer);
        hash.update(chunk as Buffer);
      }
      if (hash.digest('base64') !== sha512)
        throw new UpdateError('changed', 'what was loaded is not the file of the manifest any more');
      await target.chmod(mode | 0o100);
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** The new name survives a loss of power. Some file systems cannot; they have it anyway. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync().catch(() => undefined);
  } finally {
    await folder.close();
  }
}
