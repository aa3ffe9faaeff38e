import { existsSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PackView } from '../../../shared/ipc/contract/packs.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { turningDrawing } from '../../../shared/testing/turning-drawing.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { TransferError } from '../api/file-transfer.ts';
import { STICKER_FOLDER } from './pack-files.ts';
import { StickerPacks } from './sticker-packs.ts';

const fixture = useFixture();
const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000002000000010802000000', 'hex');
const OFFLINE = new CodedError('network', 'away');

const packOf = (category: string): PackView => ({
  category,
  title: `Pack ${category}`,
  about: '',
  cover: `file/preview/sticker/${category}/cover.png`,
});
const stickersOf = (category: string) => [
  { path: `file/preview/sticker/${category}/1.lim`, width: 512, height: 512, format: 'lim', category },
  { path: `file/preview/sticker/${category}/2.png`, width: 9, height: 9, category },
];

let away: Error | null;
let own: PackView[];
let files: Record<string, Uint8Array>;
let downloaded: string[];
let asked: unknown[];
/** Downloads wait for it. */
let gate: Promise<void>;
const answer = <T>(value: T): Promise<T> => (away ? Promise.reject(away) : Promise.resolve(value));

const packs = (maxBytes?: number): StickerPacks =>
  new StickerPacks({
    accountDir: fixture.dir,
    store: fixture.store,
    log: () => undefined,
    ...(maxBytes !== undefined && { maxBytes }),
    api: {
      packs: () => answer(own),
      pack: (category) =>
        answer({ pack: { ...packOf(category), added: false }, stickers: stickersOf(category) }),
      packStore: (page) => answer({ packs: [{ ...packOf('a'), added: true }], more: page === 1 }),
      searchStickers: () => answer({ stickers: stickersOf('a'), more: false }),
      addPack: async (category) => void asked.push(['add', category]),
      removePack: async (category) => void asked.push(['remove', category]),
      orderPacks: async (categories) => void asked.push(['order', ...categories]),
      downloadFile: async ({ url }) => {
        downloaded.push(url);
        await gate;
        const bytes = files[url];
        if (away || !bytes) throw new TransferError('missing', 'missing');
        return {
          start: 0,
          totalBytes: bytes.length,
          inParts: false,
          validator: null,
          body: (async function* () {
            yield bytes;
          })(),
        };
      },
    },
  });
const kept = (): string[] => {
  const folder = join(fixture.dir, STICKER_FOLDER);
  return existsSync(folder) ? readdirSync(folder) : [];
};

beforeEach(() => {
  [away, own, downloaded, asked] = [null, ['a', 'b'].map(packOf), [], []];
  gate = Promise.resolve();
  files = Object.fromEntries(
    ['a', 'b', 'c'].flatMap((category) => [
      [`file/preview/sticker/${category}/1.lim`, gzipSync(turningDrawing('Sx7secret'))],
      [`file/preview/sticker/${category}/2.png`, PNG],
      [`file/preview/sticker/${category}/cover.png`, PNG],
    ]),
  );
});

describe('without the server', () => {
  it('its packs are as it told them last; what was looked at is there, the rest is not', async () => {
    const online = packs();
    expect(await online.list()).toEqual({ offered: true, packs: own, stored: false });
    await online.whole('a');
    await online.art('file/preview/sticker/a/1.lim');
    away = OFFLINE;
    const later = packs();
    expect(await later.list()).toEqual({ offered: true, packs: own, stored: true });
    expect(await later.whole('a')).toEqual({
      pack: { ...packOf('a'), added: true },
      stickers: stickersOf('a'),
    });
    await expect(later.whole('b')).rejects.toThrow('away');
    const art = await later.art('file/preview/sticker/a/1.lim');
    expect(art).toMatchObject({ url: '', loopMs: 1_000 });
    expect(art.json).toContain('"layers"');
    expect(art.json).not.toContain('secret');
    expect(await later.art('file/preview/sticker/a/2.png')).toEqual({ url: '' });
  });

  it('a list that nobody ever had is an error, and so is a refusal', async () => {
    away = OFFLINE;
    await expect(packs().list()).rejects.toThrow('away');
    away = null;
    await packs().list();
    away = new CodedError('unauthorized', 'who are you');
    await expect(packs().list()).rejects.toThrow('who are you');
  });

  it('an order and a removal hold', async () => {
    await packs().list();
    await packs().order(['b', 'a']);
    away = OFFLINE;
    expect((await packs().list()).packs.map(({ category }) => category)).toEqual(['b', 'a']);
    await packs().remove('b');
    expect((await packs().list()).packs.map(({ category }) => category)).toEqual(['a']);
    expect(asked).toEqual([
      ['order', 'b', 'a'],
      ['remove', 'b'],
    ]);
  });
});

