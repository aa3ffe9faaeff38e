/**
 * What a table of the search index really holds: it is contentless, so the entries themselves have to be read
 * (`fts5vocab`, in the temporary schema of the connection that asks).
 */
import type Database from 'better-sqlite3';
import { shardTable } from './search-shards.ts';

/**
 * Makes `index_term` (term) and `index_entry` (term, doc, "offset") show one table of the index. Until the next call,
 * for this connection.
 */
export function showEntries(db: Database.Database, shard: number): void {
  hideEntries(db);
  db.exec(`
    CREATE VIRTUAL TABLE temp.index_term USING fts5vocab (main, ${shardTable(shard)}, row);
    CREATE VIRTUAL TABLE temp.index_entry USING fts5vocab (main, ${shardTable(shard)}, instance);
  `);
}

export function hideEntries(db: Database.Database): void {
  db.exec('DROP TABLE IF EXISTS temp.index_term; DROP TABLE IF EXISTS temp.index_entry');
}

/** The terms that are indexed for these rows of a table, in their order, as a text that deletes exactly them. */
export function indexedTexts(
  db: Database.Database,
  shard: number,
  rows: readonly number[],
): Map<number, string> {
  const texts = new Map<number, string>();
  showEntries(db, shard);
  try {
    const entries = db.prepare<[string], { row: number; term: string }>(
      `SELECT doc AS row, term FROM index_entry WHERE doc IN (SELECT value FROM json_each(?)) ORDER BY doc, "offset"`,
    );
    for (const { row, term } of entries.iterate(JSON.stringify(rows))) {
      const before = texts.get(row);
      texts.set(row, before === undefined ? term : `${before} ${term}`);
    }
  } finally {
    hideEntries(db);
  }
  return texts;
}
