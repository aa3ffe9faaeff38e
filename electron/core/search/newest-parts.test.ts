import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MOST_ROWS, NewestParts, type Part, ROWS_OF_A_PART } from './newest-parts.ts';

let db: Database.Database;
beforeEach(() => {
  db = new Database(':memory:');
  db.exec(`CREATE TABLE message (row INTEGER PRIMARY KEY, channel_no INTEGER, seq INTEGER);
    CREATE INDEX message_by_seq ON message (channel_no, seq)`);
});
afterEach(() => db.close());

/** Rows of two chats in turn; every fifth seq twice, as of a message and its copy. */
function fill(rows: number): void {
  db.prepare(
    `WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < ?)
     INSERT INTO message (channel_no, seq) SELECT n % 2 + 1, n / 2 - (n / 2 % 5 = 1) FROM n`,
  ).run(rows);
}

function all(channelNo: number | null): Part[] {
  const parts = new NewestParts(db);
  const found: Part[] = [];
  for (let part = parts.next(channelNo, null); part; part = parts.next(channelNo, part)) found.push(part);
  return found;
}
const rowsIn = (channelNo: number | null, { low, high }: Part): number[] => {
  const where =
    channelNo === null ? 'row >= ? AND row < ?' : `channel_no = ${channelNo} AND seq >= ? AND seq < ?`;
  return db
    .prepare<[number, number], number>(`SELECT row FROM message WHERE ${where}`)
    .pluck()
    .all(low, high);
};

test.each([null, 1])('every row is in one part, none is larger than it may be (chat %s)', (channelNo) => {
  fill(23_456);
  const parts = all(channelNo).map((part) => rowsIn(channelNo, part));
  expect(parts.length).toBeGreaterThan(2);
  const rows = parts.flat();
  expect(new Set(rows).size).toBe(rows.length);
  expect(rows).toHaveLength(channelNo === null ? 23_456 : 11_728);
  // (Rows of one seq are not parted.)
  for (const part of parts) expect(part.length).toBeLessThanOrEqual(ROWS_OF_A_PART + 1);
});

test('as many of the newest as may be looked through, and no more', () => {
  fill(MOST_ROWS + 20_000);
  const found = all(null);
  expect(found).toHaveLength(MOST_ROWS / ROWS_OF_A_PART);
  expect(found.at(-1)?.low).toBe(20_001);
  expect([all(7), new NewestParts(db).next(7, null)]).toEqual([[], null]);
});

test('nothing is looked through where there is nothing', () => {
  expect([all(null), all(1)]).toEqual([[], []]);
});
