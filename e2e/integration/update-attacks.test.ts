/**
 * Everything that whoever has the feed, the CDN, the line or an old release can try, against the real updater over real
 * sockets: the app that is installed stays as it is, and what went wrong has its name.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { smallDisk } from '../../electron/core/account-store/testing/small-disk.ts';
import { Network } from '../../electron/core/network/network.ts';
import { parseRoutes } from '../../electron/core/network/route.ts';
import type { Credentials } from '../../electron/core/network/proxy-sign-in.ts';
import { TestProxy, type TestProxyOptions } from '../../electron/core/network/testing/test-proxy.ts';
import { SIGNED } from '../../electron/core/connection/testing/certificates.ts';
import { feedFetch, feedText } from '../../electron/main/updates/feed-get.ts';
import { createUpdateEngine, type UpdateEngine } from '../../electron/main/updates/update-engine.ts';
import { openUpdateRecord } from '../../electron/main/updates/update-record.ts';
import { UpdateFeed, testKey, type TestKey } from '../fixtures/updates/update-feed.ts';

vi.mock('electron', () => {
  const app = {
    getName: () => 'WuKong Desktop',
    whenReady: async () => undefined,
    relaunch: () => undefined,
  };
  return { app };
});

const NAME = 'latest-linux.yml';
const OLD_APP = 'the app as it is installed';
const DAY_MS = 24 * 60 * 60_000;
const NEW_APP = randomBytes(300_000);

let dir: string;
let appImage: string;
let key: TestKey;
let nextKey: TestKey;
let feed: UpdateFeed;
let relaunched: string[];
const envBefore = process.env['APPIMAGE'];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'wukong-updates-'));
  mkdirSync(join(dir, 'apps'));
  appImage = join(dir, 'apps', 'WuKong.AppImage');
  writeFileSync(appImage, OLD_APP, { mode: 0o750 });
  process.env['APPIMAGE'] = appImage;
  key = testKey();
  nextKey = testKey();
  feed = await UpdateFeed.start(key);
  relaunched = [];
});
afterEach(async () => {
  vi.useRealTimers();
  await feed.stop();
  rmSync(dir, { recursive: true, force: true });
  if (envBefore === undefined) delete process.env['APPIMAGE'];
  else process.env['APPIMAGE'] = envBefore;
});

/** The app's network where proxies are `ways`; `known` is who the user is there. */
function networkOver(ways = 'DIRECT', known: Credentials | null = null): Network {
  return new Network({
    resolve: async () => parseRoutes(ways),
    credentials: async (_proxy, refused) => (refused === null ? known : null),
    trust: async () => undefined,
  });
}

/** The updater of an installation: each call is a new start of the app on the same profile. */
function start(
  options: {
    keys?: TestKey[];
    version?: string;
    path?: string;
    profile?: string;
    network?: Network;
    at?: string;
  } = {},
): UpdateEngine {
  const { network = networkOver(), at = feed.url } = options;
  const { keys = [key, nextKey], version = '0.1.0', path = appImage, profile = dir } = options;
  return createUpdateEngine({
    source: { feed: new URL(at), keys: keys.map(({ publicKey }) => publicKey), channel: 'latest' },
    fetch: feedFetch(network),
    kind: { kind: 'appImage', path },
    platform: 'linux',
    arch: 'x64',
    version,
    userDataDir: profile,
    resourcesPath: dir,
    record: openUpdateRecord(profile, () => undefined),
    relaunch: (to) => relaunched.push(to),
    quit: () => undefined,
    log: () => undefined,
  });
}

const never = new AbortController().signal;

/** A line of a manifest. */
const line = (name: string): RegExp => new RegExp(`^(?: {4}| {2}- )?${name}:.*\n`, 'm');

const to =
  (target: string) =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(302, { location: target }).end();
  };

/** `check`, `download`, `install` as far as they get: the reason of the failure, or what came of it. */
async function update(engine: UpdateEngine): Promise<string> {
  try {
    const { isNew } = await engine.check();
    if (!isNew) return 'nothing new';
    await engine.download(() => undefined, never);
    await engine.install();
    return 'installed';
  } catch (error) {
    return (error as { reason?: string }).reason ?? String(error);
  }
}

/** The old app is there whole, alone, and was not told to start anew. */
function nothingHappened(): void {
  expect(readFileSync(appImage, 'utf8')).toBe(OLD_APP);
  expect(readdirSync(join(dir, 'apps'))).toEqual(['WuKong.AppImage']);
  expect(relaunched).toEqual([]);
}

