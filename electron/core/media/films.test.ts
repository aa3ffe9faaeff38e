/** Videos of one account: cover and film over a real store and a scripted server; sent, drafted, loaded, gone. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { entryKey } from '../../../shared/content/history-content.ts';
import type { TransferView } from '../../../shared/transfer.ts';
import type { FromWorker } from '../../../shared/ipc/worker-protocol.ts';
import { extraOf, GROUP, idOf, ME, message, START } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { TransferError } from '../api/file-transfer.ts';
import { attachmentPayload } from '../handlers/compose-payload.ts';
import type { SendJob } from '../store/jobs.ts';
import type { MediaOptions } from './media-options.ts';
import { Media } from './media.ts';

const PNG = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d494844520000000200000001', 'hex'),
  Buffer.alloc(76, 'p'),
]);
/** A film by its first bytes. */
const FILM = Buffer.concat([Buffer.from('\0\0\0\u0020ftypisom', 'latin1'), Buffer.alloc(300, 'f')]);
const CHUNK = 64 * 1024;
/** As much of a buffer as is used here, of any length. */
const hugeBody = (length: number): Pick<Buffer, 'length' | 'subarray'> => ({
  length,
  subarray: (from = 0, to = length) =>
    from === 0
      ? Buffer.concat([FILM, Buffer.alloc(to - FILM.length)])
      : Buffer.alloc(Math.min(to, length) - from),
});
/** Longer than what is waited for beside where it is read. */
const LONG = Buffer.concat([FILM, Buffer.alloc(3 * 1024 * 1024, 'g')]);
const KEY = (seq: number): string => `u-bob:no-${seq}`;
const OWN = `${ME.uid}:mine`;

const fixture = useFixture();
let media: Media;
let reports: TransferView[];
let events: Extract<FromWorker, { kind: 'mediaToken' | 'mediaTokensDead' }>[];
/** Addresses that were asked for. */
let asked: string[];
let uploads: string[];
let discarded: string[];
/** Of requests for films: where they begin. */
let offsets: number[];
/** Bytes of the film at `file/huge`, which is made as it is asked for. */
let huge: number;
/** The server gives parts. */
let parts: boolean;
/** Bytes of an answer after which it waits until somebody lets it go on. */
let holdsAt: number;
let letGo: PromiseWithResolvers<void>;
/** By address: what the server has. */
let served: Record<string, Buffer>;
/** Which upload (counted from 1) breaks off. */
let breaks: number;

const options = (change: Partial<MediaOptions> = {}): MediaOptions => ({
  accountDir: fixture.dir,
  me: ME,
  store: fixture.store,
  api: {
    async downloadFile({ url, offset, inParts = false, signal }) {
      asked.push(url);
      if (inParts) offsets.push(offset);
      const body = url === 'file/huge' ? hugeBody(huge) : served[url];
      if (!body) throw new TransferError('missing', 'no such file');
      const start = parts ? offset : 0;
      const stopped = new Promise<never>((_go, stop) =>
        signal.addEventListener('abort', () => stop(signal.reason as Error), { once: true }),
      );
      stopped.catch(() => undefined);
      async function* all(): AsyncGenerator<Uint8Array> {
        for (let at = start; at < (body?.length ?? 0); at += CHUNK) {
          if (at - start >= holdsAt) await Promise.race([letGo.promise, stopped]);
          yield body?.subarray(at, at + CHUNK) ?? Buffer.alloc(0);
        }
      }
      return { start, totalBytes: body.length, inParts: inParts && parts, validator: null, body: all() };
    },
    async uploadFile({ content, extension, onProgress }) {
      let bytes = 0;
      for await (const chunk of content) onProgress((bytes += chunk.length));
      uploads.push(extension);
      if (uploads.length === breaks) throw new TransferError('network', 'broken off');
      return `file/preview/${uploads.length}.${extension}`;
    },
    async discardUpload(url) {
      discarded.push(url);
    },
    foreignHost: (url) => (url.startsWith('https:') ? new URL(url).host : null),
  },
  push: (views) => void reports.push(...views),
  announce: (event) => void events.push(event),
  log: () => undefined,
  retryDelaysMs: [],
  ...change,
});

beforeEach(() => {
  [reports, events, asked, uploads, discarded] = [[], [], [], [], []];
  served = { 'file/c': PNG, 'file/v': FILM, 'https://other.example/c': PNG, 'https://other.example/v': FILM };
  breaks = 0;
  [offsets, parts, holdsAt] = [[], false, Number.POSITIVE_INFINITY];
  letGo = Promise.withResolvers();
  media = new Media(options());
});
afterEach(async () => {
  await media.close();
});

