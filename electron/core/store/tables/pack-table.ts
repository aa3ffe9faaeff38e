/** `sticker_pack`: the account's packs in its order. Every call that writes runs in the caller's transaction. */
import type { StoreContext } from '../context.ts';

export interface PackRow {
  category: string;
  about: string;
  stickers: string | null;
}

/** Characters of what is in one pack; of a larger one only the name is kept. */
const LONGEST_PACK = 256 * 1024;
/** Of all of them together; those further down go first. */
const LONGEST_PACKS = 8 * 1024 * 1024;

export function createPackTable({ db }: StoreContext) {
  const all = db.prepare<[], PackRow>(
    'SELECT category, about, stickers FROM sticker_pack ORDER BY place, category',
  );
  const put = db.prepare<[string, number, string]>(
    `INSERT INTO sticker_pack (category, place, about) VALUES (?, ?, ?)
     ON CONFLICT (category) DO UPDATE SET place = excluded.place, about = excluded.about`,
  );
  const fill = db.prepare<[string, string | null, string]>(
    'UPDATE sticker_pack SET about = ?, stickers = ? WHERE category = ?',
  );
  const empty = db.prepare<[string]>('UPDATE sticker_pack SET stickers = NULL WHERE category = ?');
  const remove = db.prepare<[string]>('DELETE FROM sticker_pack WHERE category = ?');
  return {
    all: (): PackRow[] => all.all(),
    /** These and no others, in this order. */
    replace(rows: readonly Pick<PackRow, 'category' | 'about'>[]): void {
      const wanted = new Set(rows.map(({ category }) => category));
      for (const { category } of all.all()) if (!wanted.has(category)) remove.run(category);
      for (const [place, { category, about }] of rows.entries()) put.run(category, place, about);
    },
    /** Of one that is there. */
    fill(category: string, about: string, stickers: string): void {
      fill.run(about, stickers.length > LONGEST_PACK ? null : stickers, category);
      let length = 0;
      for (const row of all.all()) {
        length += row.stickers?.length ?? 0;
        if (length > LONGEST_PACKS && row.stickers !== null) empty.run(row.category);
      }
    },
  };
}
