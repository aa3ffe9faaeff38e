/** `store.packs`: the account's packs of stickers as the server told them last (docs/sticker-packs.md). */
import { z } from 'zod';
import { PackView } from '../../../shared/ipc/contract/packs.ts';
import { StickerView } from '../../../shared/ipc/contract/stickers.ts';
import type { StoreContext } from '../store/context.ts';
import type { PackRow } from '../store/tables/pack-table.ts';
import type { Parts } from './parts.ts';

const Stickers = z.array(StickerView);

/** `keep` and `keepWhole` write; everything else reads. */
export interface PacksOf {
  /** In the account's order. */
  list(): PackView[];
  /** null where it is not the account's, or what is in it is not known here. */
  whole(category: string): { pack: PackView; stickers: StickerView[] } | null;
  /** Paths of all that is in them, their covers included. */
  paths(): string[];
  /** These are the account's, and no others. */
  keep(packs: readonly PackView[]): void;
  /** What is in one of them. */
  keepWhole(pack: PackView, stickers: readonly StickerView[]): void;
}

/** A row that was damaged, or is of another version, is as good as none. */
function read<T>(schema: z.ZodType<T>, text: string | null): T | null {
  if (text === null) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

const aboutOf = ({ category, title, about, cover }: PackView): string =>
  JSON.stringify({ category, title, about, cover });

function wholeOf(row: PackRow): { pack: PackView; stickers: StickerView[] } | null {
  const pack = read(PackView, row.about);
  const stickers = read(Stickers, row.stickers);
  return pack && stickers && { pack, stickers };
}

export function createPacks(ctx: StoreContext, { packs }: Pick<Parts, 'packs'>): PacksOf {
  return {
    list: () => packs.all().flatMap(({ about }) => read(PackView, about) ?? []),
    whole(category) {
      const row = packs.all().find((one) => one.category === category);
      return row ? wholeOf(row) : null;
    },
    paths: () =>
      packs
        .all()
        .flatMap((row) => [
          read(PackView, row.about)?.cover ?? '',
          ...(read(Stickers, row.stickers) ?? []).map(({ path }) => path),
        ]),
    keep: (all) =>
      ctx.write(() => packs.replace(all.map((pack) => ({ category: pack.category, about: aboutOf(pack) })))),
    keepWhole: (pack, stickers) =>
      ctx.write(() => packs.fill(pack.category, aboutOf(pack), JSON.stringify(stickers))),
  };
}