describe('an update', () => {
  it('is loaded, checked, put in the place of the app with its rights, and started', async () => {
    feed.publish({ version: '0.2.0', bytes: NEW_APP });
    expect(await update(start())).toBe('installed');
    expect(readFileSync(appImage).equals(NEW_APP)).toBe(true);
    expect(statSync(appImage).mode & 0o777).toBe(0o750);
    expect(readdirSync(join(dir, 'apps'))).toEqual(['WuKong.AppImage']);
    expect(relaunched).toEqual([appImage]);
    // Once it runs, the same manifest has nothing for it.
    expect(await update(start({ version: '0.2.0' }))).toBe('nothing new');
    expect(existsSync(join(dir, 'updates'))).toBe(false);
  });

  it('leaves a link to the app a link', async () => {
    const link = join(dir, 'link');
    symlinkSync(appImage, link);
    feed.publish({ version: '0.2.0', bytes: NEW_APP });
    expect(await update(start({ path: link }))).toBe('installed');
    expect(statSync(appImage).size).toBe(NEW_APP.byteLength);
    expect(readFileSync(link).equals(NEW_APP)).toBe(true);
  });

  it('of two apps on one file, each with a profile of its own, goes forward only', async () => {
    const [first, second] = ['one', 'two'].map((name) => start({ profile: join(dir, name) }));
    feed.publish({ version: '0.2.0', bytes: NEW_APP });
    await first?.check();
    await first?.download(() => undefined, never);
    const newest = randomBytes(200_000);
    feed.publish({ version: '0.3.0', bytes: newest });
    expect(await update(second ?? start())).toBe('installed');
    // The first still has 0.2.0: it starts into what is there.
    await first?.install();
    expect(readFileSync(appImage).equals(newest)).toBe(true);
    expect(relaunched).toEqual([appImage, appImage]);
    expect(readdirSync(join(dir, 'apps'))).toEqual(['WuKong.AppImage']);
  });

  it('of two at the same moment ends with one whole file', async () => {
    feed.publish({ version: '0.2.0', bytes: NEW_APP });
    const both = ['one', 'two'].map((name) => start({ profile: join(dir, name) }));
    expect(await Promise.all(both.map(update))).toEqual(['installed', 'installed']);
    expect(readFileSync(appImage).equals(NEW_APP)).toBe(true);
    expect(readdirSync(join(dir, 'apps'))).toEqual(['WuKong.AppImage']);
  });

  it('tells the feed nothing about this installation', async () => {
    const headers: string[] = [];
    feed.files.set(NAME, (request, response) => {
      headers.push(...Object.keys(request.headers));
      response.writeHead(404).end();
    });
    expect(await update(start())).toBe('server');
    expect(headers.sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host']);
  });
});

async function proxyTo(options: TestProxyOptions = {}): Promise<TestProxy> {
  const { host } = new URL(feed.url);
  const hosts = { 'updates.corp.test:80': host, 'updates.corp.test:443': host };
  const proxy = await TestProxy.start({ hosts, ...options });
  onTestFinished(() => proxy.die().catch(() => undefined));
  return proxy;
}

describe('a network that needs a proxy', () => {
  const CORP = 'http://updates.corp.test/feed/';
  const eva = { user: 'eva', password: 'pä:ss' };
  it.each([
    ['PROXY', 'http', null],
    ['PROXY', 'http', eva],
    ['SOCKS5', 'socks5', null],
    ['SOCKS5', 'socks5', eva],
  ] as const)('%s (%s, as %j): manifest, signature and package come through it', async (word, kind, who) => {
    const proxy = await proxyTo({ kind, signIn: who });
    feed.publish({ version: '0.2.0', bytes: NEW_APP });
    const network = networkOver(`${word} ${proxy.address}`, who);
    expect(await update(start({ network, at: CORP }))).toBe('installed');
    expect(feed.asked).toEqual([NAME, `${NAME}.sig`, 'WuKong-Desktop-0.2.0-x86_64.AppImage']);
    expect(proxy.passed.length).toBeGreaterThan(0);
    network.refresh();
  });

  it('is never left without it: dead, closed, of another kind or without a password it has its own name', async () => {
    feed.publish({ version: '0.2.0', bytes: NEW_APP });
    const asks = await proxyTo({ signIn: eva });
    const strange = await proxyTo({ signIn: eva, challenges: ['Negotiate'] });
    const refuses = await proxyTo();
    refuses.refused.add('updates.corp.test:80');
    const dead = await proxyTo();
    await dead.die();
    for (const [what, proxy, known] of [
      ['nobody known', asks, null],
      ['a wrong password', asks, { user: 'eva', password: 'wrong' }],
      ['another kind of sign-in', strange, eva],
      ['refused', refuses, null],
      ['dead', dead, null],
    ] as const) {
      const network = networkOver(`PROXY ${proxy.address}`, known);
      expect([what, await update(start({ network, at: CORP }))]).toEqual([what, 'proxy']);
      network.refresh();
    }
    expect(feed.asked).toEqual([]);
    nothingHappened();
  });

  it('needs a certificate of the feed, not of the proxy', async () => {
    const secure = await UpdateFeed.start(key, SIGNED);
    onTestFinished(() => secure.stop());
    secure.publish({ version: '0.2.0', bytes: NEW_APP });
    const proxy = await proxyTo({ hosts: { 'updates.corp.test:443': new URL(secure.url).host } });
    const network = networkOver(`PROXY ${proxy.address}`);
    const at = 'https://updates.corp.test/feed/';
    expect(await update(start({ network, at }))).toBe('certificate');
    expect(await update(start({ at: secure.url }))).toBe('certificate');
    expect(proxy.passed).toEqual(['CONNECT updates.corp.test:443']);
    expect(secure.asked).toEqual([]);
    nothingHappened();
  });
});

describe('a signature', () => {
  it('that is missing, foreign, of another manifest, cut short or no signature is the end', async () => {
    const { text, signature } = feed.publish({ version: '0.2.0', bytes: NEW_APP });
    const other = feed.publish({ version: '0.3.0', bytes: NEW_APP });
    const foreign = feed.publish({ version: '0.2.0', bytes: NEW_APP, signedBy: [testKey()] });
    const forged: (string | null)[] = [
      null,
      '',
      foreign.signature,
      other.signature,
      signature.slice(0, 40),
      `${signature}${'x'.repeat(2_000)}`,
      `${foreign.signature.trim()}\n${'A'.repeat(86)}==\n`,
      signature.trim().split('').toReversed().join(''),
      Buffer.alloc(64).toString('base64'),
      signature.repeat(5),
    ];
    for (const one of forged) {
      feed.serve(NAME, text, one);
      expect([String(one), await update(start())]).toEqual([String(one), 'signature']);
    }
    expect(feed.asked.filter((path) => path.endsWith('AppImage'))).toEqual([]);
    nothingHappened();
    feed.serve(NAME, text, `${foreign.signature}${signature}`);
    expect(await update(start())).toBe('installed');
  });

  it('covers every byte, and is checked before anything is read', async () => {
    const { text, signature } = feed.publish({ version: '0.2.0', bytes: NEW_APP });
    for (const changed of [`${text}\n`, text.replace('0.2.0', '0.2.1'), ` ${text}`, '{{{ no yaml', '']) {
      feed.serve(NAME, changed, signature);
      expect(await update(start())).toBe('signature');
    }
    nothingHappened();
  });

  it('may be by either key of the app; one that was revoked is foreign', async () => {
    feed.publish({ version: '0.2.0', bytes: NEW_APP, signedBy: [nextKey] });
    expect(await update(start({ keys: [nextKey, testKey()] }))).toBe('installed');
    writeFileSync(appImage, OLD_APP);
    relaunched = [];
    feed.publish({ version: '0.3.0', bytes: NEW_APP, signedBy: [key] });
    expect(await update(start({ keys: [nextKey, testKey()], version: '0.2.0' }))).toBe('signature');
    nothingHappened();
  });
});

describe('an old manifest', () => {
  it('is refused once a newer one was seen, over restarts, also when nothing was installed', async () => {
    const old = feed.publish({ version: '0.2.0', bytes: NEW_APP, issued: new Date(Date.now() - DAY_MS) });
    feed.publish({ version: '0.3.0', bytes: NEW_APP, rollout: 0 });
    expect(await update(start())).toBe('nothing new');
    feed.serve(NAME, old.text, old.signature);
    expect(await update(start())).toBe('replayed');
    // Also of the same version: a stopped rollout does not start again.
    const wide = feed.publish({
      version: '0.3.0',
      bytes: NEW_APP,
      issued: new Date(Date.now() - DAY_MS / 2),
    });
    feed.serve(NAME, wide.text, wide.signature);
    expect(await update(start())).toBe('replayed');
    // And a newer one of an older version: nobody goes back.
    feed.publish({ version: '0.2.9', bytes: NEW_APP, issued: new Date(Date.now() + 60_000) });
    expect(await update(start())).toBe('replayed');
    nothingHappened();
  });

  it('is refused when its time is over, whatever the clock was set back to', async () => {
    feed.publish({ version: '0.1.0', bytes: NEW_APP });
    expect(await update(start())).toBe('nothing new');
    const stale = { issued: new Date(Date.now() + 1), expires: new Date(Date.now() + 2 * DAY_MS) };
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3 * DAY_MS });
    feed.publish({ version: '0.2.0', bytes: NEW_APP, ...stale });
    expect(await update(start())).toBe('expired');
    // A manifest of today was believed; then the clock goes back to when the stale one was fresh.
    feed.publish({ version: '0.2.0', bytes: NEW_APP, rollout: 0 });
    expect(await update(start())).toBe('nothing new');
    vi.setSystemTime(Date.now() - 2 * DAY_MS);
    feed.publish({
      version: '0.2.1',
      bytes: NEW_APP,
      issued: new Date(Date.now() + 2 * DAY_MS),
      expires: new Date(Date.now() + 2 * DAY_MS + 1),
    });
    expect(['expired', 'clock']).toContain(await update(start()));
    nothingHappened();
  });

  it('from the future is not believed, and does not keep true ones out afterwards', async () => {
    feed.publish({ version: '0.2.0', bytes: NEW_APP, issued: new Date(Date.now() + 400 * DAY_MS) });
    expect(await update(start())).toBe('clock');
    nothingHappened();
    feed.publish({ version: '0.2.0', bytes: NEW_APP });
    expect(await update(start())).toBe('installed');
  });

  it('of an older version than the one that runs installs nothing', async () => {
    for (const version of ['0.0.9', '0.1.0-beta.1', '0.1.0']) {
      rmSync(join(dir, 'updates.json'), { force: true });
      feed.publish({ version, bytes: NEW_APP });
      expect([version, await update(start())]).toEqual([version, 'nothing new']);
    }
    nothingHappened();
  });
});

