/**
 * Rows which the search index knows and should not: of messages that are recalled, gone, burn after reading, have
 * nothing to be searched, or are not there at all. Works in pages,
 * so that the worker goes on answering.
 */
import type Database from 'better-sqlite3';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { hideEntries, showEntries } from '../store/tables/search/index-entries.ts';
import { SHARD_ROWS, shardsIn } from '../store/tables/search/search-shards.ts';

/** How long the index is looked at before others get their turn; the number of terms in a page follows from it. */
const TURN_MS = 15;
const FIRST_TERMS = 200;
const MOST_TERMS = 1_000;

/** `db`: with `recalled_row`, `unsearched_row` and `gone_row` filled. */
export async function indexedRows(db: Database.Database): Promise<number[]> {
  const found: number[] = [];
  // What was recalled a moment ago is on the list of what is about to go.
  const fill = db.prepare<[number, number]>(
    `INSERT INTO rightly_indexed SELECT row FROM main.message
     WHERE row >= ? AND row < ? AND search_text IS NOT NULL
     AND row NOT IN (SELECT row FROM recalled_row UNION SELECT row FROM unsearched_row UNION SELECT row FROM gone_row)`,
  );
  // (Stored, or changed, since the rows were looked at.)
  const isRight = db.prepare<[number]>(
    `SELECT 1 FROM main.message WHERE row = ? AND search_text IS NOT NULL
     AND shown = 1 AND recalled = 0 AND flame IS NULL`,
  );
  try {
    for (const shard of shardsIn(db)) {
      db.exec('DELETE FROM rightly_indexed');
      fill.run(shard * SHARD_ROWS, (shard + 1) * SHARD_ROWS);
      db.exec('INSERT OR IGNORE INTO rightly_indexed SELECT row FROM main.search_erase');
      showEntries(db, shard);
      const inShard = new Set<number>();
      await addFound(db, inShard);
      for (const row of inShard) if (isRight.get(row) === undefined) found.push(row);
    }
  } finally {
    hideEntries(db);
  }
  return found;
}

/** Of the table of the index that is shown. */
async function addFound(db: Database.Database, found: Set<number>): Promise<void> {
  const terms = db.prepare<[string, number], { term: string }>(
    'SELECT term FROM index_term WHERE term >= ? ORDER BY term LIMIT ?',
  );
  const entries = db.prepare<[string, string], { row: number }>(
    `SELECT DISTINCT e.doc AS row FROM index_entry e
     WHERE e.term >= ? AND e.term <= ? AND e.doc NOT IN (SELECT row FROM rightly_indexed)`,
  );
  let from = '';
  let size = FIRST_TERMS;
  for (;;) {
    const startedAt = performance.now();
    const page = terms.all(from, size);
    const last = page.at(-1)?.term;
    if (last === undefined) return;
    for (const { row } of entries.all(from, last)) found.add(row);
    if (page.length < size) return;
    from = last;
    const scale = Math.min(2, TURN_MS / Math.max(1, performance.now() - startedAt));
    size = Math.min(MOST_TERMS, Math.max(2, Math.round(size * scale)));
    await nextTurn();
  }
}
