/** Downloads that go on in the next run of the app: over a real store and a scripted server (docs/media.md). */
import { createHash, randomFillSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OPEN_RULES } from '../../../shared/media-rules.ts';
import type { TransferView } from '../../../shared/transfer.ts';
import { extraOf, GROUP, idOf, ME, message } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import type { DownloadAnswer, DownloadRequest } from '../api/file-download.ts';
import { TransferError } from '../api/file-transfer.ts';
import { LEAST_LEFT_BYTES } from './left-parts.ts';
import { Media } from './media.ts';
import type { MediaOptions } from './media-options.ts';

const MIB = 1024 * 1024;
/** Megabytes take their time on a busy machine. */
const SOON = { timeout: 15_000 };
const KEY = (seq: number): string => `u-bob:no-${seq}`;
const fixture = useFixture();
let media: Media;
let requests: DownloadRequest[];
let reports: TransferView[];
/** What the server has, what it calls that, and after how many bytes of an answer it sends no more. */
let server: {
  body: Buffer;
  tag: string | null;
  stopAfter: number;
  ranges: boolean;
  digest: string | null;
  heedsMarks: boolean;
};
let broken: boolean;

function answer(request: DownloadRequest): DownloadAnswer {
  requests.push(request);
  const { body, tag, stopAfter, ranges, digest, heedsMarks } = server;
  const goesOn = ranges && request.offset > 0 && (request.validator === tag || !heedsMarks);
  const start = goesOn ? request.offset : 0;
  const { signal } = request;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = start; at < body.length; at += 64 * 1024) {
      if (at - start >= stopAfter) {
        if (broken) throw new TransferError('network', 'broken');
        await new Promise<never>((_done, fail) => {
          if (signal.aborted) fail(signal.reason as Error);
          signal.addEventListener('abort', () => fail(signal.reason as Error));
        });
      }
      yield body.subarray(at, Math.min(body.length, at + 64 * 1024));
    }
  }
  const inParts = goesOn || (ranges && request.inParts === true);
  return { start, totalBytes: body.length, inParts, validator: tag, digest, body: chunks() };
}

const options = (change: Partial<MediaOptions> = {}): MediaOptions => ({
  accountDir: fixture.dir,
  me: ME,
  store: fixture.store,
  api: {
    downloadFile: async (request) => answer(request),
    uploadFile: () => Promise.reject(new Error('nothing is sent here')),
    discardUpload: () => Promise.resolve(),
  },
  push: (views) => void reports.push(...views),
  announce: () => undefined,
  log: () => undefined,
  retryDelaysMs: [1],
  serverNow: () => fixture.nowMs,
  ...change,
});

beforeEach(() => {
  [requests, reports, broken] = [[], [], false];
  const body = randomFillSync(Buffer.alloc(3 * MIB + 17));
  server = { body, tag: '"v"', stopAfter: Infinity, ranges: true, digest: null, heedsMarks: true };
  media = new Media(options());
  fixture.store.messages.ingest([file(1), file(2)], 'live');
});
afterEach(() => media.close());

const file = (seq: number) =>
  message(seq, { payload: { type: 8, url: `file/preview/${seq}`, name: `${seq}.bin`, size: 3 * MIB + 17 } });
const cached = (): string[] => {
  const dir = join(fixture.dir, 'media');
  return existsSync(dir) ? readdirSync(dir) : [];
};
const load = (asked = true) => media.load(GROUP, KEY(1), asked);
const whole = (): Buffer => readFileSync(join(fixture.dir, 'media', cached()[0] ?? ''));
const restart = (change: Partial<MediaOptions> = {}): void => {
  fixture.reopen();
  media = new Media(options(change));
};

/** The app ends after `bytes` of an answer, with those `before` it; answers how many are on the disk. */
async function quitAfter(bytes: number, before = 0): Promise<number> {
  server.stopAfter = bytes;
  const loading = Promise.allSettled([load()]);
  await expect.poll(() => reports.at(-1)?.doneBytes ?? 0, SOON).toBeGreaterThanOrEqual(before + bytes);
  await media.close();
  await loading;
  server.stopAfter = Infinity;
  requests.length = 0;
  reports.length = 0;
  return fixture.store.media.leftParts()[0]?.bytes ?? 0;
}

