/** Which files come by themselves, and which go by the rules, over a real store and a scripted server. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type MediaRules, mediaRulesOf, OPEN_RULES } from '../../../shared/media-rules.ts';
import { defaultSettings } from '../../../shared/settings.ts';
import { extraOf, GROUP, idOf, ME, message, OTHER_GROUP } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import type { DownloadRequest } from '../api/file-download.ts';
import { TransferError } from '../api/file-transfer.ts';
import { Media } from './media.ts';

const PNG = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d494844520000000200000001', 'hex'),
  Buffer.alloc(76, 'p'),
]);
const DAY = 86_400_000;
const KEY = (seq: number): string => `u-bob:no-${seq}`;
const image = (seq: number, channel = GROUP) =>
  message(seq, { channel, payload: { type: 2, url: `file/preview/${seq}.png`, width: 2, height: 1 } });
const file = (seq: number, size: number) =>
  message(seq, { payload: { type: 8, url: `file/preview/${seq}.bin`, name: `${seq}.pdf`, size } });

const video = (seq: number, size: number) =>
  message(seq, {
    payload: { type: 5, url: `file/${seq}`, cover: '', size, width: 2, height: 1, second: 8 },
  });

const clip = (seq: number) =>
  message(seq, {
    payload: { type: 5, url: `v${seq}`, cover: `c${seq}`, size: 1, width: 2, height: 1, second: 8 },
  });

const fixture = useFixture();
let media: Media;
let rules: MediaRules;
let requests: DownloadRequest[];
let body: Buffer;
let logged: string[];
let serverNowMs: () => number | null;

const open = (): Media =>
  new Media({
    accountDir: fixture.dir,
    me: ME,
    store: fixture.store,
    api: {
      downloadFile(request) {
        requests.push(request);
        if (body.length > request.maxBytes) return Promise.reject(new TransferError('tooLarge', 'too large'));
        async function* all(): AsyncGenerator<Uint8Array> {
          yield body;
        }
        return Promise.resolve({
          start: 0,
          totalBytes: body.length,
          inParts: false,
          validator: null,
          body: all(),
        });
      },
      uploadFile: () => Promise.reject(new Error('nothing is sent')),
      discardUpload: () => Promise.resolve(),
    },
    push: () => undefined,
    announce: () => undefined,
    log: (level, text) => void logged.push(`${level}: ${text}`),
    rules: () => rules,
    now: () => fixture.nowMs,
    serverNow: () => serverNowMs(),
    cleanupTimes: { firstMs: 5, pauseMs: 1, everyMs: 5, retryMs: 5 },
    retryDelaysMs: [],
  });

beforeEach(() => {
  rules = OPEN_RULES;
  requests = [];
  logged = [];
  serverNowMs = () => fixture.nowMs;
  body = PNG;
  media = open();
});
afterEach(() => media.close());

const cached = (): string[] =>
  existsSync(join(fixture.dir, 'media')) ? readdirSync(join(fixture.dir, 'media')) : [];
const load = (seq: number, channel = GROUP): Promise<unknown> => media.load(channel, KEY(seq), true);
/** Seqs of the group whose file is here. Looks at nothing as somebody who reads would. */
const here = (): number[] =>
  [1, 2, 3, 4].filter((seq) => fixture.store.media.all().some(({ file: name }) => name === names.get(seq)));
const names = new Map<number, string>();
/** Loads them a second apart, so that the first was used first. */
async function loadAll(...seqs: number[]): Promise<void> {
  for (const seq of seqs) {
    fixture.nowMs += 1_000;
    await load(seq);
    const known = new Set(names.values());
    const added = fixture.store.media.all().find(({ file: name }) => !known.has(name));
    if (added) names.set(seq, added.file);
  }
}