const video = (seq: number, url = 'file/v', cover = 'file/c') =>
  message(seq, { payload: { type: 5, url, cover, size: 312, width: 320, height: 180, second: 8 } });
const names = (folder: string): string[] => {
  const dir = join(fixture.dir, folder);
  return existsSync(dir) ? readdirSync(dir) : [];
};
const dead = (): string[] =>
  events.flatMap((event) => (event.kind === 'mediaTokensDead' ? event.tokens : []));
const tokenOf = (url: string): string => url.replace('app://wukong/media/', '');

async function stage(name: string, bytes: Buffer): Promise<string> {
  const id = await media.staging.begin({ channel: GROUP, name, size: bytes.length });
  await media.staging.append(id, 0, bytes);
  return id;
}
async function draft(): Promise<string> {
  const coverId = await stage('cover.jpg', PNG);
  const id = await stage('clip.mp4', FILM);
  await media.drafts.keep(GROUP, id, { kind: 'video', width: 320, height: 180, seconds: 7.6, coverId });
  return id;
}
async function queue(): Promise<SendJob> {
  const id = await draft();
  const found = media.drafts.describe(id, GROUP, 'video');
  if (!found) throw new Error('the draft has no such video');
  const [job] = fixture.store.outbox.addSends(
    [
      {
        channel: GROUP,
        clientMsgNo: 'mine',
        payload: attachmentPayload(found, { width: 320, height: 180, seconds: 7.6 }),
        timestamp: START,
        attachment: found.attachment,
      },
    ],
    false,
  );
  if (!job) throw new Error('nothing was queued');
  return job;
}
const upload = (job: SendJob): Promise<string> =>
  media.upload(job, (cover) => fixture.store.outbox.setUploaded(job.id, cover, 'cover'));
const now = (): SendJob | null => fixture.store.outbox.sendJob(GROUP, OWN);

it('shows the cover, and loads the film only for somebody who asks for it', async () => {
  fixture.store.messages.ingest([video(1)], 'live');
  const before = await media.load(GROUP, KEY(1));
  expect(before.film).toBeUndefined();
  expect(asked).toEqual(['file/c']);
  expect(reports).toEqual([]);
  const film = await media.films.address(GROUP, KEY(1), false);
  expect(film.bytes).toBe(FILM.length);
  expect(film.url).not.toBe(before.url);
  expect(events).toMatchObject([{ mime: 'image/png' }, { mime: 'video/mp4' }]);
  expect(await media.load(GROUP, KEY(1))).toEqual({ ...before, film: true });
  expect(asked).toEqual(['file/c', 'file/v']);
  expect((await media.fileFor(GROUP, KEY(1), 'save')).name).toBe('video.mp4');
});

it.each<[string, string, string, object]>([
  ['at another host', 'https://other.example/v', 'file/c', { code: 'refused', field: 'host' }],
  ['of no kind that is played', 'file/odd', '', { code: 'refused', field: 'format' }],
  ['that the server has no more', 'file/gone', '', { code: 'notFound' }],
  ['without an address', '', '', { code: 'notFound' }],
])('says why there is none: %s', async (_name, url, cover, error) => {
  served['file/odd'] = Buffer.from('RIFF0000AVI LIST');
  fixture.store.messages.ingest([video(1, url, cover)], 'live');
  await expect(media.films.address(GROUP, KEY(1), false)).rejects.toMatchObject(error);
  // Its bubble stands there all the same, with a cover or without one.
  expect((await media.load(GROUP, KEY(1))).url === '').toBe(cover === '');
});

it('asks nobody else for a cover or a film by itself', async () => {
  fixture.store.messages.ingest([video(1, 'https://other.example/v', 'https://other.example/c')], 'live');
  expect(await media.load(GROUP, KEY(1))).toEqual({ url: '', bytes: 0, host: 'other.example' });
  expect(asked).toEqual([]);
  expect(await media.films.seen(GROUP, KEY(1))).toEqual({ url: '', bytes: 0, held: true });
  expect(asked).toEqual([]);
  await media.films.address(GROUP, KEY(1), true);
  expect(asked).toEqual(['https://other.example/v']);
});

const burning = (seq: number, cover: string) =>
  message(seq, {
    payload: {
      type: 5,
      url: 'file/v',
      cover,
      size: 312,
      width: 2,
      height: 1,
      second: 8,
      flame: 1,
      flame_second: 9,
    },
  });

