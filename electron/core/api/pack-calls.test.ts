import { expect, it } from 'vitest';
import { MAX_PACKS } from '../../../shared/ipc/contract/limits.ts';
import type { HttpRequest } from './http.ts';
import { packCalls } from './pack-calls.ts';
import { stickerCalls } from './sticker-calls.ts';

let asked: HttpRequest[] = [];
const calls = (answer: unknown) => {
  asked = [];
  const caller = {
    log: () => undefined,
    request: async (request: HttpRequest) => {
      asked.push(request);
      return answer;
    },
  };
  return { ...packCalls(caller), ...stickerCalls(caller) };
};
const OWN = 'file/preview/sticker/a/1.lim';
const OUTLINE = `M0 0${'L10 10'.repeat(20)}Z`;

it('packs are read with what can be used, bounded, each once', async () => {
  const cover = 'file/preview/a.png';
  const rows = [
    { category: 'a', title: ' A\u202e ', desc: '说明', cover, cover_lim: 'x', sort_num: 2 },
    { category: 'a', title: 'twice' },
    { category: 'b', title: '', cover: 'https://evil.example/a.png', desc: 7 },
    null,
    7,
    [],
    {},
    { category: '' },
    { category: 'x'.repeat(101) },
    { category: '\ud800' },
    { category: {} },
  ];
  expect(await calls(rows).packs()).toEqual([
    { category: 'a', title: 'A', about: '说明', cover },
    { category: 'b', title: 'b', about: '', cover: '' },
  ]);
  const many = Array.from({ length: 50_000 }, (_, at) => ({
    category: String(at),
    title: 'x'.repeat(5_000),
  }));
  const read = await calls(many).packs();
  expect(read).toHaveLength(MAX_PACKS);
  expect(read[0]?.title).toHaveLength(100);
  expect(await calls(null).packs()).toEqual([]);
  for (const odd of [{}, 'x', 7])
    await expect(calls(odd).packs()).rejects.toThrow('sticker/user/category: the answer is no list');
});

it('what is in a pack: own files only, outlines that are some, bounded in number and together', async () => {
  const list = [
    { path: OWN, width: 512, height: -1, title: '笑', category: 'a', placeholder: OUTLINE, format: 'lim' },
    { path: OWN, width: 1, height: 1 },
    { path: 'file/preview/2.png', placeholder: '[笑]', format: '<b>' },
    { path: 'file/preview/3.lim', placeholder: '<svg onload="x()">'.repeat(50) },
    { path: 'https://evil.example/file/preview/4.lim' },
    { path: `file/preview/${'x'.repeat(3_000)}` },
    null,
  ];
  const { pack, stickers } = await calls({ list, title: 'A', added: true, category: 'another' }).pack('a');
  expect(pack).toEqual({ category: 'a', title: 'A', about: '', cover: '', added: true });
  expect(stickers).toEqual([
    { path: OWN, width: 512, height: 0, title: '笑', category: 'a', placeholder: OUTLINE, format: 'lim' },
    { path: 'file/preview/2.png', width: 0, height: 0, placeholder: '[笑]' },
    expect.objectContaining({ path: 'file/preview/3.lim' }),
  ]);
  expect(stickers[2]?.placeholder?.length).toBeLessThanOrEqual(60);
  const long = `M0 0${'L1 1'.repeat(4_900)}`;
  const many = Array.from({ length: 5_000 }, (_, at) => ({
    path: `file/preview/${at}.lim`,
    placeholder: long,
  }));
  const whole = await calls({ list: many, title: 'A' }).pack('a');
  expect(whole.stickers).toHaveLength(300);
  expect(JSON.stringify(whole.stickers).length).toBeLessThan(700_000);
  await expect(calls([]).pack('a')).rejects.toThrow('sticker/user/sticker: the answer is no pack');
  await expect(calls({ list: 'x' }).pack('a')).rejects.toThrow(
    'sticker/user/sticker: list: the answer is no list',
  );
});

it('asks as phones do', async () => {
  const api = calls([]);
  await api.packStore(2);
  await api.searchStickers('笑 &', 1);
  await api.addPack('a/b');
  await api.removePack('a&b');
  await api.orderPacks(['b', 'a']);
  await api.addSticker({ path: OWN, width: 0, height: 0, category: 'a', placeholder: OUTLINE });
  expect(asked).toEqual([
    { method: 'GET', path: '/sticker/store', query: { page_index: 2, page_size: 20 } },
    { method: 'GET', path: '/sticker', query: { keyword: '笑 &', page: 1, page_size: 20 } },
    { method: 'POST', path: '/sticker/user/a%2Fb' },
    { method: 'DELETE', path: '/sticker/remove', query: { category: 'a&b' } },
    { method: 'PUT', path: '/sticker/user/category/reorder', body: { categorys: ['b', 'a'] } },
    {
      method: 'POST',
      path: '/sticker/user',
      body: { path: OWN, width: 256, height: 256, format: 'lim', category: 'a', placeholder: OUTLINE },
    },
  ]);
});

it('a full page has another behind it, perhaps', async () => {
  const rows = Array.from({ length: 20 }, (_, at) => ({ category: String(at), status: at % 2 }));
  const { packs, more } = await calls(rows).packStore(1);
  expect([packs.length, more, packs[1]?.added, packs[0]?.added]).toEqual([20, true, true, false]);
  expect((await calls(rows.slice(1)).packStore(1)).more).toBe(false);
});