describe('what is loaded by itself', () => {
  it('are images or files, up to a size; everything when somebody asks', async () => {
    fixture.store.messages.ingest([image(1), file(2, 90), file(3, 5_000)], 'live');
    rules = { ...OPEN_RULES, images: false, files: true, autoLoadBytes: 100 };
    expect(await media.load(GROUP, KEY(1))).toEqual({ url: '', bytes: 0, held: true });
    expect(await media.load(GROUP, KEY(3))).toMatchObject({ held: true });
    expect(requests).toEqual([]);
    expect(await media.load(GROUP, KEY(2))).not.toHaveProperty('held');
    expect(await media.load(GROUP, KEY(1), true)).toMatchObject({ bytes: PNG.length });
    // It is here now: nobody is asked again.
    expect(await media.load(GROUP, KEY(1))).not.toHaveProperty('held');
    expect(requests).toHaveLength(2);
  });

  it('is nothing larger than that, whatever its message says; whoever asks meanwhile gets it', async () => {
    fixture.store.messages.ingest([image(1), file(2, 10)], 'live');
    rules = { ...OPEN_RULES, autoLoadBytes: 50 };
    expect(await media.load(GROUP, KEY(2))).toMatchObject({ held: true });
    const [alone, asked] = await Promise.all([media.load(GROUP, KEY(1)), media.load(GROUP, KEY(1), true)]);
    expect(alone).toMatchObject({ held: true });
    expect(asked).toMatchObject({ bytes: PNG.length });
    expect(requests.map(({ maxBytes }) => maxBytes)).toEqual([50, 50, 64 * 1024 * 1024]);
    expect(cached()).toHaveLength(1);
  });

  it('are videos where that is switched on, up to the size', async () => {
    fixture.store.messages.ingest([video(1, 50), video(2, 5_000), video(3, 1)], 'live');
    rules = { ...OPEN_RULES, videos: false };
    expect(await media.films.seen(GROUP, KEY(1))).toEqual({ url: '', bytes: 0, held: true });
    rules = { ...OPEN_RULES, autoLoadBytes: 100 };
    expect(await media.films.seen(GROUP, KEY(2))).toMatchObject({ held: true });
    expect(requests).toEqual([]);
    body = Buffer.concat([Buffer.from('\0\0\0\u0020ftypisom', 'latin1'), Buffer.alloc(50)]);
    expect(await media.films.seen(GROUP, KEY(1))).toEqual({ url: '', bytes: body.length });
    expect((await media.load(GROUP, KEY(1))).film).toBe(true);
    // It says less than there is.
    body = Buffer.concat([body, Buffer.alloc(500)]);
    expect(await media.films.seen(GROUP, KEY(3))).toMatchObject({ held: true });
    expect((await media.films.address(GROUP, KEY(3), false)).bytes).toBe(body.length);
  });

  it('follows the settings', () => {
    expect(mediaRulesOf(defaultSettings)).toEqual({
      keepDays: 0,
      limitBytes: 2 ** 30,
      images: true,
      videos: false,
      files: false,
      autoLoadBytes: 20 * 2 ** 20,
    });
  });
});

