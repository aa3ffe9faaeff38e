/**
 * The FTS5 side of the cache: what is indexed for a row is always `indexText(search_text)` of that row, or, for rows
 * that are not shown any more, what `search_erase` lists until it is erased.
 */
import type Database from 'better-sqlite3';
import type { StoreContext } from '../../context.ts';
import { compactShard, createShard, SHARD_ROWS, shardOf, shardsIn, shardTable } from './search-shards.ts';
import { indexText, SEGMENTER_VERSION } from './segmenter.ts';
import { createSeparators } from './separators.ts';

export interface SearchIndex {
  add(row: number, text: string): void;
  /** `text` has to be what was added. */
  remove(row: number, text: string): void;
  /** As `remove`, for a row that no search joins any more: its tokens go with the next `eraseDue`. */
  removeLater(row: number, text: string): void;
  /** Rows of `removeLater` wait, perhaps since before the program ended. */
  anyDue(): boolean;
  /** Erases the tokens of at most `limit` of these, all of one table, in a transaction. True when there are more. */
  eraseDue(limit: number): boolean;
  /** For idle times: compacts a table that is full, if there is one. Takes some 40 ms. */
  compact(): void;
  /** Tables to search, newest rows first. */
  shards(): readonly number[];
  /** Builds the index anew when it was made by another version of the segmenter. */
  ensureCurrent(): void;
}

const STATE = 'segmenterVersion';

interface Shard {
  insert: Database.Statement<[number, string]>;
  remove: Database.Statement<[number, string]>;
}

export function createSearchIndex(ctx: StoreContext, version = SEGMENTER_VERSION): SearchIndex {
  const { db } = ctx;
  const current = db.prepare<[string], { value: string }>('SELECT value FROM state WHERE name = ?');
  const setCurrent = db.prepare<[string, string]>('INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)');
  const batch = db.prepare<[number], { row: number; text: string }>(
    'SELECT row, search_text AS text FROM message WHERE search_text IS NOT NULL AND row > ? ORDER BY row LIMIT 1000',
  );
  const addDue = db.prepare<[number, string]>('INSERT INTO search_erase (row, text) VALUES (?, ?)');
  const anyDue = db.prepare<[], number>('SELECT 1 FROM search_erase LIMIT 1').pluck();
  const dueOf = db.prepare<[number], string>('SELECT text FROM search_erase WHERE row = ?').pluck();
  const firstDue = db.prepare<[], number>('SELECT min(row) FROM search_erase').pluck();
  const dueRows = db.prepare<[number, number], { row: number; text: string }>(
    'SELECT row, text FROM search_erase WHERE row < ? ORDER BY row LIMIT ?',
  );
  const dropDue = db.prepare<[number]>('DELETE FROM search_erase WHERE row = ?');
  const dropDueUpTo = db.prepare<[number]>('DELETE FROM search_erase WHERE row <= ?');

  const separators = createSeparators(db);
  let shards: number[] = [];
  let open = new Map<number, Shard>();
  /** Looked at by this process. */
  const compacted = new Set<number>();
  /** `search_erase` may hold rows. */
  let due = true;
  function reset(): void {
    shards = shardsIn(db);
    open = new Map();
    due = anyDue.get() !== undefined;
  }
  reset();
  // Tables made in a transaction go with it.
  let madeTables = false;
  ctx.onRollback(() => {
    due = true;
    separators.reset();
    erasedNow.clear();
    if (madeTables) shards = [];
    if (madeTables) open = new Map();
    madeTables = false;
  });

  function shard(row: number): Shard {
    const number = shardOf(row);
    let found = open.get(number);
    if (!found) {
      if (shards.length === 0) shards = shardsIn(db);
      if (!shards.includes(number)) {
        createShard(db, number);
        madeTables = true;
        ctx.afterCommit(() => (madeTables = false));
        shards = [...shards, number].sort((a, b) => b - a);
      }
      const table = shardTable(number);
      found = {
        insert: db.prepare(`INSERT INTO ${table} (rowid, text) VALUES (?, ?)`),
        remove: db.prepare(`INSERT INTO ${table} (${table}, rowid, text) VALUES ('delete', ?, ?)`),
      };
      open.set(number, found);
    }
    return found;
  }

  /** Leaves the separators of the table's pages: see `mend`. */
  const erase = (row: number, text: string): void => void shard(row).remove.run(row, indexText(text));

  /** Texts erased by the transaction in progress, by table. */
  const erasedNow = new Map<number, string[]>();
  function mendLater(number: number, text: string): void {
    if (erasedNow.size === 0) {
      ctx.beforeCommit(() => {
        for (const [each, texts] of erasedNow) separators.mend(each, texts);
        erasedNow.clear();
      });
    }
    erasedNow.set(number, [...(erasedNow.get(number) ?? []), text]);
  }

  function rebuild(): void {
    for (const number of shardsIn(db)) db.exec(`DROP TABLE ${shardTable(number)}`);
    db.exec('DELETE FROM search_erase');
    reset();
    let after = -1;
    for (;;) {
      const rows = batch.all(after);
      for (const { row, text } of rows) shard(row).insert.run(row, indexText(text));
      const last = rows.at(-1);
      if (!last) return;
      after = last.row;
    }
  }

  return {
    add(row, text) {
      const left = due ? dueOf.get(row) : undefined;
      if (left !== undefined) {
        erase(row, left);
        mendLater(shardOf(row), left);
        dropDue.run(row);
      }
      shard(row).insert.run(row, indexText(text));
    },
    remove(row, text) {
      erase(row, text);
      mendLater(shardOf(row), text);
    },
    removeLater(row, text) {
      due = true;
      addDue.run(row, text);
    },
    anyDue: () => due,
    eraseDue(limit) {
      if (!due) return false;
      return ctx.write(() => {
        // Within one table: its pages are written once.
        const upto = (shardOf(firstDue.get() ?? 0) + 1) * SHARD_ROWS;
        const rows = dueRows.all(upto, limit);
        for (const { row, text } of rows) erase(row, text);
        const [first] = rows;
        if (first)
          separators.mend(
            shardOf(first.row),
            rows.map(({ text }) => text),
          );
        const last = rows.at(-1);
        if (last) dropDueUpTo.run(last.row);
        due = anyDue.get() !== undefined;
        return due;
      });
    },
    compact() {
      const [, ...full] = shards;
      const next = full.find((number) => !compacted.has(number));
      if (next === undefined) return;
      ctx.write(() => compactShard(db, next));
      compacted.add(next);
    },
    shards() {
      if (shards.length === 0) shards = shardsIn(db);
      return shards;
    },
    ensureCurrent() {
      const found = current.get(STATE)?.value;
      if (found === String(version)) return;
      ctx.write(() => {
        if (found !== undefined) rebuild();
        setCurrent.run(STATE, String(version));
      });
    },
  };
}
