/**
 * Images and files of one account over a real store and a scripted server: cache, addresses, erasure, transfers,
 * staging.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TransferView } from '../../../shared/transfer.ts';
import { OPEN_RULES } from '../../../shared/media-rules.ts';
import type { FromWorker } from '../../../shared/ipc/worker-protocol.ts';
import type { DownloadAnswer, DownloadRequest } from '../api/file-download.ts';
import { TransferError } from '../api/file-transfer.ts';
import type { UploadRequest } from '../api/file-upload.ts';
import { extraOf, GROUP, idOf, ME, message, START } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import type { SendJob } from '../store/jobs.ts';
import type { MediaOptions } from './media-options.ts';
import { Media } from './media.ts';
import { REPORT_GAP_MS, Transfers } from './transfers.ts';

const pngOf = (width: string, height: string): Buffer =>
  Buffer.concat([
    Buffer.from(`89504e470d0a1a0a0000000d49484452${width}${height}`, 'hex'),
    Buffer.alloc(76, 'p'),
  ]);
const PNG = pngOf('00000002', '00000001');
const KEY = (seq: number): string => `u-bob:no-${seq}`;

const fixture = useFixture();
let media: Media;
let reports: TransferView[];
let events: Extract<FromWorker, { kind: 'mediaToken' | 'mediaTokensDead' }>[];
let requests: DownloadRequest[];
let discarded: string[];
let uploads: UploadRequest[];
/** What the server sends, and waits for before the second half. */
let body: Buffer;
let gate: Promise<void> | null;
let failures: Error[];
let answerUpload: (request: UploadRequest) => Promise<string>;

const options = (change: Partial<MediaOptions> = {}): MediaOptions => ({
  accountDir: fixture.dir,
  me: ME,
  store: fixture.store,
  api: {
    async downloadFile(request): Promise<DownloadAnswer> {
      requests.push(request);
      const failure = failures.shift();
      const { offset, signal } = request;
      async function* chunks(): AsyncGenerator<Uint8Array> {
        const half = offset + Math.floor((body.length - offset) / 2);
        yield body.subarray(offset, half);
        if (failure) throw failure;
        if (gate) {
          const stopped = new Promise<never>((_done, fail) => {
            signal.addEventListener('abort', () => fail(signal.reason as Error));
          });
          await Promise.race([gate, stopped]);
        }
        yield body.subarray(half);
      }
      return { start: offset, totalBytes: body.length, inParts: false, validator: '"v"', body: chunks() };
    },
    uploadFile(request) {
      uploads.push(request);
      return answerUpload(request);
    },
    async discardUpload(url) {
      discarded.push(url);
    },
  },
  push: (views) => void reports.push(...views),
  announce: (event) => void events.push(event),
  log: () => undefined,
  retryDelaysMs: [1, 1],
  ...change,
});

beforeEach(() => {
  [reports, events, requests, discarded, uploads, failures] = [[], [], [], [], [], []];
  body = PNG;
  gate = null;
  answerUpload = async (request) => {
    for await (const chunk of request.content) request.onProgress(chunk.length);
    return 'file/preview/chat/1/u/x.png';
  };
  media = new Media(options());
});
afterEach(async () => {
  await media.close();
});

const image = (seq: number, change: Record<string, unknown> = {}) =>
  message(seq, { payload: { type: 2, url: `file/preview/${seq}.png`, width: 2, height: 1, ...change } });
const file = (seq: number, name: string) =>
  message(seq, { payload: { type: 8, url: `file/preview/${seq}`, name, size: 100 } });
const recall = (seq: number): void =>
  fixture.store.messages.applyRecall({
    channel: GROUP,
    messageId: idOf(seq),
    clientMsgNo: null,
    revoker: 'u-bob',
    version: 9,
    source: 'cmd',
    startedAt: 0,
  });
const cached = (): string[] => {
  const dir = join(fixture.dir, 'media');
  return existsSync(dir) ? readdirSync(dir) : [];
};
const staged = (): string[] => {
  const dir = join(fixture.dir, 'outbox-media');
  return existsSync(dir) ? readdirSync(dir) : [];
};
const tokenOf = (url: string): string => url.replace('app://wukong/media/', '');
/** In order, without repetitions: how often "running" is reported depends on the time. */
const states = (key: string): string[] =>
  reports
    .filter((view) => view.key === key)
    .map(({ state }) => state)
    .filter((state, index, all) => state !== all[index - 1]);