const sum = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const recall = (): void =>
  fixture.store.messages.applyRecall({
    channel: GROUP,
    messageId: idOf(1),
    clientMsgNo: null,
    revoker: 'u-bob',
    version: 9,
    source: 'cmd',
    startedAt: 0,
  });

describe('a download that the end of the app broke off', () => {
  it('goes on where it was, with the mark of the server, and is whole', async () => {
    const held = await quitAfter(2 * MIB);
    expect(held).toBe(2 * MIB);
    restart();
    expect(fixture.store.media.begun(GROUP)).toEqual([KEY(1)]);
    expect(cached()).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.part$/)]);
    expect(fixture.store.media.usage()).toEqual({ files: 1, bytes: held });
    await load();
    expect(requests).toMatchObject([{ offset: held, validator: '"v"' }]);
    // What was here already counts from the first report on.
    expect(reports.find(({ state }) => state === 'running')?.doneBytes).toBeGreaterThanOrEqual(held);
    expect(cached()).toHaveLength(1);
    expect(whole().equals(server.body)).toBe(true);
    expect([fixture.store.media.leftParts(), fixture.store.media.begun(GROUP)]).toEqual([[], []]);
    expect(fixture.store.media.usage()).toEqual({ files: 1, bytes: server.body.length });
    // And over one more restart it is the file of the message.
    await media.close();
    restart();
    await load();
    expect(requests).toHaveLength(1);
  });

  it('goes on in the third run as well, and when it is only seen, whatever is loaded by itself', async () => {
    await quitAfter(MIB);
    const quiet = { rules: () => ({ ...OPEN_RULES, files: false }) };
    restart(quiet);
    const held = await quitAfter(MIB, MIB);
    expect(held).toBe(2 * MIB);
    restart(quiet);
    // (Another file waits to be asked for.)
    expect(await media.load(GROUP, KEY(2), false)).toMatchObject({ held: true });
    expect(await load(false)).toMatchObject({ bytes: server.body.length });
    expect(requests).toMatchObject([{ offset: held }]);
    expect(whole().equals(server.body)).toBe(true);
  });

  it.each([
    ['is another one at the server now', () => (server.tag = '"w"')],
    [
      'is another one, and the server goes on with that all the same',
      () => {
        [server.tag, server.heedsMarks] = ['"w"', false];
        server.body = randomFillSync(Buffer.alloc(server.body.length));
      },
    ],
    ['comes from a server that sends everything again', () => (server.ranges = false)],
    ['is longer now', () => (server.body = randomFillSync(Buffer.alloc(4 * MIB)))],
  ])('is loaded anew where it %s', async (_how, change) => {
    await quitAfter(2 * MIB);
    change();
    restart();
    await load();
    expect(requests[0]).toMatchObject({ offset: 2 * MIB, validator: '"v"' });
    expect(whole().equals(server.body)).toBe(true);
    expect([cached().length, fixture.store.media.leftParts()]).toEqual([1, []]);
  });

  it.each([
    [
      'another byte',
      (path: string) => writeFileSync(path, Buffer.concat([Buffer.of(9), whole().subarray(1)])),
    ],
    ['fewer bytes', (path: string) => truncateSync(path, 100)],
  ])('begins anew where the disk has %s', async (_what, damage) => {
    await quitAfter(2 * MIB);
    server.body[0] = 7;
    damage(join(fixture.dir, 'media', cached()[0] ?? ''));
    restart();
    await load();
    expect(requests).toMatchObject([{ offset: 0 }]);
    expect(whole().equals(server.body)).toBe(true);
    expect(cached()).toHaveLength(1);
  });

  it('leaves nothing where it is short, has no mark, or was cancelled', async () => {
    expect(await quitAfter(LEAST_LEFT_BYTES / 2)).toBe(0);
    restart();
    expect(cached()).toEqual([]);
    server.tag = null;
    expect(await quitAfter(2 * MIB)).toBe(0);
    restart();
    expect(cached()).toEqual([]);
    [server.tag, server.stopAfter] = ['"v"', 2 * MIB];
    const loading = Promise.allSettled([load()]);
    await expect.poll(() => fixture.store.media.leftParts().length, SOON).toBe(1);
    media.cancel(GROUP, KEY(1));
    await loading;
    await expect.poll(cached, SOON).toEqual([]);
    expect(fixture.store.media.leftParts()).toEqual([]);
  });

  it('also one whose connection broke before, and one of a process that was killed', async () => {
    [server.stopAfter, broken] = [2 * MIB, true];
    server.ranges = false;
    await expect(load()).rejects.toMatchObject({ code: 'network' });
    // (What the killed one had not written down counts for nothing, and is cut off.)
    const path = join(fixture.dir, 'media', cached()[0] ?? '');
    writeFileSync(path, Buffer.alloc(999), { flag: 'a' });
    [server.stopAfter, broken, server.ranges] = [Infinity, false, true];
    requests.length = 0;
    const second = new Media(options());
    await second.load(GROUP, KEY(1), true);
    expect(requests).toMatchObject([{ offset: 2 * MIB }]);
    expect(whole().equals(server.body)).toBe(true);
    await second.close();
  });
});

