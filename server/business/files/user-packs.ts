/** Which packs of stickers somebody has, and in which order (tsdd-api.md 6.3). */
import type { Db } from '../store/database.ts';
import { BUILT_IN_PACKS, type BuiltInPack } from '../stickers/built-in-packs.ts';

export class UserPacks {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** With their numbers: the largest first, as TSDD orders them. */
  of(uid: string): { pack: BuiltInPack; sortNum: number }[] {
    const rows = this.#db.all<{ category: string; sort_num: number }>(
      'SELECT category, sort_num FROM sticker_pack WHERE uid = ? ORDER BY sort_num DESC, category',
      uid,
    );
    return rows.flatMap(({ category, sort_num: sortNum }) => {
      const pack = BUILT_IN_PACKS.find((one) => one.category === category);
      return pack ? [{ pack, sortNum }] : [];
    });
  }

  has(uid: string, category: string): boolean {
    return (
      this.#db.get('SELECT 1 FROM sticker_pack WHERE uid = ? AND category = ?', uid, category) !== undefined
    );
  }

  /** At the front; one that is there stays where it is. */
  add(uid: string, category: string): void {
    this.#db.run(
      `INSERT OR IGNORE INTO sticker_pack(uid, category, sort_num)
       VALUES (?, ?, (SELECT coalesce(max(sort_num), 0) + 1 FROM sticker_pack WHERE uid = ?))`,
      uid,
      category,
      uid,
    );
  }

  remove(uid: string, category: string): void {
    this.#db.run('DELETE FROM sticker_pack WHERE uid = ? AND category = ?', uid, category);
  }

  /** The first comes first; what is not named keeps its number. */
  order(uid: string, categories: readonly string[]): void {
    this.#db.transaction(() => {
      for (const [at, category] of categories.entries())
        this.#db.run(
          'UPDATE sticker_pack SET sort_num = ? WHERE uid = ? AND category = ?',
          categories.length - at,
          uid,
          category,
        );
    });
  }
}