it('a server without the routes offers none', async () => {
  away = new CodedError('notCompatible', 'no route');
  expect(await packs().list()).toEqual({ offered: false, packs: [], stored: false });
  expect(await packs().store(1)).toEqual({ offered: false, packs: [], more: false });
  await expect(packs().search('x', 1)).rejects.toThrow('no route');
});

it('only what is in own packs is kept on the disk, under a name that says nothing, and goes with its pack', async () => {
  own = [packOf('a')];
  const all = packs();
  await all.list();
  for (const category of ['a', 'c']) {
    await all.whole(category);
    for (const name of ['1.lim', '2.png', 'cover.png'])
      expect(await all.art(`file/preview/sticker/${category}/${name}`)).not.toEqual({ url: '' });
  }
  expect(await all.art('file/preview/chat/1/u/x.png')).toEqual({ url: '' });
  expect(kept()).toHaveLength(3);
  expect(kept().join('')).toMatch(/^[\da-f]{96}$/);
  expect(all.usage.files).toBe(3);
  const before = downloaded.length;
  await all.art('file/preview/sticker/a/1.lim');
  expect(downloaded).toHaveLength(before);
  await all.remove('a');
  expect(kept()).toEqual([]);
});

it('what is damaged, half written or too much for the folder goes', async () => {
  own = [packOf('a')];
  await packs().list();
  await packs().whole('a');
  await packs().art('file/preview/sticker/a/2.png');
  const [name = ''] = kept();
  truncateSync(join(fixture.dir, STICKER_FOLDER, name), 5);
  writeFileSync(join(fixture.dir, STICKER_FOLDER, `${name}.part`), 'x');
  const again = await packs().art('file/preview/sticker/a/2.png');
  expect(again.url).toMatch(/^data:image\/png/);
  expect(kept()).toEqual([name]);
  const small = packs(PNG.length + 10);
  await small.art('file/preview/sticker/a/cover.png');
  expect(kept()).toHaveLength(1);
  expect(small.usage.bytes).toBeLessThanOrEqual(PNG.length + 10);
  expect(small.clear().files).toBe(1);
  expect(kept()).toEqual([]);
});

it('odd bytes are no art, whatever they are called', async () => {
  own = [packOf('a')];
  await packs().list();
  await packs().whole('a');
  for (const odd of ['<svg onload="x()"/>', '{}', '', 'x'.repeat(1024)]) {
    files['file/preview/sticker/a/2.png'] = Buffer.from(odd);
    expect(await packs().art('file/preview/sticker/a/2.png')).toEqual({ url: '' });
  }
  expect(kept()).toEqual([]);
});

it('at most six are loaded at once', async () => {
  const all = packs();
  const { promise, resolve: open } = Promise.withResolvers<void>();
  gate = promise;
  const wanted = Promise.all(
    Array.from({ length: 30 }, (_, at) => all.art(`file/preview/sticker/x/${at}.png`)),
  );
  await vi.waitFor(() => expect(downloaded.length).toBeGreaterThanOrEqual(6));
  await new Promise(setImmediate);
  expect(downloaded).toHaveLength(6);
  open();
  await wanted;
  expect(downloaded).toHaveLength(30);
});

it('a pack that is too large for the store keeps its name only', async () => {
  await packs().list();
  const { store } = fixture;
  const many = Array.from({ length: 300 }, (_, at) => ({
    path: `file/preview/${'x'.repeat(1_000)}${at}`,
    width: 1,
    height: 1,
  }));
  store.packs.keepWhole(packOf('a'), many);
  expect(store.packs.whole('a')).toBeNull();
  expect(store.packs.list()).toEqual(own);
  store.packs.keepWhole(packOf('a'), stickersOf('a'));
  expect(store.packs.whole('a')?.stickers).toEqual(stickersOf('a'));
  expect(store.packs.paths()).toHaveLength(4);
});
