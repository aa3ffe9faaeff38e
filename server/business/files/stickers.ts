/**
 * Pictures that somebody collected to send them again (tsdd-api.md 6.3). A collected one is a name of a file here, not
 * a copy of it: it goes with the file, which goes with the recall of the last message that has it.
 */
import type { Db } from '../store/database.ts';
import { PACK_FOLDER } from '../stickers/built-in-packs.ts';

export interface Sticker {
  /** As messages name it: `file/preview/…`. */
  path: string;
  width: number;
  height: number;
  format: string;
  category: string;
  title: string;
  placeholder: string;
}

export const MOST_STICKERS = 300;

/** (Those of the built-in packs are in no table.) */
const THERE = `(s.object LIKE '${PACK_FOLDER}%'
  OR EXISTS (SELECT 1 FROM stored_file f WHERE f.path = s.object AND f.erased = 0))`;

export class Stickers {
  readonly #db: Db;
  readonly #now: () => number;

  constructor(db: Db, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /** The newest first; without those whose file is gone. */
  of(uid: string): Sticker[] {
    return this.#db.all<Sticker>(
      `SELECT s.path, s.width, s.height, s.format, s.category, s.title, s.placeholder FROM sticker s
       WHERE s.uid = ? AND ${THERE}
       ORDER BY s.added_at DESC, s.path`,
      uid,
    );
  }

  /** Once more moves it to the front. `object`: the file in the store. false: as many as somebody may have. */
  add(uid: string, object: string, sticker: Sticker): boolean {
    return this.#db.transaction(() => {
      this.#forgetErased(uid);
      const { n } = this.#db.get<{ n: number }>('SELECT count(*) AS n FROM sticker WHERE uid = ?', uid) ?? {
        n: 0,
      };
      const known = this.#db.get('SELECT 1 FROM sticker WHERE uid = ? AND path = ?', uid, sticker.path);
      if (known === undefined && n >= MOST_STICKERS) return false;
      this.#db.run(
        `INSERT OR REPLACE INTO sticker(uid, path, object, width, height, format, category, title, placeholder, added_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        uid,
        sticker.path,
        object,
        sticker.width,
        sticker.height,
        sticker.format,
        sticker.category,
        sticker.title,
        sticker.placeholder,
        this.#now(),
      );
      return true;
    });
  }

  /** These come first, in their order. */
  toFront(uid: string, paths: readonly string[]): void {
    this.#db.transaction(() => {
      const now = this.#now();
      for (const [at, path] of paths.entries())
        this.#db.run(
          'UPDATE sticker SET added_at = ? WHERE uid = ? AND path = ?',
          now + paths.length - at,
          uid,
          path,
        );
    });
  }

  remove(uid: string, paths: readonly string[]): void {
    this.#db.transaction(() => {
      for (const path of paths) this.#db.run('DELETE FROM sticker WHERE uid = ? AND path = ?', uid, path);
    });
  }

  #forgetErased(uid: string): void {
    this.#db.run(`DELETE FROM sticker AS s WHERE s.uid = ? AND NOT ${THERE}`, uid);
  }
}
