/** `doctor` against the embedded servers, a scripted TSDD with each fault by name, and a real deployment. */
import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { embedded, optionsFor, type Running, stock } from '../contract/testing/servers.ts';
import { readToolOptions } from '../probes/tool-options.ts';
import type { TsddFault } from '../testing/scripted-tsdd/faults.ts';
import { hostOf, placeOf } from './addresses.ts';
import type { Diagnosis } from './diagnosis.ts';
import { examine } from './examine.ts';
import { exitCodeOf, tableOf } from './table.ts';

const LONG = { timeout: 60_000 };
const badIn = (rows: readonly Diagnosis[]): string[] =>
  rows.filter(({ verdict }) => verdict === 'bad').map(({ id }) => id);

describe('the embedded servers', () => {
  test('have nothing to be mended, and a table says what they are', LONG, async () => {
    const own = await embedded({ smsCode: '246810', revokeSecond: 1, adminPassword: 'long and random' });
    try {
      const seen = await examine(optionsFor(own.url, { smsCode: '246810', patienceMs: 5_000 }));
      expect([seen.stopped, badIn(seen.diagnoses), seen.leftBehind]).toEqual(['', [], []]);
      // Plain http on this computer is a note; everything else is good.
      expect(seen.diagnoses.filter(({ verdict }) => verdict !== 'good').map(({ id }) => id)).toEqual(['tls']);
      expect(seen.diagnoses.find(({ id }) => id === 'uploads')?.found).toBe('2048 MiB, not 4096 MiB');
      expect(exitCodeOf(seen, true)).toBe(0);
      expect(tableOf(seen)).toContain('0 to be mended, 1 to be known, 0 not to be told from here');
      expect(
        Math.max(
          ...tableOf(seen)
            .split('\n')
            .map(({ length }) => length),
        ),
      ).toBeLessThanOrEqual(130);
    } finally {
      await own.close();
    }
  });

  test('with any token taken, a fixed code and a time too long to wait for', LONG, async () => {
    const open = await embedded({ smsCode: '123456' }, { tokenAuth: false });
    try {
      const seen = await examine(optionsFor(open.url, { smsCode: '123456' }));
      expect(badIn(seen.diagnoses)).toEqual(['sms-code', 'tokens']);
      // Whoever showed the code is gone again.
      expect([seen.leftBehind, JSON.stringify(seen.diagnoses)]).toEqual([
        [],
        expect.not.stringContaining('could not be closed'),
      ]);
      expect(seen.diagnoses.find(({ id }) => id === 'window')).toMatchObject({
        verdict: 'unknown',
        found: '120 s are published; it says that it enforces them (recall_enforced)',
        remedy: 'recall ends after 120 s: to see it, wait with --patience 123',
      });
      expect([exitCodeOf(seen, false), exitCodeOf({ ...seen, diagnoses: [] }, true)]).toEqual([1, 0]);
    } finally {
      await open.close();
    }
  });
});

describe('a scripted TSDD', () => {
  let tsdd: Awaited<ReturnType<typeof stock>>;
  beforeAll(async () => {
    tsdd = await stock();
    tsdd.tsdd.state.appConfig.revokeSecond = 1;
  });
  afterAll(async () => {
    await tsdd.close();
  });
  /** With these faults and no other. */
  async function withFaults(faults: readonly TsddFault[], only: string) {
    const { faults: on } = tsdd.tsdd;
    const before = [...on];
    on.clear();
    for (const fault of faults) on.add(fault);
    try {
      return await examine(optionsFor(tsdd.url, { only, patienceMs: 5_000 }));
    } finally {
      on.clear();
      for (const fault of before) on.add(fault);
    }
  }

  test('as it is: every fault with its remedy', LONG, async () => {
    const seen = await examine(optionsFor(tsdd.url, { patienceMs: 5_000 }));
    expect(badIn(seen.diagnoses)).toEqual([
      'im-routes',
      'admin-password',
      'roles',
      'window',
      'leaks',
      'forgeries',
      'edits',
      'strangers',
    ]);
    expect(seen.diagnoses.filter(({ verdict, remedy }) => verdict === 'bad' && remedy === '')).toEqual([]);
    expect(exitCodeOf(seen, false)).toBe(1);
    expect(tableOf(seen)).toContain('→ put the recall guard in front');
  });

  test.each<[TsddFault, string]>([
    ['no-recall-window', 'window'],
    ['recalled-payloads', 'leaks'],
    ['recalled-quotes', 'leaks'],
    ['pin-tip-words', 'leaks'],
    ['edit-unchecked', 'edits'],
    ['extra-sync-open', 'strangers'],
    ['default-admin-password', 'admin-password'],
    ['im-routes-open', 'im-routes'],
    ['name-is-role', 'roles'],
    ['clock-wrong', 'clock'],
    ['small-uploads', 'uploads'],
    ['nodes-in-turn', 'node'],
  ])('%s alone makes "%s" bad', LONG, async (fault, row) => {
    const seen = await withFaults([fault], row);
    expect([seen.stopped, badIn(seen.diagnoses)]).toEqual(['', [row]]);
  });

  test.each(['window', 'leaks', 'edits', 'admin-password', 'im-routes', 'roles', 'clock', 'uploads', 'node'])(
    'without faults "%s" is not bad',
    LONG,
    async (row) => {
      const seen = await withFaults([], row);
      expect([seen.stopped, badIn(seen.diagnoses)]).toEqual(['', []]);
    },
  );

  test('without a way to an account the rest is looked at, and says why', LONG, async () => {
    const seen = await withFaults(['registration-off'], '');
    expect(seen.diagnoses.find(({ id }) => id === 'ways-in')?.verdict).toBe('good');
    expect(seen.diagnoses.find(({ id }) => id === 'leaks')).toMatchObject({
      verdict: 'unknown',
      found: expect.stringContaining('WUKONG_CHECK_ACCOUNTS'),
    });
    expect([exitCodeOf(seen, false), exitCodeOf(seen, true)]).toEqual([0, 1]);
  });

  test.each<[TsddFault, RegExp]>([
    ['down', /no TSDD server answers/],
    ['bad-gateway', /502/],
  ])('%s is one sentence', LONG, async (fault, sentence) => {
    const seen = await withFaults([fault], '');
    expect(tableOf(seen)).toMatch(sentence);
    expect(exitCodeOf(seen, false)).toBe(1);
  });
});

