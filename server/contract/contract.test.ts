/** `test:server` against the embedded servers, a scripted TSDD, fronts that are wrong in one way, and a real pair. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readToolOptions, UsageError } from '../probes/tool-options.ts';
import type { Finding } from './check.ts';
import { countsOf, exitCodeOf, jsonOf, lineOf, summaryOf } from './report.ts';
import { runContract } from './run-contract.ts';
import { FAULTS, startFaultyFront } from './testing/faulty-front.ts';
import { embedded, guarded, optionsFor, type Running, stock } from './testing/servers.ts';

const SMS_CODE = '246810';
const LONG = { timeout: 120_000 };
const failedIn = (findings: readonly Finding[]): string[] =>
  findings.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);
const saidOf = (findings: readonly Finding[]): string =>
  findings
    .filter(({ outcome }) => outcome !== 'passed')
    .map(lineOf)
    .join('\n');

let own: Running;
beforeAll(async () => {
  own = await embedded({ smsCode: SMS_CODE, registration: ['phone', 'username'] });
});
afterAll(async () => {
  await own.close();
});

test('the embedded servers keep all of the contract, and nothing is left behind', LONG, async () => {
  const lines: string[] = [];
  const report = await runContract(optionsFor(own.url, { smsCode: SMS_CODE }), (each) =>
    lines.push(lineOf(each)),
  );
  expect([report.stopped, saidOf(report.findings.filter(({ id }) => id !== 'stricter.window'))]).toEqual([
    '',
    '',
  ]);
  expect(report.leftBehind).toEqual([]);
  expect(report.findings.find(({ id }) => id === 'stricter.window')).toMatchObject({
    outcome: 'skipped',
    reason: 'recall ends after 120 s: to see it, wait with --patience 123',
  });
  expect(lines).toHaveLength(report.findings.length);
  expect(new Set(report.findings.map(({ id }) => id)).size).toBe(report.findings.length);
  expect(exitCodeOf(report, true)).toBe(0);
  expect(summaryOf(report)).toContain('0 failed, 0 skipped\nStricter');
  expect(JSON.parse(jsonOf(report, true))).toMatchObject({ passed: true, summary: countsOf(report) });
});

test('a recall time that ends is seen to be enforced', LONG, async () => {
  const short = await embedded({ revokeSecond: 1 });
  try {
    const report = await runContract(optionsFor(short.url, { only: 'stricter.window', patienceMs: 5_000 }));
    expect(saidOf(report.findings)).toBe('');
    // Without a code nobody closes an account: that is said.
    expect(report.leftBehind).toEqual([expect.stringContaining('--sms-code was not given')]);
  } finally {
    await short.close();
  }
});

test('two given accounts do, checks that need a third say so, and the friendship ends', LONG, async () => {
  const accounts = ['givenone1', 'giventwo2'].map((username) => ({ username, password: 'pw123456' }));
  for (const account of accounts)
    await fetch(`${own.url}/v1/user/usernameregister`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...account, name: account.username, flag: 2 }),
    });
  const report = await runContract(optionsFor(own.url, { accounts, only: 'recall.' }));
  expect(failedIn(report.findings)).toEqual([]);
  expect(
    report.findings.filter(({ outcome }) => outcome === 'skipped').map(({ id, reason }) => [id, reason]),
  ).toEqual(
    ['recall.member', 'recall.manager', 'recall.stranger'].map((id) => [id, 'needs a third account']),
  );
  expect(report.leftBehind).toEqual([]);
});

describe('a stock TSDD', () => {
  let tsdd: Awaited<ReturnType<typeof stock>>;
  beforeAll(async () => {
    tsdd = await stock();
  });
  afterAll(async () => {
    await tsdd.close();
  });

  test('falls short by name where it does, and keeps its recalls', LONG, async () => {
    const recall = await runContract(optionsFor(tsdd.url, { only: 'recall.' }));
    expect([recall.stopped, saidOf(recall.findings.filter(({ id }) => id !== 'recall.reminder'))]).toEqual([
      '',
      '',
    ]);
    tsdd.tsdd.state.appConfig.revokeSecond = 1;
    const report = await runContract(optionsFor(tsdd.url, { only: 'stricter.', patienceMs: 5_000 }));
    expect(failedIn(report.findings)).toEqual(
      expect.arrayContaining([
        'stricter.window',
        'stricter.blank',
        'stricter.disagreeing-ids',
        'stricter.first-revoker',
        'stricter.command-names-chat',
        'stricter.forged-command',
        'stricter.forged-sync-once',
        'stricter.forged-notice',
        'stricter.forged-system-line',
        'stricter.edit-own-only',
        'stricter.edit-after-recall',
        'stricter.delete-own-only',
        'stricter.strangers',
        'stricter.im-routes',
        'stricter.no-cursor',
        'stricter.one-of-a-resend',
        'stricter.sign-out-ends',
      ]),
    );
    // Told apart: no failure of the contract.
    expect([exitCodeOf({ ...report, findings: [...recall.findings, ...report.findings] }, false)]).toEqual([
      0,
    ]);
    expect(exitCodeOf(report, true)).toBe(1);
  });

  test.each([
    ['recalled-payloads', 'the message in'],
    ['recalled-quotes', 'a quote or line in'],
  ] as const)('%s alone is told', LONG, async (fault, words) => {
    const { faults } = tsdd.tsdd;
    const before = [...faults];
    for (const each of ['recalled-payloads', 'recalled-quotes', 'pin-tip-words'] as const)
      faults.delete(each);
    const clean = await runContract(optionsFor(tsdd.url, { only: 'stricter.blank' }));
    faults.add(fault);
    const report = await runContract(optionsFor(tsdd.url, { only: 'stricter.blank' }));
    for (const each of before) faults.add(each);
    expect([failedIn(clean.findings), failedIn(report.findings)]).toEqual([[], ['stricter.blank']]);
    expect(report.findings[0]?.reason).toContain(words);
  });

  test('a command that never comes is missed', LONG, async () => {
    tsdd.tsdd.faults.add('cmd-lost');
    const report = await runContract(optionsFor(tsdd.url, { only: 'recall.command' }));
    tsdd.tsdd.faults.delete('cmd-lost');
    expect(failedIn(report.findings)).toEqual(['recall.command', 'recall.command-group']);
  });

  test('closed registration ends in one sentence that says what to give', async () => {
    tsdd.tsdd.faults.add('registration-off');
    const report = await runContract(optionsFor(tsdd.url));
    tsdd.tsdd.faults.delete('registration-off');
    expect(report.stopped).toMatch(/^no account can be made .*暂不支持用户名注册.*WUKONG_CHECK_ACCOUNTS/);
    expect(exitCodeOf(report, false)).toBe(1);
  });
});

test(
  'the guard in front of a stock TSDD mends recall; what is left is its plug-in’s and TSDD’s',
  LONG,
  async () => {
    const mended = await guarded();
    try {
      const recall = await runContract(optionsFor(mended.url, { only: 'recall.' }));
      expect([recall.stopped, saidOf(recall.findings.filter(({ id }) => id !== 'recall.reminder'))]).toEqual([
        '',
        '',
      ]);
      mended.tsdd.state.appConfig.revokeSecond = 1;
      const report = await runContract(optionsFor(mended.url, { only: 'stricter.', patienceMs: 5_000 }));
      expect(report.stopped).toBe('');
      const left = [
        // Its plug-in's, which is not there.
        'stricter.forged-command',
        'stricter.forged-sync-once',
        'stricter.forged-notice',
        'stricter.forged-system-line',
        // TSDD's own.
        'stricter.no-cursor',
        'stricter.one-of-a-resend',
        'stricter.sign-out-ends',
      ];
      expect(failedIn(report.findings).filter((id) => !left.includes(id))).toEqual([]);
    } finally {
      await mended.close();
    }
  },
);

test('a server that takes any token fails', LONG, async () => {
  const open = await embedded({}, { tokenAuth: false });
  try {
    const report = await runContract(optionsFor(open.url, { only: 'wire.bad-token' }));
    expect(report.findings[0]).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('tokenAuthOn'),
    });
  } finally {
    await open.close();
  }
});

test.each(Object.keys(FAULTS))('%s is seen', LONG, async (fault) => {
  const { seenBy = '' } = FAULTS[fault] ?? {};
  const front = await startFaultyFront(own.url, fault);
  try {
    const report = await runContract(optionsFor(front.url, { only: seenBy }));
    expect([report.stopped, failedIn(report.findings)]).toEqual(['', expect.arrayContaining([seenBy])]);
  } finally {
    await front.close();
  }
});

test('a run whose time is over did not pass, and clears up all the same', LONG, async () => {
  const limitMs = 3_000;
  const startedAt = performance.now();
  // However quick the servers are: with the first finding all of the time has passed.
  const wait = (): void => {
    const left = limitMs - (performance.now() - startedAt);
    if (left > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, left);
  };
  const report = await runContract(optionsFor(own.url, { smsCode: SMS_CODE, limitMs }), wait);
  expect(report.stopped).toBe('the time of the whole run (3 s) was over');
  expect(report.findings.at(-1)).toMatchObject({
    outcome: 'skipped',
    reason: 'the time of the whole run was over',
  });
  expect([report.leftBehind, exitCodeOf(report, false)]).toEqual([[], 1]);
});

describe('arguments', () => {
  test.each([
    [[], 'Say which server: npm run test:server -- http://…'],
    [['http://a', 'http://b'], 'One address only, not "http://b" as well.'],
    [['example.com'], '"example.com" is no address: it begins with http:// or https://.'],
    [['ftp://x'], '"ftp://x" is no address of a business server: it begins with http:// or https://.'],
    [['http://u:p@x'], 'The address holds no user name or password; accounts are given by --account.'],
    [['http://x', '--patience', 'long'], '--patience is a number of seconds from 0 to 3600, not "long".'],
    [['http://x', '--account', 'name'], 'An account is given as name:password.'],
    [['http://x', '--account', 'a:b'], 'Two accounts are needed: one alone has nobody to write to.'],
    [['http://x', '--account', 'a:b', '--account', 'a:c'], 'The accounts have to be of different people.'],
    [['http://x', '--manager', 'http://y'], '--manager is no option of test:server.'],
    [['http://x', '--nonsense'], "Unknown option '--nonsense'."],
  ])('%j', (args, sentence) => {
    expect(() => readToolOptions(args, {}, 'test:server', 100, ['manager'])).toThrow(
      new UsageError(sentence),
    );
  });

  test('accounts come from the environment, and a password may hold a colon', () => {
    const env = { WUKONG_CHECK_ACCOUNTS: 'a:1:2,b:3' };
    expect(readToolOptions(['http://x/v1/'], env, 'doctor', 50, [])).toMatchObject({
      url: 'http://x/v1',
      accounts: [
        { username: 'a', password: '1:2' },
        { username: 'b', password: '3' },
      ],
    });
  });

  test('a wrong one is one sentence and exit code 2', () => {
    const main = fileURLToPath(new URL('main.ts', import.meta.url));
    const ran = spawnSync(process.execPath, [main, 'nowhere'], { encoding: 'utf8' });
    expect([ran.status, ran.stdout, ran.stderr]).toEqual([
      2,
      '',
      '"nowhere" is no address: it begins with http:// or https://.\n',
    ]);
  });
});

test('nothing there is one sentence', async () => {
  const report = await runContract(optionsFor('http://127.0.0.1:9'));
  expect(report.stopped).toMatch(/^no TSDD server answers at http:\/\/127\.0\.0\.1:9: /);
  expect(exitCodeOf(report, false)).toBe(1);
});

const real = process.env['WUKONG_CONTRACT_SERVER'] ?? '';
test.skipIf(real === '')('a real pair (WUKONG_CONTRACT_SERVER) keeps the contract', LONG, async () => {
  const options = readToolOptions([real], process.env, 'test:server', 100, []);
  const report = await runContract({ ...options, smsCode: process.env['WUKONG_INTEROP_SMS_CODE'] ?? null });
  expect([report.stopped, saidOf(report.findings.filter(({ chapter }) => chapter !== 'stricter'))]).toEqual([
    '',
    '',
  ]);
});
