/**
 * How far the index has been built anew for another version of the segmenter. A table of the index is either of this
 * version; or still of the one before, as it was found; or it was dropped and is being filled from its rows, from the
 * lowest on: rows from `from` are not in it yet. Kept in `state` with the tables, in their transactions: who is killed
 * goes on where the last one ended.
 */
import type Database from 'better-sqlite3';
import { z } from 'zod';

const PENDING = 'segmenterPending';
const Pending = z.array(z.tuple([z.int(), z.int().nullable()])).catch([]);

export class IndexRebuild {
  readonly #db: Database.Database;
  /** By number of the table: the first row that is not in it yet; null: all of it is of another version. */
  #known: Map<number, number | null> | null = null;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  /** As the database has it. */
  get #pending(): Map<number, number | null> {
    if (!this.#known) {
      const stored = this.#db
        .prepare<[string], string>('SELECT value FROM state WHERE name = ?')
        .pluck()
        .get(PENDING);
      this.#known = new Map(stored === undefined ? [] : Pending.parse(JSON.parse(stored)));
    }
    return this.#known;
  }

  /** A transaction is being rolled back: what it did is read again when it is asked for. */
  forget(): void {
    this.#known = null;
  }

  /** In a transaction: these tables are of another version. */
  begin(shards: readonly number[]): void {
    this.#known = new Map(shards.map((shard) => [shard, null]));
    this.#save();
  }

  get running(): boolean {
    return this.#pending.size > 0;
  }

  /** undefined: of this version and whole. */
  of(shard: number): number | null | undefined {
    return this.#pending.get(shard);
  }

  /** What to go on with: the table that is being filled, else the one with the newest rows. */
  next(): number | undefined {
    const waiting = [...this.#pending];
    const filling = waiting.find(([, from]) => from !== null);
    return filling ? filling[0] : waiting.map(([shard]) => shard).sort((a, b) => b - a)[0];
  }

  /** In a transaction: rows below `from` are in the table; null: all of them. */
  reached(shard: number, from: number | null): void {
    if (from === null) this.#pending.delete(shard);
    else this.#pending.set(shard, from);
    this.#save();
  }

  #save(): void {
    if (this.#pending.size === 0) this.#db.prepare('DELETE FROM state WHERE name = ?').run(PENDING);
    else {
      const value = JSON.stringify([...this.#pending]);
      this.#db.prepare('INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)').run(PENDING, value);
    }
  }
}
