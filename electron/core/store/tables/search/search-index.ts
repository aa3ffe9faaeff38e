/**
 * The FTS5 side of the cache: what is indexed for a row is always `indexText(search_text)` of that row, or, for rows
 * that are not shown any more, what `search_erase` lists until it is erased.
 */
import type Database from 'better-sqlite3';
import type { StoreContext } from '../../context.ts';
import { indexedTexts } from './index-entries.ts';
import { compactShard, createShard, SHARD_ROWS, shardOf, shardsIn, shardTable } from './search-shards.ts';
import { indexText, SEGMENTER_VERSION } from './segmenter.ts';
import { createSeparators } from './separators.ts';

const STATE = 'segmenterVersion';

type Statement<A extends unknown[], R = unknown> = Database.Statement<A, R>;

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
  #shards: number[] = [];
  #open = new Map<number, Shard>();
  /** Tables made in a transaction go with it. */
  #madeTables = false;
  /** Looked at by this process. */
  readonly #compacted = new Set<number>();
  /** `search_erase` may hold rows. */
  #due = true;
  /** Texts erased by the transaction in progress, by table. */
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
    this.#lookAnew();
    ctx.onRollback(() => {
      this.#due = true;
      this.#separators.reset();
      this.#erasedNow.clear();
      if (this.#madeTables) this.#shards = [];
      if (this.#madeTables) this.#open = new Map();
      this.#madeTables = false;
    });
  }

  add(row: number, text: string): void {
    const left = this.#due ? this.#dueOf.get(row) : undefined;
    if (left !== undefined) {
      this.remove(row, left);
      this.#dropDue.run(row);
    }
    this.#shard(row).insert.run(row, indexText(text));
  }

  /** `text` has to be what was added. */
  remove(row: number, text: string): void {
    this.#erase(row, text);
    this.#mendLater(shardOf(row), text);
  }

  /** As `remove`, for a row that no search joins any more: its tokens go with the next `eraseDue`. */
  removeLater(row: number, text: string): void {
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
      for (const [row, text] of indexedTexts(this.#ctx.db, number, some)) {
        this.#shard(row).remove.run(row, text);
        this.#mendLater(number, text);
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
      const upto = (shardOf(this.#firstDue.get() ?? 0) + 1) * SHARD_ROWS;
      const rows = this.#dueRows.all(upto, limit);
      for (const { row, text } of rows) this.#erase(row, text);
      const [first] = rows;
      if (first)
        this.#separators.mend(
          shardOf(first.row),
          rows.map(({ text }) => text),
        );
      const last = rows.at(-1);
      if (last) this.#dropDueUpTo.run(last.row);
      this.#due = this.#anyDue.get() !== undefined;
      return this.#due;
    });
  }

  /** For idle times: compacts a table that is full, if there is one. Takes some 40 ms. */
  compact(): void {
    const [, ...full] = this.#shards;
    const next = full.find((number) => !this.#compacted.has(number));
    if (next === undefined) return;
    this.#ctx.write(() => compactShard(this.#ctx.db, next));
    this.#compacted.add(next);
  }

  /** Tables to search, newest rows first. */
  shards(): readonly number[] {
    if (this.#shards.length === 0) this.#shards = shardsIn(this.#ctx.db);
    return this.#shards;
  }

  /** Builds the index anew when it was made by another version of the segmenter. */
  ensureCurrent(): void {
    const { db } = this.#ctx;
    const found = db.prepare<[string], string>('SELECT value FROM state WHERE name = ?').pluck().get(STATE);
    if (found === String(this.#version)) return;
    this.#ctx.write(() => {
      if (found !== undefined) this.#rebuild();
      db.prepare('INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)').run(
        STATE,
        String(this.#version),
      );
    });
  }

  #rebuild(): void {
    const { db } = this.#ctx;
    for (const number of shardsIn(db)) db.exec(`DROP TABLE ${shardTable(number)}`);
    db.exec('DELETE FROM search_erase');
    this.#lookAnew();
    const batch = db.prepare<[number], { row: number; text: string }>(
      `SELECT row, search_text AS text FROM message WHERE search_text IS NOT NULL AND row > ?
       ORDER BY row LIMIT 1000`,
    );
    let after = -1;
    for (;;) {
      const rows = batch.all(after);
      for (const { row, text } of rows) this.#shard(row).insert.run(row, indexText(text));
      const last = rows.at(-1);
      if (!last) return;
      after = last.row;
    }
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

  /** Leaves the separators of the table's pages: they have to be mended. */
  #erase(row: number, text: string): void {
    this.#shard(row).remove.run(row, indexText(text));
  }

  #mendLater(number: number, text: string): void {
    if (this.#erasedNow.size === 0) {
      this.#ctx.beforeCommit(() => {
        for (const [each, texts] of this.#erasedNow) this.#separators.mend(each, texts);
        this.#erasedNow.clear();
      });
    }
    const texts = this.#erasedNow.get(number);
    if (texts) texts.push(text);
    else this.#erasedNow.set(number, [text]);
  }
}