describe('loading', () => {
  it('gives an image an address of the checked type, loaded once for whoever asks', async () => {
    fixture.store.messages.ingest([image(1)], 'live');
    const [one, two] = await Promise.all([media.load(GROUP, KEY(1)), media.load(GROUP, KEY(1))]);
    expect(one).toEqual(two);
    expect(one).toMatchObject({
      url: expect.stringMatching(/^app:\/\/wukong\/media\/[0-9a-f]{32}$/) as string,
      bytes: 100,
    });
    expect(events[0]).toMatchObject({ kind: 'mediaToken', token: tokenOf(one.url), mime: 'image/png' });
    expect(readFileSync(join(fixture.dir, 'media', cached()[0] ?? '')).equals(PNG)).toBe(true);
    expect((await media.load(GROUP, KEY(1))).url).toBe(one.url);
    expect(requests).toHaveLength(1);
    expect(states(KEY(1))).toEqual(['waiting', 'running', 'done']);
  });

  it.each([
    ['svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', 'image.bin'],
    ['html', '<html>', 'image.bin'],
    ['heic', '\0\0\0\x18ftypheic', 'image.heic'],
    ['nothing', '', 'image.bin'],
  ])('what says it is an image and is %s has no address, and can be saved', async (_, text, name) => {
    fixture.store.messages.ingest([image(1)], 'live');
    body = Buffer.from(text, 'latin1');
    const hidden = { why: 'unknown', width: 0, height: 0 };
    expect(await media.load(GROUP, KEY(1))).toEqual({ url: '', bytes: body.length, hidden });
    expect(events).toEqual([]);
    expect(await media.fileFor(GROUP, KEY(1), 'save')).toMatchObject({ name });
    expect(requests).toHaveLength(1);
  });

  it('a picture of more than 50 megapixels has no address, received or sent, and can be saved', async () => {
    fixture.store.messages.ingest([image(1)], 'live');
    body = pngOf('00003e80', '00003e80');
    const hidden = { why: 'tooLarge', width: 16_000, height: 16_000 };
    for (let time = 0; time < 2; time += 1)
      expect(await media.load(GROUP, KEY(1))).toEqual({ url: '', bytes: 100, hidden });
    expect(events).toEqual([]);
    expect(await media.fileFor(GROUP, KEY(1), 'save')).toMatchObject({ name: 'image.png' });
    const id = await media.staging.begin({ channel: GROUP, name: 'n.png', size: 100 });
    await media.staging.append(id, 0, body);
    await expect(media.staging.describe(id, GROUP, 'image')).rejects.toMatchObject({ code: 'badArgument' });
    expect(await media.staging.describe(id, GROUP, 'file')).toMatchObject({ attachment: { mime: '' } });
  });

  it('a picture at a foreign host is loaded when it is asked for, and shown by itself from then on', async () => {
    await media.close();
    const api = {
      ...options().api,
      foreignHost: (url: string) => (url.includes('//') ? 'img.example.net' : null),
    };
    media = new Media(options({ api }));
    const url = 'http://img.example.net/x.png';
    fixture.store.messages.ingest([image(1, { url }), image(2), file(3, 'a.pdf')], 'live');
    for (let time = 0; time < 2; time += 1)
      expect(await media.load(GROUP, KEY(1))).toEqual({ url: '', bytes: 0, host: 'img.example.net' });
    expect(requests).toEqual([]);
    const asked = await media.load(GROUP, KEY(1), true);
    expect(asked.url).not.toBe('');
    expect(await media.load(GROUP, KEY(1))).toEqual(asked);
    await media.load(GROUP, KEY(2));
    expect(requests.map((request) => request.url)).toEqual([url, 'file/preview/2.png']);
  });

  it.each([
    ['the map of a place', { type: 6, lat: 1, lng: 2, title: 't', img: 'file/preview/1.png' }],
    ['a sticker', { type: 12, url: 'file/preview/1.png', format: 'png' }],
    ['an emoji sticker', { type: 13, url: 'file/preview/1.png' }],
  ])('%s is a picture of its message, and goes with it', async (_what, payload) => {
    fixture.store.messages.ingest([message(1, { payload })], 'live');
    expect((await media.load(GROUP, KEY(1))).url).toMatch(/^app:/);
    expect(cached()).toHaveLength(1);
    recall(1);
    await vi.waitFor(() => expect(cached()).toEqual([]));
    expect(events.at(-1)?.kind).toBe('mediaTokensDead');
  });

  it('a file has no address, whatever its bytes are', async () => {
    fixture.store.messages.ingest([file(1, 'a.png')], 'live');
    expect(await media.load(GROUP, KEY(1))).toEqual({ url: '', bytes: 100 });
    expect(events).toEqual([]);
  });

  it('goes on after broken connections with the bytes that came, also in a later try', async () => {
    fixture.store.messages.ingest([image(1)], 'live');
    failures = Array.from({ length: 3 }, () => new TransferError('network', 'broken'));
    await expect(media.load(GROUP, KEY(1))).rejects.toMatchObject({ code: 'network' });
    expect(requests.map(({ offset }) => offset)).toEqual([0, 50, 75]);
    expect(cached()).toEqual([expect.stringMatching(/\.part$/)]);
    expect((await media.load(GROUP, KEY(1))).bytes).toBe(100);
    expect(requests.at(-1)).toMatchObject({ offset: 87, validator: '"v"' });
    expect(readFileSync(join(fixture.dir, 'media', cached()[0] ?? '')).equals(PNG)).toBe(true);
  });

  it.each([
    ['missing', 'notFound'],
    ['tooLarge', 'refused'],
  ] as const)('%s is not tried again', async (reason, code) => {
    fixture.store.messages.ingest([image(1)], 'live');
    failures = [new TransferError(reason, 'no')];
    await expect(media.load(GROUP, KEY(1))).rejects.toMatchObject({ code });
    expect(requests).toHaveLength(1);
    expect(cached()).toEqual([]);
    expect(reports.at(-1)).toMatchObject({ state: 'failed', reason });
  });

  it('says what there is not to load', async () => {
    fixture.store.messages.ingest([message(1), image(2), image(3, { url: '' })], 'live');
    await expect(media.load(GROUP, 'u-bob:unknown')).rejects.toMatchObject({ code: 'notFound' });
    await expect(media.load(GROUP, KEY(1))).rejects.toMatchObject({ code: 'badArgument' });
    await expect(media.load(GROUP, KEY(3))).rejects.toMatchObject({ code: 'notFound' });
    recall(2);
    await expect(media.load(GROUP, KEY(2))).rejects.toMatchObject({ code: 'invalidState' });
    expect(requests).toEqual([]);
  });

  it('four at a time; a cancelled one that waits never asks', async () => {
    fixture.store.messages.ingest(
      [1, 2, 3, 4, 5, 6].map((seq) => image(seq)),
      'live',
    );
    const open = Promise.withResolvers<void>();
    gate = open.promise;
    const loads = [1, 2, 3, 4, 5, 6].map((seq) => media.load(GROUP, KEY(seq)));
    const results = Promise.allSettled(loads);
    await expect.poll(() => requests.length).toBe(4);
    media.cancel(GROUP, KEY(5));
    open.resolve();
    expect((await results).map(({ status }) => status === 'fulfilled')).toEqual([
      true,
      true,
      true,
      true,
      false,
      true,
    ]);
    expect(requests).toHaveLength(5);
    expect(reports.findLast((v) => v.key === KEY(5))).toMatchObject({ state: 'cancelled', reason: null });
  });

  it('a cached file that was lost is loaded again', async () => {
    fixture.store.messages.ingest([image(1)], 'live');
    await media.load(GROUP, KEY(1));
    writeFileSync(join(fixture.dir, 'media', cached()[0] ?? ''), 'damaged');
    await media.load(GROUP, KEY(1));
    expect(requests).toHaveLength(2);
    await expect.poll(cached).toHaveLength(1);
  });
});