it('loads of one that burns after reading only the cover before it is opened', async () => {
  fixture.store.messages.ingest([burning(1, 'file/c'), burning(2, '')], 'live');
  await media.fetch(GROUP, KEY(1));
  await media.fetch(GROUP, KEY(2));
  expect(asked).toEqual(['file/c']);
  await expect(media.films.address(GROUP, KEY(1), true)).rejects.toMatchObject({
    code: 'invalidState',
    field: 'flame',
  });
});

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

it('loses cover and film with its message, and both addresses', async () => {
  fixture.store.messages.ingest([video(1)], 'live');
  const urls = [(await media.load(GROUP, KEY(1))).url, (await media.films.address(GROUP, KEY(1), false)).url];
  expect(names('media')).toHaveLength(2);
  recall(1);
  await expect.poll(() => names('media')).toEqual([]);
  expect(dead().sort()).toEqual(urls.map(tokenOf).sort());
  await expect(media.films.address(GROUP, KEY(1), true)).rejects.toMatchObject({ code: 'invalidState' });
});

const entry = (seq: number, payload: object) => ({
  message_id: idOf(seq),
  from_uid: 'u-bob',
  timestamp: 1,
  payload,
});

it('shows and plays those of a merged forward, and loses them with the recall of the one that was forwarded', async () => {
  const film = { type: 5, url: 'file/v', cover: 'file/c', size: 312, width: 320, height: 180, second: 8 };
  const msgs = [entry(90, film), entry(91, { type: 2, url: 'file/c', width: 2, height: 1 })];
  fixture.store.messages.ingest(
    [message(1, { payload: { type: 11, channel_type: 2, users: [], msgs } })],
    'live',
  );
  const [first, second] = [entryKey(KEY(1), [0]), entryKey(KEY(1), [1])];
  const urls = [
    (await media.load(GROUP, first)).url,
    (await media.films.address(GROUP, first, false)).url,
    (await media.load(GROUP, second)).url,
  ];
  expect(names('media')).toHaveLength(3);
  expect((await media.load(GROUP, first)).film).toBe(true);
  // Of the other one: the forward says something else than it did, and what is still shown is loaded again.
  recall(91);
  await expect.poll(() => names('media')).toEqual([]);
  expect(dead().sort()).toEqual(urls.map(tokenOf).sort());
  expect((await media.films.address(GROUP, first, false)).url).not.toBe(urls[1]);
  await expect(media.load(GROUP, second)).rejects.toMatchObject({ code: 'invalidState' });
  recall(90);
  await expect.poll(() => names('media')).toEqual([]);
  await expect(media.films.address(GROUP, first, true)).rejects.toMatchObject({ code: 'invalidState' });
});

it('keeps nothing of a copy whose message goes while its picture or its film comes', async () => {
  const film = { type: 5, url: 'file/v', cover: 'file/c', size: 312, width: 320, height: 180, second: 8 };
  const msgs = [entry(90, film), entry(91, { type: 2, url: 'file/c', width: 2, height: 1 })];
  const forward = { type: 11, channel_type: 2, users: [], msgs };
  fixture.store.messages.ingest([message(1, { payload: forward })], 'live');
  holdsAt = 0;
  const loading = [
    media.load(GROUP, entryKey(KEY(1), [1])),
    media.films.address(GROUP, entryKey(KEY(1), [0]), true),
  ];
  const ends = Promise.allSettled(loading);
  await expect.poll(() => asked.toSorted()).toEqual(['file/c', 'file/v']);
  recall(90);
  recall(91);
  letGo.resolve();
  expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect.poll(() => names('media')).toEqual([]);
  expect(events.filter(({ kind }) => kind === 'mediaToken')).toEqual([]);
});

it('loses them at the next start when the process died in between', async () => {
  fixture.store.messages.ingest([video(1)], 'live');
  await media.load(GROUP, KEY(1));
  await media.films.address(GROUP, KEY(1), false);
  await media.close();
  recall(1);
  expect(names('media')).toHaveLength(2);
  fixture.reopen();
  media = new Media(options());
  expect(names('media')).toEqual([]);
});

const lastToken = () => {
  const event = events.findLast(({ kind }) => kind === 'mediaToken');
  if (event?.kind !== 'mediaToken') throw new Error('no address was announced');
  return event;
};

