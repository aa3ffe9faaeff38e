/**
 * The FTS5 side of the cache: what is indexed for a row is always `indexText(search_text)` of that row, or, for rows
 * that are not shown any more, what `search_erase` lists until it is erased.
 *
 * Another version of the segmenter (`ensureCurrent`): tables keep what they were given until `rebuildSome` comes to
 * them. Its tokens are unknown then, so nothing is taken out of such a table row by row: the first change of one of its
 * rows drops it, and it is filled from what its rows are at that moment. A recalled row has no text then.
 */
import type Database from 'better-sqlite3';
import type { StoreContext } from '../../context.ts';
import { indexedTexts } from './index-entries.ts';
import { IndexRebuild } from './index-rebuild.ts';
import { compactShard, createShard, SHARD_ROWS, shardOf, shardsIn, shardTable } from './search-shards.ts';
import { indexText, SEGMENTER_VERSION } from './segmenter.ts';
import { createSeparators } from './separators.ts';

const STATE = 'segmenterVersion';

type Statement<A extends unknown[], R = unknown> = Database.Statement<A, R>;

/** Of one slice of a rebuild: about 15 ms. */
const REBUILD_ROWS = 500;
const REBUILD_CHARACTERS = 100_000;

interface Shard {
  insert: Statement<[number, string]>;
  remove: Statement<[number, string]>;
}

export class SearchIndex {
  readonly #ctx: StoreContext;
  readonly #version: number;
  readonly #separators: ReturnType<typeof createSeparators>;
  readonly #addDue: Statement<[number, string]>;
  readonly #anyDue: Statement<[], number>;
  readonly #dueOf: Statement<[number], string>;
  readonly #firstDue: Statement<[], number>;
  readonly #dueRows: Statement<[number, number], { row: number; text: string }>;
  readonly #dropDue: Statement<[number]>;
  readonly #dropDueUpTo: Statement<[number]>;
  readonly #rebuild: IndexRebuild;
  #shards: number[] = [];
  #open = new Map<number, Shard>();
  /** Tables made in a transaction go with it. */
  #madeTables = false;
  /** Looked at by this process. */
  readonly #compacted = new Set<number>();
  /** `search_erase` may hold rows. */
  #due = true;
  /** Terms erased by the transaction in progress, by table. */
  readonly #erasedNow = new Map<number, string[]>();