describe('what goes by the rules', () => {
  beforeEach(async () => {
    names.clear();
    fixture.store.messages.ingest([image(1), image(2), image(3), image(4)], 'live');
    await loadAll(1, 2, 3, 4);
  });

  it('is what nobody looked at for so many days, off the disk too, and its message stays', async () => {
    fixture.nowMs += 5 * DAY;
    await load(2);
    fixture.nowMs += 3 * DAY;
    rules = { ...OPEN_RULES, keepDays: 7 };
    media.cleanup.rulesChanged();
    expect(media.cleanup.state.running).toBe(true);
    await vi.waitFor(() => expect([here(), cached()]).toEqual([[2], [names.get(2)]]));
    await vi.waitFor(() => expect(media.cleanup.state.running).toBe(false));
    expect(media.cleanup.state.freed).toMatchObject({ files: 3, bytes: 3 * PNG.length });
    expect(fixture.store.messages.get(GROUP, KEY(1))?.content.kind).toBe('image');
    await load(1);
    expect(cached()).toHaveLength(2);
  });

  it('are the least recently used above the limit, and none of a favourite', async () => {
    fixture.store.bookmarks.addFavourite(GROUP, KEY(1));
    rules = { ...OPEN_RULES, limitBytes: 2 * PNG.length };
    media.cleanup.rulesChanged();
    await vi.waitFor(() => expect(here()).toEqual([1, 3, 4]));
    rules = { ...OPEN_RULES, keepDays: 7, limitBytes: 1 };
    fixture.nowMs += 400 * DAY;
    media.cleanup.rulesChanged();
    await vi.waitFor(() => expect(here()).toEqual([1]));
    expect(media.clear()).toEqual({ files: 0, bytes: 0 });
  });

  it('are as many as fit, however large the favourites are', async () => {
    for (const seq of [1, 2, 3]) fixture.store.bookmarks.addFavourite(GROUP, KEY(seq));
    rules = { ...OPEN_RULES, limitBytes: PNG.length };
    media.cleanup.rulesChanged();
    await vi.waitFor(() => expect(media.cleanup.state.running).toBe(false));
    expect(here()).toEqual([1, 2, 3, 4]);
    // No favourite any more: one of the two has to go, the one that was used first.
    for (const id of fixture.store.bookmarks.idsOf(GROUP, KEY(1))) fixture.store.bookmarks.remove(id);
    media.cleanup.rulesChanged();
    await vi.waitFor(() => expect(here()).toEqual([2, 3, 4]));
    // And a new one takes the place of the other, also while it is loaded.
    fixture.store.messages.ingest([image(5)], 'live');
    fixture.nowMs += 1_000;
    await load(5);
    await vi.waitFor(() => expect([here(), cached().length]).toEqual([[2, 3], 3]));
  });

  it('are films that nobody watched, also where their covers were seen, and covers like pictures; not the film that was opened last', async () => {
    const film = Buffer.concat([Buffer.from('\0\0\0\u0020ftypisom', 'latin1'), Buffer.alloc(5_000)]);
    fixture.store.messages.ingest([clip(11), clip(12), image(13)], 'live');
    media.clear();
    rules = OPEN_RULES;
    for (const seq of [11, 12]) {
      fixture.nowMs += 1_000;
      body = film;
      await media.films.address(GROUP, KEY(seq), false);
      body = PNG;
      await media.load(GROUP, KEY(seq));
    }
    const left = (): number[] => fixture.store.media.all().map(({ bytes }) => bytes);
    expect(left().toSorted((a, b) => a - b)).toEqual([PNG.length, PNG.length, film.length, film.length]);
    // Its cover is looked at, and the other film was opened last.
    fixture.nowMs += 1_000;
    expect((await media.load(GROUP, KEY(11))).film).toBe(true);
    rules = { ...OPEN_RULES, limitBytes: 3 * PNG.length };
    fixture.nowMs += 1_000;
    await load(13);
    expect(left().toSorted((a, b) => a - b)).toEqual([PNG.length, PNG.length, PNG.length, film.length]);
    expect((await media.load(GROUP, KEY(12))).film).toBe(true);
    expect((await media.load(GROUP, KEY(11))).film).toBeUndefined();
    // Covers are as many as fit, with the other pictures.
    rules = { ...OPEN_RULES, limitBytes: PNG.length };
    fixture.nowMs += 1_000;
    media.cleanup.rulesChanged();
    await vi.waitFor(() => expect(left().toSorted((a, b) => a - b)).toEqual([PNG.length, film.length]));
  });

  it("is judged by the server's clock alone: nothing goes before it is known, nor stays for a clock that was ahead", async () => {
    // Somebody's clock says that years have passed, and nobody was asked yet.
    serverNowMs = () => null;
    rules = { ...OPEN_RULES, keepDays: 7 };
    fixture.nowMs += 3_000 * DAY;
    media.cleanup.rulesChanged();
    await vi.waitFor(() => expect(media.cleanup.state.running).toBe(false));
    await load(4);
    expect(here()).toEqual([1, 2, 3, 4]);
    // It is known: the clock was ahead. What was looked at then counts as looked at now.
    fixture.nowMs -= 3_000 * DAY;
    serverNowMs = () => fixture.nowMs;
    media.cleanup.rulesChanged();
    await vi.waitFor(() => expect(media.cleanup.state.running).toBe(false));
    expect(here()).toEqual([1, 2, 3, 4]);
    fixture.nowMs += 8 * DAY;
    media.cleanup.rulesChanged();
    await vi.waitFor(() => expect(here()).toEqual([]));
  });

  it('goes on after a restart, by itself', async () => {
    await media.close();
    fixture.nowMs += 8 * DAY;
    rules = { ...OPEN_RULES, keepDays: 7 };
    fixture.reopen();
    media = open();
    await vi.waitFor(() => expect(cached()).toEqual([]));
    await media.close();
    fixture.reopen();
    media = open();
    expect(media.cleanup.state.freed).toMatchObject({ files: 4 });
  });

  it('is tried again after an error, which is told', async () => {
    rules = { ...OPEN_RULES, keepDays: 7 };
    fixture.nowMs += 8 * DAY;
    const drop = vi.spyOn(fixture.store.media, 'drop').mockImplementationOnce(() => {
      throw new Error('the disk says no');
    });
    media.cleanup.rulesChanged();
    await vi.waitFor(() => expect(drop).toHaveBeenCalled());
    await vi.waitFor(() => expect(cached()).toEqual([]));
    expect(logged.filter((line) => line.startsWith('error'))).toEqual([
      'error: files could not be cleared by the rules, tried again: the disk says no',
    ]);
    await vi.waitFor(() => expect(media.cleanup.state.failed).toBe(false));
  });

  it('is told by chat, without what was recalled, and goes by chat', async () => {
    fixture.store.messages.ingest(
      [
        { ...image(1, OTHER_GROUP), messageId: idOf(91) },
        { ...file(9, 90), messageId: idOf(99) },
      ],
      'live',
    );
    await load(1, OTHER_GROUP);
    fixture.store.bookmarks.addFavourite(GROUP, KEY(1));
    const byChat = () => fixture.store.media.byChat();
    const of = (channel: typeof GROUP, files: number, keptFiles: number) => ({
      channel,
      files,
      bytes: files * PNG.length,
      imageBytes: files * PNG.length,
      keptFiles,
      keptBytes: keptFiles * PNG.length,
    });
    expect(byChat()).toEqual([of(GROUP, 4, 1), of(OTHER_GROUP, 1, 0)]);
    fixture.store.messages.applyExtras(GROUP, [extraOf(idOf(2), { revoke: true, version: 1 })], 'extra', 0);
    expect(byChat()[0]).toEqual(of(GROUP, 3, 1));
    expect(media.clear(GROUP)).toEqual({ files: 2, bytes: 2 * PNG.length });
    expect(byChat()).toEqual([of(GROUP, 1, 1), of(OTHER_GROUP, 1, 0)]);
    await vi.waitFor(() => expect(cached()).toHaveLength(2));
    expect(media.clear({ channelId: 'nobody', channelType: 1 })).toEqual({ files: 0, bytes: 0 });
  });
});
