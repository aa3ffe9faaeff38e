import { expect, test } from 'vitest';
import { readOptions, UsageError } from './command-line.ts';

test.each([
  [['--nonsense'], /nonsense/],
  [['extra'], /extra/],
  [['--port', 'http'], /--port must be a number from 0 to 65535/],
  [['--port', '70000'], /--port/],
  [['--revoke-second', '-2'], /--revoke-second/],
  [['--seed', 'other'], /--seed/],
  [['--im-api', 'ftp://x'], /--im-api/],
  [['--admin-password='], /--admin-password/],
])('%j is refused with the reason', (args, reason) => {
  expect(() => readOptions(args)).toThrow(UsageError);
  expect(() => readOptions(args)).toThrow(reason);
});

test('defaults: loopback, free ports, no demo data', () => {
  expect(readOptions([])).toMatchObject({
    port: 0,
    host: '127.0.0.1',
    seed: false,
    imApi: undefined,
    exitWithParent: false,
    storeRepeats: false,
  });
});

test('a negative number may follow its option', () => {
  expect(readOptions(['--revoke-second', '-1', '--port', '80'])).toMatchObject({
    revokeSecond: -1,
    port: 80,
  });
  expect(readOptions(['--revoke-second=-1'])).toMatchObject({ revokeSecond: -1 });
});