/** A film by its first bytes. */
const film = (): void => {
  const bytes = 7 * MIB;
  server.body = randomFillSync(Buffer.alloc(bytes));
  server.body.write('\0\0\0\u0020ftypisom', 'latin1');
  const payload = { type: 5, url: 'file/film', size: bytes, width: 320, height: 180, second: 8 };
  fixture.store.messages.ingest([message(5, { payload })], 'live');
};

/** It is watched at several places, and the gap between the first two closes: [0, 1) [3, 4) [1, 3) [4, 6) MiB. */
async function watchAbout(): Promise<void> {
  server.stopAfter = MIB;
  const { url } = await media.films.address(GROUP, KEY(5), true);
  const token = url.replace('app://wukong/media/', '');
  await expect.poll(() => reports.at(-1)?.doneBytes, SOON).toBe(MIB);
  await media.films.until(token, 3 * MIB);
  await expect.poll(() => reports.at(-1)?.doneBytes, SOON).toBe(2 * MIB);
  server.stopAfter = 2 * MIB;
  await media.films.until(token, MIB);
  await expect.poll(() => reports.at(-1)?.doneBytes, SOON).toBe(6 * MIB);
}

describe('a film that was watched at several places', () => {
  it('keeps all that is in one piece from its beginning on, in whichever order it came', async () => {
    film();
    await watchAbout();
    expect(requests.map(({ offset }) => offset / MIB)).toEqual([0, 3, 1, 4]);
    await media.close();
    expect(fixture.store.media.leftParts()).toMatchObject([{ bytes: 6 * MIB }]);
    [server.stopAfter, server.digest, requests.length] = [Infinity, sum(server.body), 0];
    restart();
    const { path } = await media.fileFor(GROUP, KEY(5), 'save');
    expect(requests).toMatchObject([{ offset: 6 * MIB, validator: '"v"' }]);
    expect(readFileSync(path).equals(server.body)).toBe(true);
  });

  it('is loaded anew, and whole, where somebody cut its file off meanwhile', async () => {
    film();
    server.digest = sum(server.body);
    server.stopAfter = MIB;
    const { url } = await media.films.address(GROUP, KEY(5), true);
    await expect.poll(() => reports.at(-1)?.doneBytes, SOON).toBe(MIB);
    await media.films.until(url.replace('app://wukong/media/', ''), 3 * MIB);
    await expect.poll(() => reports.at(-1)?.doneBytes, SOON).toBe(2 * MIB);
    truncateSync(join(fixture.dir, 'media', cached()[0] ?? ''), MIB);
    server.stopAfter = Infinity;
    const saving = media.fileFor(GROUP, KEY(5), 'save');
    await media.films.until(url.replace('app://wukong/media/', ''), 2 * MIB);
    expect(readFileSync((await saving).path).equals(server.body)).toBe(true);
  });
});

it('what was broken off and cleared away since is loaded anew at the first click', async () => {
  [server.stopAfter, broken, server.ranges] = [2 * MIB, true, false];
  await expect(load()).rejects.toMatchObject({ code: 'network' });
  expect(cached()).toHaveLength(1);
  media.clear();
  await expect.poll(cached, SOON).toEqual([]);
  [server.stopAfter, broken, requests.length] = [Infinity, false, 0];
  await load();
  expect(requests).toMatchObject([{ offset: 0 }]);
  expect(whole().equals(server.body)).toBe(true);
});

it('what cannot be written down is loaded all the same', async () => {
  const keepPart = vi.spyOn(fixture.store.media, 'keepPart').mockImplementation(() => {
    throw new Error('the database is full');
  });
  await load();
  expect(whole().equals(server.body)).toBe(true);
  expect(keepPart).toHaveBeenCalled();
  keepPart.mockRestore();
});

