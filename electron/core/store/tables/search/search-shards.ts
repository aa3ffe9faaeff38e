/**
 * The FTS5 tables of the search index: one per `SHARD_ROWS` rows of `message`. Erasing a row from FTS5 rewrites a page
 * for every token (`secure-delete`). In one table these pages lie apart, the further the larger it is; the pages of a
 * small table are soon in memory together, however many messages are cached.
 */
import type Database from 'better-sqlite3';

/** Measured: 8,192 erases fastest at 300,000 and 1,000,000 rows; less costs searches, which ask each table. */
export const SHARD_ROWS = 8_192;

export const shardOf = (row: number): number => Math.floor(row / SHARD_ROWS);
export const shardTable = (shard: number): string => `message_search_${shard}`;

/** Makes one segment of a table that takes no more rows: erasing asks every segment for every token. */
export function compactShard(db: Database.Database, shard: number): void {
  const table = shardTable(shard);
  const segments = db.prepare<[], number>(`SELECT count(DISTINCT segid) FROM main.${table}_idx`).pluck();
  if ((segments.get() ?? 0) > 1) db.exec(`INSERT INTO main.${table} (${table}) VALUES ('optimize')`);
}

/** Numbers of the tables there are, newest rows first. */
export function shardsIn(db: Database.Database): number[] {
  return db
    .prepare<[], string>(
      "SELECT name FROM main.sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE message\\_search\\_%' ESCAPE '\\'",
    )
    .pluck()
    .all()
    .map((name) => Number(name.slice(shardTable(0).length - 1)))
    .sort((a, b) => b - a);
}

/**
 * Contentless: tokens only. Small pages (400 bytes instead of 4,050), because each token erased rewrites one: five
 * times as fast.
 */
export function createShard(db: Database.Database, shard: number): void {
  const table = shardTable(shard);
  db.exec(`
    CREATE VIRTUAL TABLE main.${table} USING fts5 (
      text, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 0'
    );
    INSERT INTO main.${table} (${table}, rank) VALUES ('secure-delete', 1);
    INSERT INTO main.${table} (${table}, rank) VALUES ('pgsz', 400);
  `);
}