describe('a manifest', () => {
  it('of another channel, system or processor is not this one, though it is signed', async () => {
    for (const manifest of ['beta-linux.yml', 'latest.yml', 'latest-mac.yml', 'latest-linux-arm64.yml']) {
      const { text, signature } = feed.publish({ version: '0.2.0', bytes: NEW_APP, manifest });
      feed.serve(NAME, text, signature);
      expect([manifest, await update(start())]).toEqual([manifest, 'malformed']);
    }
    nothingHappened();
  });

  it('that is signed and makes no sense is refused', async () => {
    const { text } = feed.publish({ version: '0.2.0', bytes: NEW_APP });
    const odd: [string, string | Buffer][] = [
      ['no YAML', '{{{'],
      ['nothing', ''],
      ['a list', '- 1\n- 2\n'],
      ['a tag', `!!js/function "x"\n${text}`],
      ['twice the version', `${text}version: "9.0.0"\n`],
      ['twice the files', `${text}files: []\n`],
      ['a version with build metadata', text.replace('"0.2.0"', '"0.2.0+2"')],
      ['the running version with build metadata', text.replace('"0.2.0"', '"0.1.0+1"')],
      ['a version with a v', text.replace('"0.2.0"', '"v0.2.0"')],
      ['a version as a number', text.replace('"0.2.0"', '2')],
      ['a second document', `${text}---\n${text}`],
      ['an ancestor', `__proto__: { version: "9.0.0" }\n${text.replace(line('version'), '')}`],
      ['an end in the year 20000', text.replace(line('expires'), 'expires: "+020000-01-01T00:00:00Z"\n')],
      ['an end that is no day', text.replace(line('expires'), 'expires: "2027-02-30T00:00:00Z"\n')],
      ['bytes that are no text', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])],
      ['no time of signing', text.replace(line('issued'), '')],
      ['no end', text.replace(line('expires'), '')],
      ['an end before its beginning', text.replace(line('expires'), 'expires: "2001-01-01T00:00:00Z"\n')],
      ['no version', text.replace(line('version'), '')],
      ['a version that is none', text.replace('"0.2.0"', '"0.2"')],
      ['a version of a million digits', text.replace('"0.2.0"', `"${'9'.repeat(50_000)}.0.0"`)],
      ['a rollout of 200', text.replace('stagingPercentage: 100', 'stagingPercentage: 200')],
      ['a rollout in words', text.replace('stagingPercentage: 100', 'stagingPercentage: "all"')],
      ['no files', text.replace(/files:[^]*$/, 'files: []\n')],
      ['a file of no bytes', text.replace(/size: \d+/, 'size: 0')],
      ['a file of 2 TB', text.replace(/size: \d+/, 'size: 2000000000000')],
      ['a file of no size', text.replace(line('size'), '')],
      ['no hash', text.replace(line('sha512'), '')],
      ['a short hash', text.replace(/sha512: "[^"]*"/, 'sha512: "AAAA"')],
      ['a file elsewhere', text.replace(/url: "[^"]*"/, 'url: "https://evil.example/x.AppImage"')],
      ['a file above', text.replace(/url: "[^"]*"/, 'url: "../x.AppImage"')],
      ['a file on a share', text.replace(/url: "[^"]*"/, String.raw`url: "\\\\evil\\x.AppImage"`)],
      ['a file with a query', text.replace(/url: "[^"]*"/, 'url: "x.AppImage?a=b"')],
      ['notes by http', text.replace(/notesUrl: "[^"]*"/, 'notesUrl: "http://wukong.example"')],
      ['notes as a script', text.replace(/notesUrl: "[^"]*"/, 'notesUrl: "javascript:alert(1)"')],
      ['more than 64 KB', text + `# ${'x'.repeat(70_000)}\n`],
    ];
    for (const [what, changed] of odd) {
      feed.serveSigned(NAME, changed);
      expect([what, await update(start())]).toEqual([what, 'malformed']);
    }
    expect(feed.asked.filter((path) => path.endsWith('AppImage'))).toEqual([]);
    nothingHappened();
  });

  it('without end is left after 64 KB', async () => {
    let sent = 0;
    feed.files.set(NAME, (_request, response) => {
      const more = (): void => {
        sent += 16_384;
        if (!response.destroyed) response.write('x'.repeat(16_384), () => setImmediate(more));
      };
      more();
    });
    expect(await update(start())).toBe('malformed');
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    nothingHappened();
  });

  it('that stops or drips in byte by byte is left in time', async () => {
    const text = (limits: { stalledMs: number; longestMs: number }): Promise<string> =>
      feedText(new URL(NAME, feed.url), 65_536, { fetch: feedFetch(networkOver()), ...limits }).then(
        () => 'taken',
        (error: Error & { reason?: string }) => `${error.reason ?? error.name}: ${error.message}`,
      );
    feed.files.set(NAME, (_request, response) => {
      response.write('manifest: ');
      const dripping = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(dripping));
    });
    expect(await text({ stalledMs: 30_000, longestMs: 200 })).toBe(
      `network: /feed/${NAME}: not here within 0.2 s`,
    );
    feed.files.set(NAME, (_request, response) => void response.write('manifest: '));
    expect(await text({ stalledMs: 100, longestMs: 30_000 })).toBe('network: nothing has come for too long');
    // Nor one redirect after the other.
    feed.files.set(NAME, (_request, response) => void setTimeout(() => to(NAME)(_request, response), 150));
    expect(await text({ stalledMs: 30_000, longestMs: 200 })).toMatch(/^network: /);
  });

  it('whose announced length is a lie is no manifest', async () => {
    const { text, signature } = feed.publish({ version: '0.2.0', bytes: NEW_APP });
    const sent = Buffer.from(text);
    for (const [length, reason] of [
      [sent.byteLength + 10, 'network'],
      [sent.byteLength - 10, 'signature'],
    ] as const) {
      feed.files.set(NAME, (_request, response) => {
        response.socket?.write(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`);
        response.socket?.end(sent);
      });
      feed.files.set(`${NAME}.sig`, Buffer.from(signature));
      expect([length, await update(start())]).toEqual([length, reason]);
    }
    nothingHappened();
  });

  it('that has no package for this system says so', async () => {
    feed.publish({ version: '0.2.0', bytes: NEW_APP, name: 'WuKong-Desktop-0.2.0-arm64.AppImage' });
    expect(await update(start())).toBe('noPackage');
    feed.publish({ version: '0.2.0', bytes: NEW_APP, name: 'WuKong-Desktop-0.2.0.deb' });
    expect(await update(start())).toBe('noPackage');
    nothingHappened();
  });

  it('with a mark of byte order, fields of later times and what hides among names is read as what it says', async () => {
    const { text } = feed.publish({ version: '0.2.0', bytes: NEW_APP });
    for (const [what, version, changed] of [
      ['a mark', '0.2.0', `\uFEFF${text}`],
      ['later fields', '0.2.0', `${text}\nlater: { version: "9.0.0", files: [1] }\n`],
      ['an ancestor', '0.2.0', `${text}\n__proto__: { stagingPercentage: 0, constructor: 1 }\n`],
      [
        'half a letter',
        '0.2.0',
        text.replace(/notesUrl: ".*"/, String.raw`notesUrl: "https://a.example/\ud800"`),
      ],
    ] as const) {
      feed.serveSigned(NAME, changed);
      const { manifest, isNew } = await start().check();
      expect([what, manifest.version, manifest.stagingPercentage, isNew]).toEqual([what, version, 100, true]);
    }
  });

  it('ends in the very moment it says', async () => {
    const now = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now });
    const issued = new Date(now - 1_000);
    for (const [expires, outcome] of [
      [now, 'expired'],
      [now + 1, 'nothing new'],
    ] as const) {
      feed.publish({ version: '0.1.0', bytes: NEW_APP, issued, expires: new Date(expires) });
      expect([expires - now, await update(start())]).toEqual([expires - now, outcome]);
    }
    // As far ahead as clocks may differ, and a moment more.
    for (const [ahead, outcome] of [
      [DAY_MS + 1, 'clock'],
      [DAY_MS, 'nothing new'],
    ] as const) {
      feed.publish({ version: '0.1.0', bytes: NEW_APP, issued: new Date(now + ahead) });
      expect([ahead, await update(start())]).toEqual([ahead, outcome]);
    }
    nothingHappened();
  });

  it('for everybody reaches the last, and for nobody not even the first', async () => {
    for (const [rolloutPlace, rollout, outcome] of [
      [0, 0, 'nothing new'],
      [0, 1, 'installed'],
      [99, 1, 'installed'],
      [100, 1, 'nothing new'],
      [9_999, 99, 'nothing new'],
      [9_999, 100, 'installed'],
    ] as const) {
      writeFileSync(
        join(dir, 'updates.json'),
        JSON.stringify({ rolloutPlace, lastCheckMs: null, channels: {} }),
      );
      feed.publish({ version: '0.2.0', bytes: NEW_APP, rollout });
      expect([rolloutPlace, rollout, await update(start())]).toEqual([rolloutPlace, rollout, outcome]);
    }
  });

  it('reaches this installation with its share of a rollout, and not before', async () => {
    const place = 4_000;
    writeFileSync(
      join(dir, 'updates.json'),
      JSON.stringify({ rolloutPlace: place, lastCheckMs: null, channels: {} }),
    );
    for (const [rollout, outcome] of [
      [0, 'nothing new'],
      [10, 'nothing new'],
      [40, 'nothing new'],
      [41, 'installed'],
    ] as const) {
      feed.publish({ version: '0.2.0', bytes: NEW_APP, rollout });
      expect([`${rollout} %`, await update(start())]).toEqual([`${rollout} %`, outcome]);
    }
    expect(JSON.parse(readFileSync(join(dir, 'updates.json'), 'utf8'))).toMatchObject({
      rolloutPlace: place,
    });
  });

  it('is not fetched from another origin, and a folder of the own one is', async () => {
    const elsewhere = await UpdateFeed.start(key);
    try {
      elsewhere.publish({ version: '0.2.0', bytes: NEW_APP });
      for (const target of [
        `${elsewhere.url}${NAME}`,
        `https://127.0.0.1/feed/${NAME}`,
        `http://user:password@${new URL(feed.url).host}/feed/x.yml`,
        'file:///etc/passwd',
        `//localhost:1/feed/${NAME}`,
      ]) {
        feed.files.set(NAME, to(target));
        expect([target, await update(start())]).toEqual([target, 'redirect']);
      }
      feed.files.set(NAME, to(NAME));
      expect(['a circle', await update(start())]).toEqual(['a circle', 'redirect']);
      expect(elsewhere.asked).toEqual([]);
      // The package neither, though its manifest is true.
      feed.publish({ version: '0.2.0', bytes: NEW_APP });
      const name = 'WuKong-Desktop-0.2.0-x86_64.AppImage';
      feed.files.set(name, to(`${elsewhere.url}${name}`));
      expect(await update(start())).toBe('redirect');
      expect(elsewhere.asked).toEqual([]);
      nothingHappened();
      feed.files.set('moved/package', NEW_APP);
      feed.files.set(name, to('/feed/moved/package'));
      expect(await update(start())).toBe('installed');
    } finally {
      await elsewhere.stop();
    }
  });
});

describe('a package', () => {
  const name = 'WuKong-Desktop-0.2.0-x86_64.AppImage';

  it('that was changed, cut short, made longer or sent without end is not kept', async () => {
    feed.publish({ version: '0.2.0', bytes: NEW_APP });
    const changed = Buffer.from(NEW_APP);
    changed[150_000] = (changed[150_000] ?? 0) ^ 1;
    for (const [what, bytes] of [
      ['changed', changed],
      ['cut short', NEW_APP.subarray(0, 200_000)],
      ['longer', Buffer.concat([NEW_APP, Buffer.from('x')])],
      ['empty', Buffer.alloc(0)],
    ] as const) {
      feed.files.set(name, bytes);
      expect([what, await update(start())]).toEqual([what, 'changed']);
      expect(packagesKept()).toEqual([]);
    }
    let sent = 0;
    feed.files.set(name, (_request, response) => {
      const more = (): void => {
        sent += 65_536;
        if (!response.destroyed) response.write(Buffer.alloc(65_536), () => setImmediate(more));
      };
      more();
    });
    expect(await update(start())).toBe('changed');
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    expect(packagesKept()).toEqual([]);
    nothingHappened();
  });

  it('goes on where the user paused or the line broke, and is whole in the end', async () => {
    feed.publish({ version: '0.2.0', bytes: NEW_APP });
    const engine = start();
    await engine.check();
    feed.files.set(name, (_request, response) => {
      response.writeHead(200, { 'content-length': NEW_APP.byteLength });
      response.write(NEW_APP.subarray(0, 100_000));
    });
    const pausing = new AbortController();
    const paused = engine.download((sofar) => sofar >= 100_000 && pausing.abort(), pausing.signal);
    await expect(paused).rejects.toMatchObject({ name: 'AbortError' });
    expect(sizeOfPart()).toBe(100_000);

    // The next start of the app; now the line breaks once something more has come.
    feed.files.set(name, (request, response) => {
      feed.asked.push(String(request.headers.range));
      const range = `bytes 100000-${NEW_APP.byteLength - 1}/${NEW_APP.byteLength}`;
      response.writeHead(206, { 'content-range': range, 'content-length': NEW_APP.byteLength - 100_000 });
      response.write(NEW_APP.subarray(100_000, 200_000));
      held = response;
    });
    let held: ServerResponse | undefined;
    const again = start();
    await again.check();
    await expect(again.download((sofar) => sofar >= 200_000 && held?.destroy(), never)).rejects.toMatchObject(
      {
        reason: 'network',
      },
    );
    expect(feed.asked.at(-1)).toBe('bytes=100000-');
    expect(sizeOfPart()).toBe(200_000);

    feed.files.set(name, NEW_APP);
    await again.download(() => undefined, never);
    expect(feed.asked.at(-1)).toBe(`${name} from 200000`);
    await again.install();
    expect(readFileSync(appImage).equals(NEW_APP)).toBe(true);
  });

  it('can be loaded though the next check fails', async () => {
    const { text, signature } = feed.publish({ version: '0.2.0', bytes: NEW_APP });
    const engine = start();
    await engine.check();
    feed.serve(NAME, text, null);
    await expect(engine.check()).rejects.toMatchObject({ reason: 'signature' });
    feed.serve(NAME, text, signature);
    await engine.download(() => undefined, never);
    await engine.install();
    expect(readFileSync(appImage).equals(NEW_APP)).toBe(true);
  });

  it('whose first part was changed on disk meanwhile is loaded anew', async () => {
    feed.publish({ version: '0.2.0', bytes: NEW_APP });
    const engine = start();
    await engine.check();
    const pausing = new AbortController();
    feed.files.set(name, (_request, response) => void response.write(NEW_APP.subarray(0, 100_000)));
    const paused = engine.download((sofar) => sofar >= 100_000 && pausing.abort(), pausing.signal);
    await expect(paused).rejects.toMatchObject({ name: 'AbortError' });
    const [part = ''] = packagesKept();
    writeFileSync(join(dir, 'updates', part), Buffer.alloc(100_000));
    feed.files.set(name, NEW_APP);
    expect(await update(start())).toBe('changed');
    expect(await update(start())).toBe('installed');
  });

  it('that changes between download and installation is not installed', async () => {
    feed.publish({ version: '0.2.0', bytes: NEW_APP });
    const engine = start();
    await engine.check();
    await engine.download(() => undefined, never);
    const [kept = ''] = packagesKept().filter((path) => path.endsWith('.AppImage'));
    writeFileSync(join(dir, 'updates', kept), Buffer.alloc(NEW_APP.byteLength));
    await expect(engine.install()).rejects.toMatchObject({ reason: 'changed' });
    nothingHappened();
  });

  it('that was erased to get the space back is loaded again', async () => {
    feed.publish({ version: '0.2.0', bytes: NEW_APP });
    const engine = start();
    await engine.check();
    await engine.download(() => undefined, never);
    rmSync(join(dir, 'updates'), { recursive: true });
    await engine.download(() => undefined, never);
    await engine.install();
    expect(readFileSync(appImage).equals(NEW_APP)).toBe(true);
  });

  it('that was loaded at an earlier start is looked at again, not loaded again', async () => {
    feed.publish({ version: '0.2.0', bytes: NEW_APP });
    const before = start();
    await before.check();
    await before.download(() => undefined, never);
    feed.files.delete(name);
    expect(await update(start())).toBe('installed');
  });
});

/** Stands for the installer: writes down how it was started. */
const script = (): Buffer => Buffer.from(`#!/bin/sh\necho "$@" > '${join(dir, 'started')}'\n`);

describe('the installer of Windows', () => {
  const installer = 'WuKong-Desktop-0.2.0-x64.exe';
  const quits: string[] = [];
  beforeEach(() => {
    quits.length = 0;
    writeFileSync(join(dir, 'app-update.yml'), 'provider: generic\n');
    // Where electron-updater looks for the program that asks for an administrator.
    Object.defineProperty(process, 'resourcesPath', { value: dir, configurable: true });
  });
  afterEach(() => Reflect.deleteProperty(process, 'resourcesPath'));

  const windows = (): UpdateEngine =>
    createUpdateEngine({
      source: { feed: new URL(feed.url), keys: [key.publicKey], channel: 'latest' },
      fetch: feedFetch(networkOver()),
      kind: { kind: 'nsis' },
      platform: 'win32',
      arch: 'x64',
      version: '0.1.0',
      userDataDir: dir,
      resourcesPath: dir,
      record: openUpdateRecord(dir, () => undefined),
      relaunch: () => undefined,
      quit: () => quits.push('quit'),
      log: () => undefined,
    });
  it('is loaded, checked again, and started without questions before the app ends', async () => {
    feed.publish({ version: '0.2.0', bytes: script(), name: installer, manifest: 'latest.yml' });
    const engine = windows();
    expect((await engine.check()).isNew).toBe(true);
    await engine.download(() => undefined, never);
    const [kept = ''] = packagesKept();
    // Not even started: here it may not be run yet, and the app goes on.
    await expect(engine.install()).rejects.toMatchObject({ reason: 'install' });
    expect(quits).toEqual([]);
    chmodSync(join(dir, 'updates', kept), 0o700);
    await engine.install();
    expect(quits).toEqual(['quit']);
    await vi.waitFor(() =>
      expect(readFileSync(join(dir, 'started'), 'utf8')).toBe('--updated /S --force-run\n'),
    );
  });

  it('is not started when it was changed meanwhile', async () => {
    feed.publish({ version: '0.2.0', bytes: script(), name: installer, manifest: 'latest.yml' });
    const engine = windows();
    await engine.check();
    await engine.download(() => undefined, never);
    const [kept = ''] = packagesKept();
    writeFileSync(join(dir, 'updates', kept), '#!/bin/sh\ntouch evil\n');
    await expect(engine.install()).rejects.toMatchObject({ reason: 'changed' });
    expect(quits).toEqual([]);
    expect(existsSync(join(dir, 'started'))).toBe(false);
  });
});

describe('a full disk', () => {
  it('where the app lies keeps the old app, says so, and takes the update once there is space', async () => {
    const disk = smallDisk(dir);
    const path = join(disk.dir, 'WuKong.AppImage');
    const reason = disk.reason === 'diskFull' ? 'diskFull' : 'install';
    try {
      writeFileSync(path, OLD_APP, { mode: 0o700 });
      feed.publish({ version: '0.2.0', bytes: randomBytes(900_000) });
      const engine = start({ path });
      await engine.check();
      await engine.download(() => undefined, never);
      disk.fill();
      await expect(engine.install()).rejects.toMatchObject({ reason });
      disk.free();
      expect(readFileSync(path, 'utf8')).toBe(OLD_APP);
      expect(readdirSync(disk.dir)).toEqual(['WuKong.AppImage']);
      expect(relaunched).toEqual([]);
      await engine.install();
      expect(statSync(path).size).toBe(900_000);
      expect(relaunched).toEqual([path]);
    } finally {
      disk.dispose();
    }
  });

  it('where packages are kept is noticed before anything is loaded', async () => {
    const disk = smallDisk(dir);
    try {
      feed.publish({ version: '0.2.0', bytes: NEW_APP });
      const engine = start({ profile: disk.dir });
      await engine.check();
      if (disk.reason !== 'diskFull') return;
      disk.fill();
      await expect(engine.download(() => undefined, never)).rejects.toMatchObject({ reason: 'diskFull' });
      disk.free();
      await engine.download(() => undefined, never);
      nothingHappened();
    } finally {
      disk.dispose();
    }
  });

  it('a folder that may not be written to is named', async () => {
    if (process.getuid?.() === 0) return;
    feed.publish({ version: '0.2.0', bytes: NEW_APP });
    expect(await update(start({ path: '/usr/bin/env' }))).toBe('notWritable');
  });
});

function sizeOfPart(): number {
  const [part = ''] = packagesKept();
  return statSync(join(dir, 'updates', part)).size;
}

/** Below `updates/` in the profile, without what electron-updater notes about them. */
function packagesKept(): string[] {
  return readdirSync(join(dir, 'updates'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'update-info.json')
    .map((entry) => join(entry.parentPath, entry.name).slice(join(dir, 'updates').length + 1));
}