const burning = (seq: number): ReturnType<typeof image> => {
  const plain = image(seq);
  return { ...plain, payload: { ...(plain.payload as object), flame: 1, flame_second: 10 } };
};

describe('what burns after reading', () => {
  it('is loaded for whoever opens it, has no address before, is never saved, and goes at its end', async () => {
    fixture.store.messages.ingest([burning(1)], 'live');
    await expect(media.load(GROUP, KEY(1))).rejects.toMatchObject({ code: 'invalidState' });
    await expect(media.fileFor(GROUP, KEY(1), 'open')).rejects.toMatchObject({ code: 'invalidState' });
    expect(requests).toEqual([]);
    await media.fetch(GROUP, KEY(1));
    expect(requests).toHaveLength(1);
    expect(events).toEqual([]);
    await expect(media.load(GROUP, KEY(1))).rejects.toMatchObject({ code: 'invalidState' });
    fixture.store.messages.openFlame(GROUP, KEY(1));
    expect((await media.load(GROUP, KEY(1))).url).toMatch(/^app:/);
    expect(requests).toHaveLength(1);
    await expect(media.fileFor(GROUP, KEY(1), 'save')).rejects.toMatchObject({ code: 'refused' });
    expect(cached()).toHaveLength(1);
    fixture.store.messages.leaveFlames(GROUP);
    expect(cached()).toHaveLength(1);
    await media.close();
    fixture.nowMs += 10_000;
    fixture.reopen();
    media = new Media(options());
    expect(cached()).toEqual([]);
  });
});

