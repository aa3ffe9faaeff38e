/**
 * Rows of messages that are recalled, gone or burn after reading, which the search index still knows. Works in pages,
 * so that the worker goes on answering.
 */
import type Database from 'better-sqlite3';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { hideEntries, showEntries } from '../store/tables/search/index-entries.ts';
import { shardsIn } from '../store/tables/search/search-shards.ts';
import { countOf } from './recalled-tables.ts';

/** How long the index is looked at before others get their turn; the number of terms in a page follows from it. */
const TURN_MS = 15;
const FIRST_TERMS = 200;
const MOST_TERMS = 4_000;

/** `db`: with `recalled_row`, `unsearched_row` and `gone_row` filled. */
export async function indexedRows(db: Database.Database): Promise<number[]> {
  // What was recalled a moment ago is on the list of what is about to go.
  db.exec(`
    DELETE FROM checked_row;
    INSERT INTO checked_row SELECT row FROM
      (SELECT row FROM recalled_row UNION SELECT row FROM unsearched_row UNION SELECT row FROM gone_row)
      WHERE row NOT IN (SELECT row FROM main.search_erase);
  `);
  const found = new Set<number>();
  if (countOf(db, 'SELECT count(*) FROM checked_row') === 0) return [];
  try {
    for (const shard of shardsIn(db)) {
      showEntries(db, shard);
      await addFound(db, found);
    }
  } finally {
    hideEntries(db);
  }
  return [...found];
}

/** Of the table of the index that is shown. */
async function addFound(db: Database.Database, found: Set<number>): Promise<void> {
  const terms = db.prepare<[string, number], { term: string }>(
    'SELECT term FROM index_term WHERE term >= ? ORDER BY term LIMIT ?',
  );
  const entries = db.prepare<[string, string], { row: number }>(
    `SELECT DISTINCT e.doc AS row FROM index_entry e
     WHERE e.term >= ? AND e.term <= ? AND e.doc IN (SELECT row FROM checked_row)`,
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