describe('the sum that a server says', () => {
  it('is that of the whole file, also where it went on', async () => {
    server.digest = sum(server.body);
    await quitAfter(2 * MIB);
    restart();
    await load();
    expect(requests).toMatchObject([{ offset: 2 * MIB }]);
    expect(whole().equals(server.body)).toBe(true);
  });

  it('of other bytes than came: loaded once more, then it failed, and nothing is shown or left', async () => {
    server.digest = sum(Buffer.from('another'));
    await media.close();
    media = new Media(options({ retryDelaysMs: [1, 1, 1] }));
    await expect(load()).rejects.toMatchObject({ code: 'network' });
    expect(requests.map(({ offset }) => offset)).toEqual([0, 0]);
    expect(fixture.store.media.get(GROUP, KEY(1))).toBeNull();
    expect(cached()).toEqual([]);
    expect(fixture.store.media.leftParts()).toEqual([]);
  });
});

describe('what takes the content of a message away takes its beginning', () => {
  const ways: [string, () => void][] = [
    ['recall', recall],
    ['delete for me', () => fixture.store.messages.deleteForMe(GROUP, [idOf(1)])],
    [
      'edit',
      () =>
        fixture.store.messages.applyExtras(
          GROUP,
          [
            extraOf(idOf(1), {
              version: 2,
              contentEdit: { type: 8, url: 'file/preview/other', name: 'o', size: 1 },
              editedAt: 1,
            }),
          ],
          'extra',
          0,
        ),
    ],
    ['clearing the cache', () => void media.clear()],
    ['clearing a chat', () => void media.clear(GROUP)],
  ];

  it.each(ways)('%s', async (_way, take) => {
    await quitAfter(2 * MIB);
    restart();
    expect(cached()).toHaveLength(1);
    take();
    await expect.poll(cached, SOON).toEqual([]);
    expect(fixture.store.media.leftParts()).toEqual([]);
    expect(fixture.store.media.usage()).toEqual({ files: 0, bytes: 0 });
  });

  it('also while nothing runs: it is gone before the next start shows anything', async () => {
    await quitAfter(2 * MIB);
    recall();
    restart();
    expect(cached()).toEqual([]);
  });

  it('and while it goes on', async () => {
    await quitAfter(2 * MIB);
    restart();
    server.stopAfter = MIB / 2;
    const loading = Promise.allSettled([load()]);
    await expect.poll(() => reports.at(-1)?.doneBytes ?? 0, SOON).toBeGreaterThan(2 * MIB);
    recall();
    expect(await loading).toMatchObject([{ status: 'rejected', reason: { code: 'invalidState' } }]);
    await expect.poll(cached, SOON).toEqual([]);
    expect(fixture.store.media.leftParts()).toEqual([]);
  });
});

it('only so many beginnings are kept, and none for longer than a week', async () => {
  const left = (seq: number) => {
    const name = String(seq).padStart(32, '0');
    writeFileSync(join(fixture.dir, 'media', `${name}.part`), 'x');
    fixture.store.messages.ingest([file(seq)], 'live');
    fixture.nowMs += 1_000;
    const about = { bytes: 1, sha256: '', validator: 'v', size: 2 };
    fixture.store.media.keepPart(GROUP, KEY(seq), { file: name, ...about });
  };
  await load();
  for (let seq = 3; seq < 28; seq += 1) left(seq);
  await media.close();
  restart({ serverNow: () => fixture.nowMs });
  expect(fixture.store.media.leftParts()).toHaveLength(20);
  expect(fixture.store.media.leftParts()[0]?.file).toBe('8'.padStart(32, '0'));
  expect(cached()).toHaveLength(21);
  await media.close();
  fixture.nowMs += 8 * 86_400_000;
  // Nobody knows the time yet: nothing goes.
  restart({ serverNow: () => null });
  expect(cached()).toHaveLength(21);
  await media.close();
  // As soon as somebody does, they do.
  let now: number | null = null;
  const cleanupTimes = { firstMs: 1, pauseMs: 1, everyMs: 5, retryMs: 5 };
  restart({ serverNow: () => now, cleanupTimes });
  expect(cached()).toHaveLength(21);
  now = fixture.nowMs;
  await expect.poll(cached, SOON).toHaveLength(1);
});