describe('what takes the content of a message away takes its file', () => {
  const ways: [string, () => void][] = [
    ['recall', () => recall(1)],
    [
      'recall in an extra sync',
      () =>
        fixture.store.messages.applyExtras(
          GROUP,
          [extraOf(idOf(1), { version: 2, revoke: true, revoker: 'u-bob' })],
          'extra',
          0,
        ),
    ],
    ['delete for me', () => fixture.store.messages.deleteForMe(GROUP, [idOf(1)])],
    [
      'mutual delete',
      () =>
        fixture.store.messages.applyExtras(
          GROUP,
          [extraOf(idOf(1), { version: 2, mutualDeleted: true })],
          'extra',
          0,
        ),
    ],
    [
      'edit',
      () =>
        fixture.store.messages.applyExtras(
          GROUP,
          [
            extraOf(idOf(1), {
              version: 2,
              contentEdit: { type: 2, url: 'file/preview/other.png' },
              editedAt: 1,
            }),
          ],
          'extra',
          0,
        ),
    ],
    [
      'a channel that starts anew',
      () =>
        fixture.store.messages.ingest([message(1, { messageId: idOf(900), clientMsgNo: 'x' })], 'history'),
    ],
  ];

  it.each(ways)('%s: file and address are gone', async (_way, take) => {
    fixture.store.messages.ingest([image(1), image(2)], 'live');
    const [gone, kept] = [await media.load(GROUP, KEY(1)), await media.load(GROUP, KEY(2))];
    take();
    await expect
      .poll(() => events.flatMap((e) => (e.kind === 'mediaTokensDead' ? e.tokens : [])))
      .toContain(tokenOf(gone.url));
    const restarted = _way.startsWith('a channel');
    await expect.poll(cached).toHaveLength(restarted ? 0 : 1);
    const dead = events.flatMap((e) => (e.kind === 'mediaTokensDead' ? e.tokens : []));
    expect(dead.includes(tokenOf(kept.url))).toBe(restarted);
  });

  it('expiry', async () => {
    fixture.store.messages.ingest([{ ...image(1), expire: 60 }], 'live');
    await media.load(GROUP, KEY(1));
    await media.close();
    fixture.nowMs += 120_000;
    fixture.reopen();
    media = new Media(options());
    expect(cached()).toEqual([]);
  });

  const moments: [string, boolean, () => boolean][] = [
    ['waits', true, () => true],
    ['runs', true, () => cached().some((name) => name.endsWith('.part'))],
    ['is about to end', false, () => requests.length === 1],
  ];
  it.each(moments)('a recall while the download %s keeps nothing', async (_when, held, isNow) => {
    fixture.store.messages.ingest([image(1)], 'live');
    const open = Promise.withResolvers<void>();
    if (held) gate = open.promise;
    const loading = Promise.allSettled([media.load(GROUP, KEY(1))]);
    await expect.poll(isNow).toBe(true);
    recall(1);
    expect(await loading).toMatchObject([{ status: 'rejected', reason: { code: 'invalidState' } }]);
    await expect.poll(cached).toEqual([]);
    expect(events.filter((e) => e.kind === 'mediaToken')).toEqual([]);
    expect(reports.at(-1)).toMatchObject({ state: 'cancelled', reason: 'recalled' });
    open.resolve();
  });

  it('also the beginning of a download that broke off', async () => {
    fixture.store.messages.ingest([image(1)], 'live');
    failures = Array.from({ length: 3 }, () => new TransferError('network', 'broken'));
    await expect(media.load(GROUP, KEY(1))).rejects.toMatchObject({ code: 'network' });
    expect(cached()).toHaveLength(1);
    recall(1);
    await expect.poll(cached).toEqual([]);
  });

  it('a recall that is asked for voids the address, the file goes with the server’s word', async () => {
    fixture.store.messages.ingest([image(1)], 'live');
    const { url } = await media.load(GROUP, KEY(1));
    const job = fixture.store.outbox.addRecall({
      channel: GROUP,
      messageKey: KEY(1),
      messageId: idOf(1),
      clientMsgNo: 'no-1',
    });
    media.withhold(GROUP, KEY(1));
    expect(events.at(-1)).toEqual({ kind: 'mediaTokensDead', tokens: [tokenOf(url)] });
    await expect(media.load(GROUP, KEY(1))).rejects.toMatchObject({ code: 'invalidState' });
    fixture.store.outbox.denyRecall(job.id, 'late', null, fixture.nowMs);
    expect((await media.load(GROUP, KEY(1))).url).not.toBe(url);
    expect(requests).toHaveLength(1);
  });

  it('what a process that died left behind goes at the next start', async () => {
    fixture.store.messages.ingest([image(1), image(2)], 'live');
    await media.load(GROUP, KEY(1));
    await media.load(GROUP, KEY(2));
    await media.close();
    // Recalled by a process that died before it could erase the file.
    recall(1);
    for (const name of ['c'.repeat(32), `${'d'.repeat(32)}.part`, 'odd name'])
      writeFileSync(join(fixture.dir, 'media', name), 'x');
    mkdirSync(join(fixture.dir, 'media', `${'e'.repeat(32)}.open`));
    writeFileSync(join(fixture.dir, 'outbox-media', 'f'.repeat(32)), 'x');
    media = new Media(options());
    expect(cached()).toHaveLength(1);
    expect(staged()).toEqual([]);
    await media.load(GROUP, KEY(2));
    expect(requests).toHaveLength(2);
  });

  it('clearing the cache, and a cache built anew, keep no file', async () => {
    fixture.store.messages.ingest([image(1)], 'live');
    await media.load(GROUP, KEY(1));
    expect(media.usage()).toEqual({ files: 1, bytes: 100 });
    expect(media.clear()).toEqual({ files: 1, bytes: 100 });
    expect([cached(), media.usage()]).toEqual([[], { files: 0, bytes: 0 }]);
    await media.load(GROUP, KEY(1));
    fixture.store.rebuild();
    media.sweep();
    expect(cached()).toEqual([]);
  });
});

