/** The guard of the tables below the index. That no word is left in them: recall/word-residue.test.ts. */
import type Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tempFolder } from '../../../../../shared/testing/temp-folder.ts';
import { openDatabase } from '../../files/database.ts';
import { createShard, shardTable } from './search-shards.ts';
import { createSeparators } from './separators.ts';

const SHARD = 0;
const TABLE = shardTable(SHARD);
const ROWS = 400;
let db: Database.Database;

beforeEach(() => {
  ({ db } = openDatabase(tempFolder('wukong-separators-'), () => undefined));
  createShard(db, SHARD);
});
afterEach(() => void db.close());

const textOf = (row: number): string => `secret${row} planted${row}`;
const begins = (): number =>
  db
    .prepare<[], number>(`SELECT count(*) FROM ${TABLE}_idx WHERE CAST(term AS TEXT) LIKE '0planted%'`)
    .pluck()
    .get() ?? 0;

test('it is up again after the turn in which separators were mended', async () => {
  const add = db.prepare(`INSERT INTO ${TABLE} (rowid, text) VALUES (?, ?)`);
  const remove = db.prepare(`INSERT INTO ${TABLE} (${TABLE}, rowid, text) VALUES ('delete', ?, ?)`);
  db.transaction(() => {
    for (let row = 0; row < ROWS; row += 1) add.run(row, textOf(row));
  })();
  const touch = (): unknown => db.prepare(`DELETE FROM ${TABLE}_idx WHERE segid < 0`).run();
  expect(begins()).toBeGreaterThan(4);
  expect(touch).toThrow(/may not be modified/);
  const separators = createSeparators(db);
  db.transaction(() => {
    const rows = Array.from({ length: ROWS - 1 }, (_, row) => row);
    for (const row of rows) remove.run(row, textOf(row));
    separators.mend(SHARD, rows.map(textOf));
  })();
  expect(begins()).toBeLessThan(2);
  await Promise.resolve();
  expect(touch).toThrow(/may not be modified/);
});
