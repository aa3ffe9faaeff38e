/**
 * Says of a file that it came from somebody else, as browsers do: Windows opens it in protected view and asks before it
 * runs anything in it, macOS checks it. Best effort: a disk without such notes (FAT, network) takes none.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Tests put their own here. */
export interface MarkWriter {
  platform: NodeJS.Platform;
  write: (path: string, text: string) => Promise<unknown>;
  run: (program: string, args: string[]) => Promise<unknown>;
  chmod: (path: string, mode: number) => Promise<unknown>;
}

const SYSTEM: MarkWriter = {
  platform: process.platform,
  write: (path, text) => writeFile(path, text),
  run: promisify(execFile),
  chmod,
};

/** Zone 3: the internet. */
const ZONE = '[ZoneTransfer]\r\nZoneId=3\r\n';

export async function markAsReceived(path: string, writer: MarkWriter = SYSTEM): Promise<void> {
  const { platform } = writer;
  const marks: Promise<unknown>[] = [];
  if (platform === 'win32') marks.push(writer.write(`${path}:Zone.Identifier`, ZONE));
  if (platform === 'darwin') {
    const time = Math.floor(Date.now() / 1000).toString(16);
    const value = `0081;${time};WuKong Desktop;${randomUUID()}`;
    marks.push(writer.run('/usr/bin/xattr', ['-w', 'com.apple.quarantine', value, path]));
  }
  // No system runs what nobody may execute.
  if (platform !== 'win32') marks.push(writer.chmod(path, 0o600));
  // What fails is left out: the file is whole without it, and only kinds of a list are opened from here.
  await Promise.allSettled(marks);
}