it('the least recently used files go when the cache is full', async () => {
  await media.close();
  media = new Media(options({ rules: () => ({ ...OPEN_RULES, limitBytes: 250 }) }));
  fixture.store.messages.ingest([image(1), image(2), image(3)], 'live');
  for (const seq of [1, 2, 1, 3]) {
    fixture.nowMs += 1_000;
    await media.load(GROUP, KEY(seq));
  }
  await expect.poll(cached).toHaveLength(2);
  await media.load(GROUP, KEY(1));
  expect(requests.map(({ url }) => url)).toEqual([1, 2, 3].map((seq) => `file/preview/${seq}.png`));
});

const PDF = Buffer.from('%PDF-1.7\n%words of a document');

describe('saving and opening', () => {
  it('names a file safely, and opens a copy that goes with the message', async () => {
    body = PDF;
    fixture.store.messages.ingest([file(1, '../名\u202e单.pdf')], 'live');
    const { path, name } = await media.fileFor(GROUP, KEY(1), 'save');
    expect(name).toBe('_名单.pdf');
    const copy = await media.fileFor(GROUP, KEY(1), 'open');
    expect(copy.path).toBe(join(`${path}.open`, '_名单.pdf'));
    expect(readFileSync(copy.path).equals(PDF)).toBe(true);
    recall(1);
    await expect.poll(cached).toEqual([]);
  });

  it('drags what is saved, also what is not opened, under its name; the copy goes with the message or the app', async () => {
    body = Buffer.from('MZ program');
    fixture.store.messages.ingest([file(1, 'x.exe'), file(2, 'y.exe')], 'live');
    const { path } = await media.fileFor(GROUP, KEY(1), 'drag');
    const other = await media.fileFor(GROUP, KEY(2), 'drag');
    expect([path.slice(-10), readFileSync(path).equals(body)]).toEqual(['drag/x.exe', true]);
    recall(1);
    await expect.poll(() => existsSync(path)).toBe(false);
    await expect(media.fileFor(GROUP, KEY(1), 'drag')).rejects.toMatchObject({ code: 'invalidState' });
    expect(existsSync(other.path)).toBe(true);
    await media.close();
    expect([existsSync(other.path), cached()]).toEqual([false, [expect.any(String)]]);
  });

  it('leaves no copy of a drag that was asked for while the account closed', async () => {
    body = PDF;
    fixture.store.messages.ingest([file(1, 'x.pdf')], 'live');
    const { path } = await media.fileFor(GROUP, KEY(1), 'save');
    const drag = media.fileFor(GROUP, KEY(1), 'drag');
    const [ended] = await Promise.allSettled([drag, media.close()]);
    expect(ended).toMatchObject({ status: 'rejected', reason: { code: 'signedOut' } });
    expect([existsSync(`${path}.drag`), cached().length]).toEqual([false, 1]);
  });

  it('a copy that was dragged before the app was killed is gone with the next start', async () => {
    body = PDF;
    fixture.store.messages.ingest([file(1, 'x.pdf')], 'live');
    const { path } = await media.fileFor(GROUP, KEY(1), 'drag');
    media = new Media(options());
    expect(existsSync(path)).toBe(false);
    expect(cached()).toHaveLength(1);
  });

  it.each([
    ['x.exe', PNG],
    ['x.pdf', Buffer.from('MZ program')],
    ['x.sh', Buffer.from('#!/bin/sh')],
    ['x', PNG],
    ['x.pdf', PNG],
    ['x.jpg', Buffer.from('<script>1</script>')],
    ['x.txt', Buffer.from(`${' '.repeat(5_000)}<svg onload="x()"/>`)],
  ])('never opens %s', async (name, bytes) => {
    body = bytes;
    fixture.store.messages.ingest([file(1, name)], 'live');
    await expect(media.fileFor(GROUP, KEY(1), 'open')).rejects.toMatchObject({ code: 'refused' });
    expect((await media.fileFor(GROUP, KEY(1), 'save')).path).toContain(cached()[0]);
    // And the page, which offers one or the other, is told so.
    expect(await media.load(GROUP, KEY(1))).toEqual({ url: '', bytes: bytes.length, onlySaved: true });
  });

  it('says of what is opened nothing else', async () => {
    body = PDF;
    fixture.store.messages.ingest([file(1, 'x.\u202epdf')], 'live');
    expect(await media.load(GROUP, KEY(1))).toEqual({ url: '', bytes: PDF.length });
  });

  it('an image gets a name of its type', async () => {
    fixture.store.messages.ingest([image(1)], 'live');
    expect((await media.fileFor(GROUP, KEY(1), 'save')).name).toBe('image.png');
  });
});

