import { afterEach, beforeEach, expect, test } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { outlineIn } from '../../../shared/content/sticker-words.ts';
import { pictureHeaderOf } from '../../../shared/pictures/picture-size.ts';
import { Harness, type Person } from '../testing/harness.ts';
import { BUILT_IN_PACKS, PACK_FOLDER, packFile } from '../stickers/built-in-packs.ts';

let h: Harness;
let alice: Person;
let bob: Person;

beforeEach(async () => {
  h = await new Harness().start();
  [alice, bob] = await Promise.all([h.person('alice'), h.person('bob')]);
});
afterEach(() => h.close());

const get = async (who: Person, path: string): Promise<unknown> =>
  (await h.get(`/v1/sticker${path}`, who)).json;
const ask = async (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<number> =>
  (await h.call(method, `/v1/sticker${path}`, { token: bob.token, ...(body && { body }) })).status;
const own = async (): Promise<string[]> =>
  ((await get(bob, '/user/category')) as { category: string }[]).map(({ category }) => category);

test('the store offers the packs, page by page, and says which are added', async () => {
  expect(await get(bob, '/store?page_index=1&page_size=20')).toEqual([
    {
      category: 'wukong',
      title: '小悟空',
      desc: '会动的小猴子',
      cover: 'file/preview/sticker/packs/wukong/cover.png',
      cover_lim: 'file/preview/sticker/packs/wukong/hello.lim',
      status: 0,
    },
    expect.objectContaining({ category: 'office', cover_lim: '', status: 0 }),
  ]);
  expect(await get(bob, '/store?page_index=2&page_size=1')).toMatchObject([{ category: 'office' }]);
  expect(await get(bob, '/store?page_index=3&page_size=1')).toEqual([]);
  expect(await ask('POST', '/user/office')).toBe(200);
  expect(await get(bob, '/store')).toMatchObject([{ status: 0 }, { category: 'office', status: 1 }]);
  expect(await get(alice, '/store')).toMatchObject([{ status: 0 }, { status: 0 }]);
});

test('packs are added to the front, once, put in order, and taken away', async () => {
  for (const category of ['wukong', 'office', 'wukong'])
    expect(await ask('POST', `/user/${category}`)).toBe(200);
  expect(await own()).toEqual(['office', 'wukong']);
  expect(await ask('PUT', '/user/category/reorder', { categorys: ['wukong', 'office'] })).toBe(200);
  expect(await own()).toEqual(['wukong', 'office']);
  expect(await get(bob, '/user/category')).toMatchObject([{ title: '小悟空', sort_num: 2 }, { sort_num: 1 }]);
  expect(await ask('DELETE', '/remove?category=wukong')).toBe(200);
  expect(await own()).toEqual(['office']);
});

test('what is in a pack says how it is sent; search finds by name and word', async () => {
  expect(await get(bob, '/user/sticker?category=wukong')).toMatchObject({
    category: 'wukong',
    title: '小悟空',
    added: false,
    list: expect.arrayContaining([
      expect.objectContaining({
        path: 'file/preview/sticker/packs/wukong/ok.lim',
        width: 512,
        height: 512,
        title: '收到',
        category: 'wukong',
        format: 'lim',
      }),
    ]),
  });
  const found = async (keyword: string): Promise<string[]> =>
    (
      (await get(bob, `?keyword=${encodeURIComponent(keyword)}&page=1&page_size=20`)) as { title: string }[]
    ).map(({ title }) => title);
  expect(await found('OK')).toEqual(['收到', '同意']);
  expect(await found('咖啡')).toEqual(['辛苦了']);
  expect(await found(' ')).toEqual([]);
  expect(await found('nothing of it')).toEqual([]);
});

test('what is no pack, or no list of them, is refused', async () => {
  expect(await ask('POST', '/user/none')).toBe(400);
  expect((await h.get('/v1/sticker/user/sticker?category=none', bob)).status).toBe(400);
  expect((await h.get('/v1/sticker/user/sticker', bob)).status).toBe(400);
  expect((await h.get('/v1/sticker/store?page_index=x', bob)).status).toBe(400);
  expect(await ask('DELETE', '/remove')).toBe(400);
  for (const body of [{}, { categorys: [] }, { categorys: 'wukong' }, { categorys: [7] }])
    expect(await ask('PUT', '/user/category/reorder', body)).toBe(400);
  expect(await own()).toEqual([]);
});

const contentOf = (category: string, name: string): Buffer =>
  packFile(`${PACK_FOLDER}${category}/${name}`)?.content ?? Buffer.alloc(0);

test('every file of them is what its name says, and nobody can put one beside them', async () => {
  for (const { category, stickers } of BUILT_IN_PACKS) {
    for (const { name, placeholder } of stickers.filter(({ format }) => format === 'lim')) {
      const drawing: unknown = JSON.parse(gunzipSync(contentOf(category, name)).toString('utf8'));
      expect(drawing).toMatchObject({ w: 512, h: 512, op: 60 });
      expect(outlineIn(placeholder)).toBe(placeholder);
    }
    for (const { name } of [...stickers.filter(({ format }) => format === 'png'), { name: 'cover.png' }]) {
      const content = contentOf(category, name);
      const header = await pictureHeaderOf(async (offset, length) =>
        content.subarray(offset, offset + length),
      );
      expect(header?.type.mime).toBe('image/png');
    }
  }
  const answer = await h.call('GET', '/v1/file/preview/sticker/packs/office/yes.png', {});
  expect(answer.status).toBe(200);
  for (const odd of [
    '',
    'office',
    'office/none.png',
    'none/yes.png',
    'office/yes.png/x',
    '../office/yes.png',
  ])
    expect(packFile(`${PACK_FOLDER}${odd}`)).toBeNull();
  const form = new FormData();
  form.append('file', new Blob(['GIF89a']), 'x.gif');
  const path = encodeURIComponent('/packs/office/mine.gif');
  const upload = `/v1/file/upload?type=sticker&path=${path}`;
  expect((await h.call('POST', upload, { token: bob.token, body: form })).status).toBe(400);
});

test('one of a pack is collected, moved to the front, and outlives the recall of a message with it', async () => {
  const [one, two] = ['hello', 'happy'].map((name) => `file/preview/sticker/packs/wukong/${name}.lim`);
  for (const path of [one, two]) {
    const body = {
      path,
      width: 512,
      height: 512,
      format: 'lim',
      category: 'wukong',
      placeholder: 'M0 0L9 9Z',
    };
    expect((await h.post('/v1/sticker/user', bob, body)).status).toBe(200);
  }
  const message = h.say(bob, alice.uid, 1, '', { payload: { type: 12, url: one, format: 'lim' } });
  await h.notify(message);
  await h.revoke(bob, alice.uid, 1, { messageId: message.messageId });
  expect(await ask('PUT', '/user/front', { paths: [one] })).toBe(200);
  expect(await get(bob, '/user')).toMatchObject([
    { path: one, format: 'lim', category: 'wukong', placeholder: 'M0 0L9 9Z' },
    { path: two },
  ]);
  expect((await h.call('GET', `/v1/${one}`, {})).status).toBe(200);
});