it('can be watched while it comes, from any place, and is whole in the end', async () => {
  [parts, holdsAt] = [true, 2 * CHUNK];
  served['file/v'] = LONG;
  fixture.store.messages.ingest([video(1)], 'live');
  const { url, bytes } = await media.films.address(GROUP, KEY(1), false);
  expect(bytes).toBe(LONG.length);
  const growing = lastToken();
  expect(growing).toMatchObject({ size: LONG.length, mime: 'video/mp4', token: tokenOf(url) });
  expect(growing.path).toMatch(/[.]part$/);
  expect(await media.films.until(growing.token, 0)).toBeGreaterThan(0);
  // From another place on: that is asked for next, and read as soon as it is there.
  const far = 2 * 1024 * 1024 + 17;
  const until = await media.films.until(growing.token, far);
  expect(until).toBeGreaterThan(far);
  expect(offsets).toEqual([0, far]);
  expect(
    readFileSync(growing.path)
      .subarray(far, until ?? 0)
      .equals(LONG.subarray(far, until ?? 0)),
  ).toBe(true);
  // The same address for whoever asks again; a second one is not begun.
  expect((await media.films.address(GROUP, KEY(1), false)).url).toBe(url);
  // Near where it comes is waited for.
  const near = media.films.until(growing.token, (until ?? 0) + 1);
  letGo.resolve();
  expect(await near).toBeGreaterThan((until ?? 0) + 1);
  await expect.poll(() => names('media').some((name) => name.endsWith('.part'))).toBe(false);
  // (To its end, and then what lies before it.)
  expect(offsets.slice(0, 2)).toEqual([0, far]);
  expect(offsets).toHaveLength(3);
  const whole = lastToken();
  expect(whole.token).toBe(growing.token);
  expect(whole.size).toBeUndefined();
  expect(readFileSync(whole.path).equals(LONG)).toBe(true);
  expect(await media.films.until(growing.token, 5)).toBe(LONG.length);
  expect(await media.films.until(growing.token, LONG.length)).toBeNull();
  expect(reports.at(-1)).toMatchObject({ state: 'done', doneBytes: LONG.length });
});

it('of three gigabytes has no more in memory and on the disk than what was looked at', async () => {
  parts = true;
  holdsAt = 4 * CHUNK;
  const size = 3 * 1024 ** 3;
  huge = size;
  fixture.store.messages.ingest([video(1, 'file/huge')], 'live');
  const { url, bytes } = await media.films.address(GROUP, KEY(1), false);
  expect(bytes).toBe(size);
  const before = process.memoryUsage();
  for (const from of [size - CHUNK, 1.5 * 1024 ** 3, size - 1, 512 * 1024 ** 2])
    expect(await media.films.until(tokenOf(url), from)).toBeGreaterThan(from);
  const after = process.memoryUsage();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(64 * 1024 ** 2);
  const { blocks, size: said } = statSync(lastToken().path);
  expect(said).toBeGreaterThan(size - CHUNK);
  // (In blocks of 512 bytes, as the system counts them.)
  expect(blocks * 512).toBeLessThan(64 * 1024 ** 2);
  recall(1);
  await expect.poll(() => names('media')).toEqual([]);
});

it('is loaded first where the server gives no parts', async () => {
  holdsAt = CHUNK;
  served['file/v'] = LONG;
  fixture.store.messages.ingest([video(1)], 'live');
  const loading = media.films.address(GROUP, KEY(1), false);
  await expect.poll(() => reports.at(-1)?.doneBytes).toBe(CHUNK);
  expect(events).toEqual([]);
  letGo.resolve();
  expect((await loading).bytes).toBe(LONG.length);
  expect(lastToken().size).toBeUndefined();
});

it.each(['recalled', 'cancelled', 'closed'])('is dead and gone when it is %s while it comes', async (how) => {
  [parts, holdsAt] = [true, 2 * CHUNK];
  served['file/v'] = LONG;
  fixture.store.messages.ingest([video(1)], 'live');
  const { url } = await media.films.address(GROUP, KEY(1), false);
  const waiting = media.films.until(tokenOf(url), 1024 * 1024);
  if (how === 'recalled') recall(1);
  else if (how === 'cancelled') media.cancel(GROUP, KEY(1));
  else await media.close();
  expect(await waiting).toBeNull();
  await expect.poll(() => names('media')).toEqual([]);
  expect(dead()).toContain(tokenOf(url));
  expect(await media.films.until(tokenOf(url), 0)).toBeNull();
});

