/** Packs of stickers that the server offers, and those that the account has added (docs/sticker-packs.md). */
import { z } from 'zod';
import { Done, Nothing } from './arguments.ts';
import { call, query } from './channel.ts';
import { MAX_PACKS } from './limits.ts';
import { StickerView } from './stickers.ts';

/** Names a pack, as the server does. */
const Category = z.string().min(1).max(100);
const Page = z.int().min(1).max(1_000);

export const PackView = z.object({
  category: Category,
  /** Never '': without a title the category. */
  title: z.string().min(1).max(100),
  about: z.string().max(500),
  /** Path of a picture; '' = it has none at the own server. */
  cover: z.string().max(2_000),
});
export type PackView = z.infer<typeof PackView>;

/** A pack in the store. `added`: the account has it. */
export const OfferedPack = PackView.extend({ added: z.boolean() });
export type OfferedPack = z.infer<typeof OfferedPack>;

export const packContract = {
  /**
   * The account's own, in its order, 100 at most. `offered`: the server has packs at all. `stored`: the server could
   * not be asked, and these are what it said last.
   */
  'packs.list': query(
    Nothing,
    z.object({ offered: z.boolean(), packs: z.array(PackView), stored: z.boolean() }),
  ),
  /** What is in a pack, 300 at most; of an own one also while the server cannot be asked. Fails with `notFound`. */
  'packs.stickers': query(
    z.object({ category: Category }),
    z.object({ pack: OfferedPack, stickers: z.array(StickerView) }),
  ),
  /** A page of the store, from 1 on. `offered`: there is one. `more`: another page may follow. */
  'packs.store': query(
    z.object({ page: Page }),
    z.object({ offered: z.boolean(), packs: z.array(OfferedPack), more: z.boolean() }),
  ),
  /** Stickers whose names or words hold this one. */
  'packs.search': query(
    z.object({ keyword: z.string().trim().min(1).max(50), page: Page }),
    z.object({ stickers: z.array(StickerView), more: z.boolean() }),
  ),
  /** At the front. Fails with `refused`, and when the account has as many as it may. */
  'packs.add': call(z.object({ category: Category }), Done),
  'packs.remove': call(z.object({ category: Category }), Done),
  /** All of the account's own, in the order that is wished. */
  'packs.order': call(z.object({ categories: z.array(Category).min(1).max(MAX_PACKS) }), Done),
} as const;