const begin = (size = PNG.length): Promise<string> =>
  media.staging.begin({ channel: GROUP, name: 'n.png', size });

describe('staging', () => {
  it('takes the pieces in order and hands over what is complete', async () => {
    const id = await begin();
    await expect(media.staging.append(id, 1, PNG)).rejects.toMatchObject({ code: 'invalidState' });
    expect(await media.staging.append(id, 0, PNG.subarray(0, 40))).toBe(40);
    await expect(media.staging.append(id, 0, PNG.subarray(0, 40))).rejects.toMatchObject({
      code: 'invalidState',
    });
    await expect(media.staging.describe(id, GROUP, 'image')).rejects.toMatchObject({ code: 'invalidState' });
    await expect(media.staging.append(id, 40, PNG)).rejects.toMatchObject({ code: 'badArgument' });
    expect(await media.staging.append(id, 40, PNG.subarray(40))).toBe(100);
    expect(await media.staging.describe(id, GROUP, 'image')).toEqual({
      name: 'n.png',
      attachment: { file: id, mime: 'image/png', size: 100, extension: 'png' },
    });
    expect((await media.staging.describe(id, GROUP, 'file')).attachment.mime).toBe('');
    await expect(
      media.staging.describe(id, { channelId: 'other', channelType: 2 }, 'image'),
    ).rejects.toMatchObject({
      code: 'badArgument',
    });
    expect(readFileSync(join(fixture.dir, 'outbox-media', id)).equals(PNG)).toBe(true);
  });

  it('two pieces at once: one is refused, nothing is mixed', async () => {
    const id = await begin();
    const results = await Promise.allSettled([
      media.staging.append(id, 0, PNG.subarray(0, 60)),
      media.staging.append(id, 0, Buffer.alloc(60)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await media.staging.append(id, 60, PNG.subarray(60));
    expect(readFileSync(join(fixture.dir, 'outbox-media', id)).equals(PNG)).toBe(true);
  });

  it('what is discarded, also while it is written, or never sent leaves nothing', async () => {
    const [one, two] = [await begin(), await begin()];
    const writing = media.staging.append(one, 0, PNG.subarray(0, 10));
    await media.staging.discard(one);
    await expect(writing).rejects.toMatchObject({ code: 'notFound' });
    expect(staged()).toEqual([two]);
    await media.close();
    expect(staged()).toEqual([]);
    media = new Media(options());
  });

  it('what is no image is not sent as one; an unknown id is said to be', async () => {
    const id = await begin(4);
    await media.staging.append(id, 0, Buffer.from('text'));
    await expect(media.staging.describe(id, GROUP, 'image')).rejects.toMatchObject({ code: 'badArgument' });
    await expect(media.staging.append('../../x', 0, PNG)).rejects.toMatchObject({ code: 'notFound' });
    await media.staging.discard('unknown');
  });

  it('does not fill the disk with what is begun and forgotten', async () => {
    for (let i = 0; i < 60; i += 1) await begin();
    await expect(begin()).rejects.toMatchObject({ code: 'invalidState' });
  });
});

async function queue(): Promise<SendJob> {
  const id = await media.staging.begin({ channel: GROUP, name: 'n.png', size: PNG.length });
  await media.staging.append(id, 0, PNG);
  const { attachment } = await media.staging.describe(id, GROUP, 'image');
  const job = fixture.store.outbox.addSend({
    channel: GROUP,
    clientMsgNo: 'mine',
    payload: { type: 2, url: '', width: 1, height: 1 },
    timestamp: START,
    attachment,
  });
  media.staging.release(attachment);
  return job;
}

const OWN = `${ME.uid}:mine`;

const passOn = (): SendJob =>
  fixture.store.outbox.addSend({
    channel: GROUP,
    clientMsgNo: 'mine',
    payload: { type: 12, url: 'file/preview/theirs.png', format: 'png' },
    timestamp: START,
  });

describe('of a message that is being sent and brings no file of its own', () => {
  it('the picture is loaded once the server has taken the message, however long that lasts', async () => {
    const job = passOn();
    const loading = media.load(GROUP, OWN);
    // Something else happens meanwhile.
    fixture.store.messages.ingest([image(1)], 'live');
    await media.load(GROUP, KEY(1));
    expect(requests.map(({ url }) => url)).toEqual(['file/preview/1.png']);
    fixture.store.outbox.acknowledge(job, idOf(50), 50);
    expect((await loading).url).toMatch(/^app:/);
    expect(cached()).toHaveLength(2);
  });

  it('nothing is loaded when it goes unsent, or the account is closed', async () => {
    const job = passOn();
    const removed = Promise.allSettled([media.load(GROUP, OWN)]);
    fixture.store.outbox.removeSend(job.id);
    expect(await removed).toMatchObject([{ status: 'rejected', reason: { why: 'gone' } }]);
    passOn();
    const closed = Promise.allSettled([media.load(GROUP, OWN)]);
    await media.close();
    expect(await closed).toMatchObject([{ status: 'rejected', reason: { why: 'closing' } }]);
    expect(requests).toEqual([]);
  });
});

describe('uploading', () => {
  it('sends the staged bytes under another random name each time and answers the address', async () => {
    const job = await queue();
    expect(await media.upload(job)).toBe('file/preview/chat/1/u/x.png');
    await media.upload(job);
    expect(uploads[0]).toMatchObject({ channel: GROUP, extension: 'png', mime: 'image/png', size: 100 });
    expect(new Set(uploads.map(({ name }) => name)).size).toBe(2);
    expect(uploads.every(({ name }) => name !== job.attachment?.file)).toBe(true);
    expect(states(OWN)).toEqual(['running', 'done', 'running', 'done']);
  });

  it('shows the image before it is sent, and after it without loading it, at the same address', async () => {
    const job = await queue();
    const before = await media.load(GROUP, OWN);
    fixture.store.outbox.setUploaded(job.id, 'file/preview/mine.png');
    fixture.store.outbox.acknowledge(job, idOf(50), 50);
    await expect.poll(cached).toHaveLength(1);
    expect(staged()).toEqual([]);
    expect(await media.load(GROUP, OWN)).toEqual(before);
    expect(events.at(-1)).toMatchObject({ path: join(fixture.dir, 'media', job.attachment?.file ?? '') });
    expect(requests).toEqual([]);
  });

  it.each([true, false])('ends as an own message in the history (recalled: %s)', async (recalled) => {
    await queue();
    const extra = recalled ? extraOf(idOf(50), { version: 2, revoke: true, revoker: ME.uid }) : null;
    fixture.store.messages.ingest([{ ...image(50), clientMsgNo: 'mine', fromUid: ME.uid, extra }], 'history');
    await expect.poll(staged).toEqual([]);
    expect(cached()).toHaveLength(recalled ? 0 : 1);
  });

  it('removed from the outbox while it runs: stopped, erased, and taken back if it was through', async () => {
    const job = await queue();
    const through = Promise.withResolvers<string>();
    answerUpload = () => through.promise;
    const uploading = Promise.allSettled([media.upload(job)]);
    await expect.poll(() => uploads.length).toBe(1);
    fixture.store.outbox.removeSend(job.id);
    await expect.poll(staged).toEqual([]);
    expect(uploads[0]?.signal.aborted).toBe(true);
    through.resolve('file/preview/too-late.png');
    expect(await uploading).toMatchObject([{ status: 'rejected', reason: { why: 'gone' } }]);
    expect(discarded).toEqual(['file/preview/too-late.png']);
    expect(reports.at(-1)).toMatchObject({ direction: 'upload', state: 'cancelled', reason: 'recalled' });
  });

  it('a staged file that is gone is said to be missing', async () => {
    const job = await queue();
    writeFileSync(join(fixture.dir, 'outbox-media', job.attachment?.file ?? ''), 'cut');
    await expect(media.upload(job)).rejects.toMatchObject({ reason: 'missing' });
    expect(uploads).toEqual([]);
  });

  it('survives the restart of the program', async () => {
    const job = await queue();
    await media.close();
    fixture.reopen();
    media = new Media(options());
    expect(staged()).toEqual([job.attachment?.file]);
    const [again] = fixture.store.outbox.pendingUploads();
    expect(again?.attachment).toEqual(job.attachment);
    expect(await media.upload(again ?? job)).toBe('file/preview/chat/1/u/x.png');
  });
});

const view = (doneBytes: number, state: TransferView['state'] = 'running', key = 'a'): TransferView => ({
  channel: GROUP,
  key,
  direction: 'upload',
  state,
  doneBytes,
  totalBytes: 1_000,
  reason: null,
});

it('reports at most ten times a second and transfer, the end at once', () => {
  let now = 0;
  const pushed: TransferView[] = [];
  const transfers = new Transfers(
    (views) => void pushed.push(...views),
    () => now,
  );
  for (; now < 1_000; now += 1) {
    transfers.report(view(now));
    transfers.report(view(now, 'running', 'b'));
  }
  expect(pushed.filter(({ key }) => key === 'a').length).toBeLessThanOrEqual(1_000 / REPORT_GAP_MS);
  expect(pushed.filter(({ key }) => key === 'b').length).toBeGreaterThan(1);
  transfers.report(view(1_000, 'done'));
  expect(pushed.at(-1)).toMatchObject({ state: 'done', doneBytes: 1_000 });
  transfers.close();
});