it('begins anew when there is another film at its address', async () => {
  [parts, holdsAt] = [true, 2 * CHUNK];
  served['file/v'] = LONG;
  fixture.store.messages.ingest([video(1)], 'live');
  const { url } = await media.films.address(GROUP, KEY(1), false);
  const other = Buffer.concat([FILM, Buffer.alloc(1024 * 1024 * 2, 'h')]);
  served['file/v'] = other;
  const waiting = media.films.until(tokenOf(url), 1024 * 1024);
  letGo.resolve();
  // (What was being watched is another one: its player asks again.)
  await waiting;
  await expect.poll(() => names('media').some((name) => name.endsWith('.part'))).toBe(false);
  const { url: again } = await media.films.address(GROUP, KEY(1), false);
  expect(again).not.toBe(url);
  await expect.poll(() => lastToken().size).toBeUndefined();
  expect(readFileSync(lastToken().path).equals(other)).toBe(true);
});

it('is a draft with its cover over a restart, and leaves nothing when it is removed', async () => {
  const id = await draft();
  await media.close();
  fixture.reopen();
  media = new Media(options());
  expect(names('outbox-media')).toHaveLength(2);
  expect(media.drafts.list(GROUP)).toMatchObject([
    { id, kind: 'video', name: 'clip.mp4', seconds: 7.6, url: expect.stringContaining('app://') as string },
  ]);
  expect(fixture.store.conversations.get(GROUP)?.draftFiles ?? ['video']).toEqual(['video']);
  media.drafts.discard(id);
  await expect.poll(() => names('outbox-media')).toEqual([]);
});

it('takes no video without a cover, and none that cannot be played', async () => {
  const id = await stage('clip.mp4', FILM);
  await expect(
    media.drafts.keep(GROUP, id, { kind: 'video', width: 1, height: 1, seconds: 1 }),
  ).rejects.toMatchObject({ code: 'notFound' });
  const coverId = await stage('cover.jpg', PNG);
  const odd = await stage('odd.mp4', Buffer.from('words, words'));
  await expect(
    media.drafts.keep(GROUP, odd, { kind: 'video', width: 1, height: 1, seconds: 1, coverId }),
  ).rejects.toMatchObject({ code: 'badArgument' });
});

it('sends the cover first and then the film, as one transfer; both are the files of the message', async () => {
  const job = await queue();
  expect(names('outbox-media')).toHaveLength(2);
  fixture.store.outbox.setUploaded(job.id, await upload(job));
  expect(uploads).toEqual(['png', 'mp4']);
  const total = PNG.length + FILM.length;
  expect(new Set(reports.map(({ totalBytes }) => totalBytes))).toEqual(new Set([total]));
  expect(reports.at(-1)).toMatchObject({ state: 'done', doneBytes: total });
  const sent = now();
  expect(sent?.payload).toEqual({
    type: 5,
    url: 'file/preview/2.mp4',
    cover: 'file/preview/1.png',
    size: FILM.length,
    width: 320,
    height: 180,
    second: 8,
    name: 'clip.mp4',
  });
  if (sent) fixture.store.outbox.acknowledge(sent, idOf(50), 50);
  await expect.poll(() => names('outbox-media')).toEqual([]);
  expect(names('media')).toHaveLength(2);
  expect((await media.load(GROUP, OWN)).film).toBe(true);
  const path = (await media.fileFor(GROUP, OWN, 'save')).path;
  expect(readFileSync(path).equals(FILM)).toBe(true);
  expect(asked).toEqual([]);
});

it('does not send the cover twice when the film breaks off', async () => {
  const job = await queue();
  breaks = 2;
  await expect(upload(job)).rejects.toMatchObject({ reason: 'network' });
  const [again] = fixture.store.outbox.pendingUploads();
  expect(again?.payload).toMatchObject({ cover: 'file/preview/1.png', url: '' });
  await upload(again ?? job);
  expect(uploads).toEqual(['png', 'mp4', 'mp4']);
});

it.each([true, false])('ends as an own message in the history (recalled: %s)', async (recalled) => {
  await queue();
  const extra = recalled ? extraOf(idOf(50), { version: 2, revoke: true, revoker: ME.uid }) : null;
  fixture.store.messages.ingest([{ ...video(50), clientMsgNo: 'mine', fromUid: ME.uid, extra }], 'history');
  await expect.poll(() => names('outbox-media')).toEqual([]);
  expect(names('media')).toHaveLength(recalled ? 0 : 2);
});

it('taken back while the film leaves: both staged files go, what is at the server is taken back', async () => {
  const job = await queue();
  const uploading = Promise.allSettled([
    media.upload(job, (cover) => {
      fixture.store.outbox.setUploaded(job.id, cover, 'cover');
      fixture.store.outbox.removeSend(job.id);
    }),
  ]);
  expect(await uploading).toMatchObject([{ status: 'rejected', reason: { why: 'gone' } }]);
  await expect.poll(() => names('outbox-media')).toEqual([]);
  expect(names('media')).toEqual([]);
});
