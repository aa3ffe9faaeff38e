import { expect, it } from 'vitest';
import { markAsReceived, type MarkWriter } from './received-mark.ts';

function recorder(platform: NodeJS.Platform, fail = false) {
  const done: unknown[][] = [];
  const note = async (...call: unknown[]): Promise<void> => {
    done.push(call);
    if (fail) throw new Error('this disk takes no notes');
  };
  const writer: MarkWriter = {
    platform,
    write: (path, text) => note('write', path, text),
    run: (program, args) => note('run', program, args),
    chmod: (path, mode) => note('chmod', path, mode),
  };
  return { done, writer };
}

it('Windows: the zone of the internet beside the file', async () => {
  const { done, writer } = recorder('win32');
  await markAsReceived('C:\\x\\a.docx', writer);
  expect(done).toEqual([['write', 'C:\\x\\a.docx:Zone.Identifier', '[ZoneTransfer]\r\nZoneId=3\r\n']]);
});

it('macOS: quarantine, and no right to run', async () => {
  const { done, writer } = recorder('darwin');
  await markAsReceived('/x/a.zip', writer);
  const value = expect.stringMatching(/^0081;[0-9a-f]{8};WuKong Desktop;[0-9a-f-]{36}$/) as string;
  expect(done).toEqual([
    ['run', '/usr/bin/xattr', ['-w', 'com.apple.quarantine', value, '/x/a.zip']],
    ['chmod', '/x/a.zip', 0o600],
  ]);
});

it('Linux: no right to run', async () => {
  const { done, writer } = recorder('linux');
  await markAsReceived('/x/run.desktop', writer);
  expect(done).toEqual([['chmod', '/x/run.desktop', 0o600]]);
});

it.each(['win32', 'darwin', 'linux'] as const)(
  'a disk that takes no note stops nothing: %s',
  async (platform) => {
    await expect(markAsReceived('/x/a.pdf', recorder(platform, true).writer)).resolves.toBeUndefined();
  },
);
