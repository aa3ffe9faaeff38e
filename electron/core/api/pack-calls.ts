/** Packs of stickers (tsdd-api.md 6.3). A server without them answers 404: `notCompatible`. */
import { MAX_PACKS } from '../../../shared/ipc/contract/limits.ts';
import type { OfferedPack, PackView } from '../../../shared/ipc/contract/packs.ts';
import type { StickerView } from '../../../shared/ipc/contract/stickers.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { isObject } from '../../../shared/json.ts';
import { type Caller, seg } from './caller.ts';
import { listIn, packIn, packsIn, stickersIn } from './sticker-rows.ts';

/** Rows of a page of the store and of a search: what phones ask for. */
const PAGE_SIZE = 20;

export interface WholePack {
  pack: OfferedPack;
  stickers: StickerView[];
}

export function packCalls({ request }: Caller) {
  return {
    /** The account's own, in its order. */
    async packs(): Promise<PackView[]> {
      const rows = listIn(
        'sticker/user/category',
        await request({ method: 'GET', path: '/sticker/user/category' }),
      );
      return packsIn(rows, MAX_PACKS).map(({ category, title, about, cover }) => ({
        category,
        title,
        about,
        cover,
      }));
    },
    async pack(category: string): Promise<WholePack> {
      const answer = await request({ method: 'GET', path: '/sticker/user/sticker', query: { category } });
      if (!isObject(answer))
        throw new CodedError('notCompatible', 'sticker/user/sticker: the answer is no pack');
      const pack = packIn({ ...answer, category });
      const list = listIn('sticker/user/sticker: list', answer['list']);
      if (!pack) throw new CodedError('notCompatible', 'sticker/user/sticker: category is none');
      return { pack, stickers: stickersIn(list) };
    },
    /** `page` from 1 on. */
    async packStore(page: number): Promise<{ packs: OfferedPack[]; more: boolean }> {
      const query = { page_index: page, page_size: PAGE_SIZE };
      const rows = listIn('sticker/store', await request({ method: 'GET', path: '/sticker/store', query }));
      return { packs: packsIn(rows, PAGE_SIZE), more: rows.length >= PAGE_SIZE };
    },
    async searchStickers(keyword: string, page: number): Promise<{ stickers: StickerView[]; more: boolean }> {
      const query = { keyword, page, page_size: PAGE_SIZE };
      const rows = listIn('sticker', await request({ method: 'GET', path: '/sticker', query }));
      return { stickers: stickersIn(rows), more: rows.length >= PAGE_SIZE };
    },
    async addPack(category: string): Promise<void> {
      await request({ method: 'POST', path: `/sticker/user/${seg(category)}` });
    },
    async removePack(category: string): Promise<void> {
      await request({ method: 'DELETE', path: '/sticker/remove', query: { category } });
    },
    async orderPacks(categorys: readonly string[]): Promise<void> {
      await request({ method: 'PUT', path: '/sticker/user/category/reorder', body: { categorys } });
    },
  };
}