  constructor(ctx: StoreContext, version = SEGMENTER_VERSION) {
    this.#ctx = ctx;
    this.#version = version;
    const { db } = ctx;
    this.#separators = createSeparators(db);
    this.#addDue = db.prepare('INSERT INTO search_erase (row, text) VALUES (?, ?)');
    this.#anyDue = db.prepare<[], number>('SELECT 1 FROM search_erase LIMIT 1').pluck();
    this.#dueOf = db.prepare<[number], string>('SELECT text FROM search_erase WHERE row = ?').pluck();
    this.#firstDue = db.prepare<[], number>('SELECT min(row) FROM search_erase').pluck();
    this.#dueRows = db.prepare('SELECT row, text FROM search_erase WHERE row < ? ORDER BY row LIMIT ?');
    this.#dropDue = db.prepare('DELETE FROM search_erase WHERE row = ?');
    this.#dropDueUpTo = db.prepare('DELETE FROM search_erase WHERE row <= ?');
    this.#rebuild = new IndexRebuild(db);
    this.#lookAnew();
    ctx.onRollback(() => {
      this.#due = true;
      this.#rebuild.forget();
      this.#separators.reset();
      this.#erasedNow.clear();
      if (this.#madeTables) this.#shards = [];
      if (this.#madeTables) this.#open = new Map();
      this.#madeTables = false;
    });
  }

  add(row: number, text: string): void {
    if (!this.#holdsRow(row)) return;
    const left = this.#due ? this.#dueOf.get(row) : undefined;
    if (left !== undefined) {
      this.remove(row, left);
      this.#dropDue.run(row);
    }
    this.#shard(row).insert.run(row, indexText(text));
  }

  /** `text` has to be what was added. */
  remove(row: number, text: string): void {
    if (!this.#holdsRow(row)) return;
    this.#mendLater(shardOf(row), this.#erase(row, text));
  }

  /** As `remove`, for a row that no search joins any more: its tokens go with the next `eraseDue`. */
  removeLater(row: number, text: string): void {
    const from = this.#rebuild.of(shardOf(row));
    if (typeof from === 'number' && row >= from) return;
    this.#due = true;
    this.#addDue.run(row, text);
  }

  /**
   * Takes out whatever is indexed for these rows, as the index says and not `search_text`. Looks through whole tables.
   */
  purge(rows: readonly number[]): void {
    for (const [number, some] of Map.groupBy(rows, shardOf)) {
      for (const row of some) this.#dropDue.run(row);
      if (!this.shards().includes(number)) continue;
      if (this.#rebuild.of(number) === null) {
        this.#startAnew(number);
        continue;
      }
      for (const [row, terms] of indexedTexts(this.#ctx.db, number, some)) {
        this.#shard(row).remove.run(row, terms);
        this.#mendLater(number, terms);
      }
    }
  }

  /** Rows of `removeLater` wait, perhaps since before the program ended. */
  anyDue(): boolean {
    return this.#due;
  }

  /** Erases the tokens of at most `limit` of these, all of one table, in a transaction. True when there are more. */
  eraseDue(limit: number): boolean {
    if (!this.#due) return false;
    return this.#ctx.write(() => {
      // Within one table: its pages are written once.
      const shard = shardOf(this.#firstDue.get() ?? 0);
      if (this.#rebuild.of(shard) === null) {
        this.#startAnew(shard);
        this.#due = this.#anyDue.get() !== undefined;
        return this.#due;
      }
      const upto = (shard + 1) * SHARD_ROWS;
      const rows = this.#dueRows.all(upto, limit);
      const terms = rows.map(({ row, text }) => this.#erase(row, text));
      const [first] = rows;
      if (first) this.#separators.mend(shardOf(first.row), terms);
      const last = rows.at(-1);
      if (last) this.#dropDueUpTo.run(last.row);
      this.#due = this.#anyDue.get() !== undefined;
      return this.#due;
    });
  }

  /** For idle times: compacts a table that is full, if there is one. Takes some 40 ms. */
  compact(): void {
    const [, ...full] = this.#shards;
    const next = full.find(
      (number) => !this.#compacted.has(number) && this.#rebuild.of(number) === undefined,
    );
    if (next === undefined) return;
    this.#ctx.write(() => compactShard(this.#ctx.db, next));
    this.#compacted.add(next);
  }

  /** Tables to search, newest rows first. */
  shards(): readonly number[] {
    if (this.#shards.length === 0) this.#shards = shardsIn(this.#ctx.db);
    return this.#shards;
  }

  /** Rows of a table that are not in it yet, while it is built anew: from the first to below the second. */
  missing(shard: number): [number, number] | null {
    const from = this.#rebuild.of(shard);
    return typeof from === 'number' ? [from, (shard + 1) * SHARD_ROWS] : null;
  }

  /** Has the index built anew (`rebuildSome`) when it was made by another version of the segmenter. */
  ensureCurrent(): void {
    const { db } = this.#ctx;
    const found = db.prepare<[string], string>('SELECT value FROM state WHERE name = ?').pluck().get(STATE);
    if (found === String(this.#version)) return;
    this.#ctx.write(() => {
      this.#rebuild.begin(found === undefined ? [] : this.#shardsWithRows());
      db.prepare('INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)').run(
        STATE,
        String(this.#version),
      );
    });
  }

  /** Goes on with that by one slice, in a transaction of its own. True when there is more to do. */
  rebuildSome(): boolean {
    const shard = this.#rebuild.next();
    if (shard === undefined) return false;
    const { db } = this.#ctx;
    return this.#ctx.writeRepeatable(() => {
      if (this.#rebuild.of(shard) === null) this.#startAnew(shard);
      const [first, end] = this.missing(shard) ?? [0, 0];
      const where =
        'FROM message WHERE search_text IS NOT NULL AND recalled = 0 AND row >= ? AND row < ? ORDER BY row';
      const sizes = db
        .prepare<[number, number, number], { row: number; size: number }>(
          `SELECT row, length(search_text) AS size ${where} LIMIT ?`,
        )
        .all(first, end, REBUILD_ROWS + 1);
      let characters = 0;
      const over = sizes.findIndex(
        ({ size }, index) =>
          index === REBUILD_ROWS || ((characters += size) > REBUILD_CHARACTERS && index > 0),
      );
      const from = sizes[over]?.row ?? null;
      const rows = db
        .prepare<[number, number], { row: number; text: string }>(`SELECT row, search_text AS text ${where}`)
        .all(first, from ?? end);
      for (const { row, text } of rows) this.#shard(row).insert.run(row, indexText(text));
      this.#rebuild.reached(shard, from);
      return this.#rebuild.running;
    });
  }

  /** Those there are, and those that rows would be in. */
  #shardsWithRows(): number[] {
    const { db } = this.#ctx;
    const last = db.prepare<[], number | null>('SELECT max(row) FROM message').pluck().get() ?? -1;
    const any = db.prepare<[number, number]>('SELECT 1 FROM message WHERE row >= ? AND row < ? LIMIT 1');
    const found = new Set(shardsIn(db));
    for (let shard = 0; shard <= shardOf(last); shard += 1)
      if (any.get(shard * SHARD_ROWS, (shard + 1) * SHARD_ROWS)) found.add(shard);
    return [...found];
  }

  /** Whether the index has, or is to have, this row now: one that `rebuildSome` comes to takes care of itself. */
  #holdsRow(row: number): boolean {
    const shard = shardOf(row);
    if (this.#rebuild.of(shard) === null) this.#startAnew(shard);
    const from = this.#rebuild.of(shard);
    return typeof from !== 'number' || row < from;
  }

  /** Drops a table of another version; it is filled by `rebuildSome`. What waited to be erased from it is gone. */
  #startAnew(shard: number): void {
    const { db } = this.#ctx;
    db.exec(`DROP TABLE IF EXISTS main.${shardTable(shard)}`);
    createShard(db, shard);
    if (!this.shards().includes(shard)) this.#shards = [...this.#shards, shard].sort((a, b) => b - a);
    this.#open.delete(shard);
    this.#compacted.delete(shard);
    this.#separators.reset();
    this.#erasedNow.delete(shard);
    this.#madeTables = true;
    this.#ctx.afterCommit(() => (this.#madeTables = false));
    db.prepare('DELETE FROM search_erase WHERE row >= ? AND row < ?').run(
      shard * SHARD_ROWS,
      (shard + 1) * SHARD_ROWS,
    );
    this.#rebuild.reached(shard, shard * SHARD_ROWS);
  }

  #lookAnew(): void {
    this.#shards = shardsIn(this.#ctx.db);
    this.#open = new Map();
    this.#due = this.#anyDue.get() !== undefined;
  }

  #shard(row: number): Shard {
    const number = shardOf(row);
    const known = this.#open.get(number);
    if (known) return known;
    const { db } = this.#ctx;
    if (!this.shards().includes(number)) {
      createShard(db, number);
      this.#madeTables = true;
      this.#ctx.afterCommit(() => (this.#madeTables = false));
      this.#shards = [...this.#shards, number].sort((a, b) => b - a);
    }
    const table = shardTable(number);
    const opened: Shard = {
      insert: db.prepare(`INSERT INTO ${table} (rowid, text) VALUES (?, ?)`),
      remove: db.prepare(`INSERT INTO ${table} (${table}, rowid, text) VALUES ('delete', ?, ?)`),
    };
    this.#open.set(number, opened);
    return opened;
  }

  /** Leaves the separators of the table's pages: they have to be mended. Answers the terms. */
  #erase(row: number, text: string): string {
    const terms = indexText(text);
    this.#shard(row).remove.run(row, terms);
    return terms;
  }

  #mendLater(number: number, terms: string): void {
    if (this.#erasedNow.size === 0) {
      this.#ctx.beforeCommit(() => {
        for (const [each, erased] of this.#erasedNow) this.#separators.mend(each, erased);
        this.#erasedNow.clear();
      });
    }
    const erased = this.#erasedNow.get(number);
    if (erased) erased.push(terms);
    else this.#erasedNow.set(number, [terms]);
  }
}
