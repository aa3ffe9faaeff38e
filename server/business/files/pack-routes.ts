/** Packs of stickers (tsdd-api.md 6.3), with the paths and answers of TSDD's older servers. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { parse, queryInt } from '../http/validation.ts';
import {
  BUILT_IN_PACKS,
  type BuiltInPack,
  type BuiltInSticker,
  coverPath,
  sideOf,
  stickerPath,
} from '../stickers/built-in-packs.ts';
import { UserPacks } from './user-packs.ts';

const MOST_ROWS = 100;
const Category = z.string().min(1).max(100);
const OfCategory = z.object({ category: Category });
const StorePage = z.object({ page_index: queryInt(1), page_size: queryInt(15) });
const Search = z.object({
  keyword: z.string().max(100).default(''),
  page: queryInt(1),
  page_size: queryInt(20),
});
const Order = z.object({ categorys: z.array(Category).min(1).max(MOST_ROWS) });

const pageOf = <T>(all: readonly T[], page: number, size: number): T[] => {
  const rows = Math.min(MOST_ROWS, Math.max(1, size));
  const from = (Math.max(1, page) - 1) * rows;
  return all.slice(from, from + rows);
};

function about(pack: BuiltInPack) {
  const { category, title, about: desc, stickers } = pack;
  const moving = stickers.find(({ format }) => format === 'lim');
  return {
    category,
    title,
    desc,
    cover: coverPath(pack),
    cover_lim: moving ? stickerPath(category, moving.name) : '',
  };
}

const stickerOf = (category: string, sticker: BuiltInSticker) => ({
  path: stickerPath(category, sticker.name),
  width: sideOf(sticker),
  height: sideOf(sticker),
  title: sticker.title,
  category,
  placeholder: sticker.placeholder,
  format: sticker.format,
  searchable_word: sticker.words,
});

const requirePack = (category: string): BuiltInPack => {
  const pack = BUILT_IN_PACKS.find((one) => one.category === category);
  if (!pack) throw refusal('该分类无表情', 'not_found');
  return pack;
};

export function packRoutes(app: FastifyInstance, { db }: Context): void {
  const packs = new UserPacks(db);

  app.get('/v1/sticker', async (request) => {
    caller(request);
    const { keyword, page, page_size: size } = parse(Search, request.query);
    const word = keyword.trim().toLowerCase();
    const found = BUILT_IN_PACKS.flatMap(({ category, stickers }) =>
      stickers
        .filter(({ title, words }) => word !== '' && `${title} ${words}`.toLowerCase().includes(word))
        .map((sticker) => stickerOf(category, sticker)),
    );
    return pageOf(found, page, size);
  });

  app.get('/v1/sticker/store', async (request) => {
    const me = caller(request).uid;
    const { page_index: page, page_size: size } = parse(StorePage, request.query);
    return pageOf(BUILT_IN_PACKS, page, size).map((pack) => ({
      ...about(pack),
      status: packs.has(me, pack.category) ? 1 : 0,
    }));
  });

  app.get('/v1/sticker/user/category', async (request) =>
    packs.of(caller(request).uid).map(({ pack, sortNum }) => ({ ...about(pack), sort_num: sortNum })),
  );

  app.get('/v1/sticker/user/sticker', async (request) => {
    const me = caller(request).uid;
    const pack = requirePack(parse(OfCategory, request.query).category);
    const list = pack.stickers.map((sticker) => ({ ...stickerOf(pack.category, sticker), sort_num: 0 }));
    return { ...about(pack), list, added: packs.has(me, pack.category) };
  });

  app.post('/v1/sticker/user/:category', async (request) => {
    const me = caller(request).uid;
    packs.add(me, requirePack(parse(OfCategory, request.params).category).category);
    return OK;
  });

  app.delete('/v1/sticker/remove', async (request) => {
    const me = caller(request).uid;
    packs.remove(me, parse(OfCategory, request.query).category);
    return OK;
  });

  app.put('/v1/sticker/user/category/reorder', async (request) => {
    const me = caller(request).uid;
    packs.order(me, parse(Order, request.body).categorys);
    return OK;
  });
}
