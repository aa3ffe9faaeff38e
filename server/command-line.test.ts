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
  [['--im-api-token', 'a b c d e f'], /--im-api-token/],
  [['--webhook-secret', 'short'], /--webhook-secret/],
  [['--webhook-secret', 'with/a/slash?'], /--webhook-secret/],
  [['--public-host', 'chat.example.org:8443'], /--public-host must be a name/],
  [['--public-host', 'https://chat.example.org'], /--public-host/],
  [['--public-host', ''], /--public-host/],
  [['--sms-code', ''], /--sms-code must be/],
  [['--sms-code', '1 2'], /--sms-code/],
  [['--sms', 'carrier'], /--sms knows only "demo"/],
  [['--registration', 'some'], /--registration must be all, username, phone or closed/],
  [['--invite-code', 'a b c d'], /--invite-code must be/],
  [['--verify-new-devices'], /--verify-new-devices needs --sms/],
  [['--password-cost', '1000'], /--password-cost must be a power of two/],
  [['--password-cost', '8'], /--password-cost must be a number from 16/],
  [['--shortest-mute', '0'], /--shortest-mute must be a number from 1 to 60/],
  [['--admin-password-stdin', '--exit-with-parent'], /stdin/],
  [['--admin-password-stdin', '--admin-password', 'x'], /one of them/],
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

test('names that lead here are kept as given', () => {
  const names = ['chat.example.org', '192.0.2.7', 'fd00::7', 'box'];
  expect(readOptions(names.flatMap((name) => ['--public-host', name])).publicHosts).toEqual(names);
});

test('a negative number may follow its option', () => {
  expect(readOptions(['--revoke-second', '-1', '--port', '80'])).toMatchObject({
    revokeSecond: -1,
    port: 80,
  });
  expect(readOptions(['--revoke-second=-1'])).toMatchObject({ revokeSecond: -1 });
});

test('secrets come from the environment; arguments that show one are named', () => {
  const environment = {
    WUKONG_ADMIN_PASSWORD: 'from the environment',
    WUKONG_IM_API_TOKEN: 'token-of-the-environment',
    WUKONG_WEBHOOK_SECRET: 'secret-of-the-environment',
  };
  expect(readOptions([], environment)).toMatchObject({
    adminPassword: 'from the environment',
    imApiToken: 'token-of-the-environment',
    webhookSecret: 'secret-of-the-environment',
    openSecrets: [],
  });
  expect(readOptions(['--im-api-token', 'token-of-the-arguments'], environment)).toMatchObject({
    imApiToken: 'token-of-the-arguments',
    openSecrets: ['im-api-token'],
  });
});