describe('ports', () => {
  let own: Running;
  const servers: Server[] = [];
  beforeAll(async () => {
    own = await embedded();
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    await own.close();
  });
  async function answering(status: number, text: string): Promise<string> {
    const server = createServer((_request, response) => response.writeHead(status).end(text));
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test('an IM API that answers whoever asks is bad, one that asks for a token a note', LONG, async () => {
    const open = await answering(200, '{"tcp_addr":"x"}');
    const seen = await examine(optionsFor(own.url, { only: 'im-api', imApi: open }));
    expect(seen.diagnoses).toMatchObject([{ verdict: 'bad', found: `${open} answers whoever asks` }]);
    const asked = await examine(optionsFor(own.url, { only: 'im-api', imApi: own.imApi }));
    expect(asked.diagnoses).toMatchObject([
      { verdict: 'note', found: expect.stringContaining('asks for a token') },
    ]);
    // Something else on that port is no IM server.
    const other = await examine(
      optionsFor(own.url, { only: 'im-api', imApi: await answering(200, 'hello') }),
    );
    expect(other.diagnoses).toMatchObject([{ verdict: 'good' }]);
  });

  test('a manager that answers is bad', LONG, async () => {
    const manager = await answering(200, '<html>');
    const seen = await examine(optionsFor(own.url, { only: 'manager', manager }));
    expect(seen.diagnoses).toMatchObject([{ verdict: 'bad', remedy: expect.stringContaining('firewall') }]);
  });
});

test.each([
  ['127.0.0.1', 'this computer'],
  ['[::1]', 'this computer'],
  ['localhost', 'this computer'],
  ['10.1.2.3', 'a private network'],
  ['172.31.0.1', 'a private network'],
  ['100.64.1.1', 'a private network'],
  ['fd00::1', 'a private network'],
  ['172.32.0.1', 'public'],
  ['im.example.com', 'public'],
])('%s is %s', (host, place) => {
  expect(placeOf(host)).toBe(place);
});

test.each([
  ['127.0.0.1:5100', '127.0.0.1'],
  ['[::1]:5100', '[::1]'],
  ['wss://im.example.com/ws', 'im.example.com'],
  ['nonsense', ''],
])('the host of %s is "%s"', (address, host) => {
  expect(hostOf(address)).toBe(host);
});

test('a wrong argument is one sentence and exit code 2', () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const ran = spawnSync(process.execPath, [main, 'http://x', '--limit', '1'], { encoding: 'utf8' });
  expect([ran.status, ran.stdout, ran.stderr]).toEqual([
    2,
    '',
    '--limit is a number of seconds from 5 to 7200, not "1".\n',
  ]);
});

test('a look whose time is over says so, is no good one, and clears up', LONG, async () => {
  const own = await embedded({ smsCode: '246810' });
  try {
    const whole = await examine(optionsFor(own.url, { smsCode: '246810' }));
    const seen = await examine(
      optionsFor(own.url, { smsCode: '246810', limitMs: Math.floor(whole.tookMs / 2) }),
    );
    expect(seen.diagnoses.at(-1)).toMatchObject({ id: 'time', verdict: 'bad' });
    expect([seen.leftBehind, exitCodeOf(seen, false)]).toEqual([[], 1]);
  } finally {
    await own.close();
  }
});

const real = process.env['WUKONG_CONTRACT_SERVER'] ?? '';
test.skipIf(real === '')(
  'a real deployment (WUKONG_CONTRACT_SERVER) is looked at within a minute',
  LONG,
  async () => {
    const options = readToolOptions([real], process.env, 'doctor', 50, []);
    const seen = await examine({ ...options, smsCode: process.env['WUKONG_INTEROP_SMS_CODE'] ?? null });
    expect(seen.stopped).toBe('');
    expect(seen.tookMs).toBeLessThan(60_000);
  },
);

test(
  'a server whose messages do not arrive has to be mended, row by row, and the look ends',
  LONG,
  async () => {
    const own = await embedded({ imAddresses: { tcp: '127.0.0.1:9', ws: '', wss: '' } });
    try {
      const seen = await examine(optionsFor(own.url));
      expect(badIn(seen.diagnoses)).toEqual(['versions', 'clock', 'transports', 'messages']);
      // What needs a message is not asked one after the other, each with a wait of its own.
      const waiting = seen.diagnoses
        .filter(({ found }) => found === 'no message arrives')
        .map(({ id }) => id);
      expect(waiting).toEqual(['tokens', 'window', 'leaks', 'forgeries', 'edits', 'strangers']);
      expect(seen.diagnoses.find(({ id }) => id === 'messages')?.found).toContain('ECONNREFUSED');
      expect(seen.tookMs).toBeLessThan(45_000);
    } finally {
      await own.close();
    }
  },
);
