/**
 * Words of the index that hold a part inside: FTS5 finds words and their beginnings only. Its list of words is read
 * (`fts5vocab`), one pass over the words of letters in one table of the index; nothing of it is kept.
 */
import type Database from 'better-sqlite3';
import { shardTable } from '../store/tables/search/search-shards.ts';

/** Of one part in one table; whoever looks for "e" needs no more. */
const MOST_WORDS = 300;

/** Words of letters and digits lie below this in the list: Latin, Greek and Cyrillic, but no Han and no kana. */
const LETTERS_BELOW = '\u0590';

export class WordsWith {
  readonly #db: Database.Database;
  readonly #readers = new Map<number, Database.Statement<[string, string, string, number], string>>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  /** Those that do not begin with it, which a search finds anyway. `part`: as the index writes it. */
  in(shard: number, part: string): readonly string[] {
    let reader = this.#readers.get(shard);
    if (!reader) {
      const table = `temp.words_of_${shard}`;
      this.#db.exec(
        `CREATE VIRTUAL TABLE IF NOT EXISTS ${table} USING fts5vocab (main, ${shardTable(shard)}, row)`,
      );
      reader = this.#db
        .prepare<[string, string, string, number], string>(
          `SELECT term FROM ${table} WHERE term < ? AND instr(term, ?) > 0 AND instr(term, ?) <> 1 LIMIT ?`,
        )
        .pluck();
      this.#readers.set(shard, reader);
    }
    return reader.all(LETTERS_BELOW, part, part, MOST_WORDS);
  }
}
