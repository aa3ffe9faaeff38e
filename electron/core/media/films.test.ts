/** Videos of one account: cover and film over a real store and a scripted server; sent, drafted, loaded, gone. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
/** By address: what the server has. */
let served: Record<string, Buffer>;
/** Which upload (counted from 1) breaks off. */
let breaks: number;

const options = (change: Partial<MediaOptions> = {}): MediaOptions => ({
  accountDir: fixture.dir,
  me: ME,
  store: fixture.store,
  api: {
    async downloadFile({ url, offset }) {
      asked.push(url);
      const body = served[url];
      if (!body) throw new TransferError('missing', 'no such file');
      async function* all(): AsyncGenerator<Uint8Array> {
        yield body?.subarray(offset) ?? Buffer.alloc(0);
      }
      return { start: offset, totalBytes: body.length, validator: null, body: all() };
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
  const film = await media.film(GROUP, KEY(1), false);
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
  await expect(media.film(GROUP, KEY(1), false)).rejects.toMatchObject(error);
  // Its bubble stands there all the same, with a cover or without one.
  expect((await media.load(GROUP, KEY(1))).url === '').toBe(cover === '');
});

it('asks nobody else for a cover or a film by itself', async () => {
  fixture.store.messages.ingest([video(1, 'https://other.example/v', 'https://other.example/c')], 'live');
  expect(await media.load(GROUP, KEY(1))).toEqual({ url: '', bytes: 0, host: 'other.example' });
  expect(asked).toEqual([]);
  expect(await media.filmByItself(GROUP, KEY(1))).toEqual({ url: '', bytes: 0, held: true });
  expect(asked).toEqual([]);
  await media.film(GROUP, KEY(1), true);
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
  await expect(media.film(GROUP, KEY(1), true)).rejects.toMatchObject({
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
  const urls = [(await media.load(GROUP, KEY(1))).url, (await media.film(GROUP, KEY(1), false)).url];
  expect(names('media')).toHaveLength(2);
  recall(1);
  await expect.poll(() => names('media')).toEqual([]);
  expect(dead().sort()).toEqual(urls.map(tokenOf).sort());
  await expect(media.film(GROUP, KEY(1), true)).rejects.toMatchObject({ code: 'invalidState' });
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
    (await media.film(GROUP, first, false)).url,
    (await media.load(GROUP, second)).url,
  ];
  expect(names('media')).toHaveLength(3);
  expect((await media.load(GROUP, first)).film).toBe(true);
  // Of the other one: the forward says something else than it did, and what is still shown is loaded again.
  recall(91);
  await expect.poll(() => names('media')).toEqual([]);
  expect(dead().sort()).toEqual(urls.map(tokenOf).sort());
  expect((await media.film(GROUP, first, false)).url).not.toBe(urls[1]);
  await expect(media.load(GROUP, second)).rejects.toMatchObject({ code: 'invalidState' });
  recall(90);
  await expect.poll(() => names('media')).toEqual([]);
  await expect(media.film(GROUP, first, true)).rejects.toMatchObject({ code: 'invalidState' });
});

it('loses them at the next start when the process died in between', async () => {
  fixture.store.messages.ingest([video(1)], 'live');
  await media.load(GROUP, KEY(1));
  await media.film(GROUP, KEY(1), false);
  await media.close();
  recall(1);
  expect(names('media')).toHaveLength(2);
  fixture.reopen();
  media = new Media(options());
  expect(names('media')).toEqual([]);
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
