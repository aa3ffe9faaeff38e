/** Downloads that go on in the next run of the app: over a real store and a scripted server (docs/media.md). */
import { createHash, randomFillSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
let server: { body: Buffer; tag: string | null; stopAfter: number; ranges: boolean; digest: string | null };
let broken: boolean;

function answer(request: DownloadRequest): DownloadAnswer {
  requests.push(request);
  const { body, tag, stopAfter, ranges, digest } = server;
  const goesOn = ranges && request.offset > 0 && request.validator === tag;
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
  return { start, totalBytes: body.length, inParts: goesOn, validator: tag, digest, body: chunks() };
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
  server = { body, tag: '"v"', stopAfter: Infinity, ranges: true, digest: null };
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
    expect(cached()).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.part$/)]);
    expect(fixture.store.media.usage()).toEqual({ files: 1, bytes: held });
    await load();
    expect(requests).toMatchObject([{ offset: held, validator: '"v"' }]);
    // What was here already counts from the first report on.
    expect(reports.find(({ state }) => state === 'running')?.doneBytes).toBeGreaterThanOrEqual(held);
    expect(cached()).toHaveLength(1);
    expect(whole().equals(server.body)).toBe(true);
    expect(fixture.store.media.leftParts()).toEqual([]);
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
  restart({ serverNow: () => fixture.nowMs });
  expect(cached()).toHaveLength(1);
});
