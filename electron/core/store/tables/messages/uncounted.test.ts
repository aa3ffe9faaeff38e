import Database from 'better-sqlite3';
import { beforeEach, expect, it } from 'vitest';
import { Uncounted } from './uncounted.ts';

let db: Database.Database;
let uncounted: Uncounted;
let rollback: () => void;
/** Counts that were read from the table. */
let reads: string[];

beforeEach(() => {
  db = new Database(':memory:', { verbose: (sql) => reads.push(String(sql)) });
  reads = [];
  db.exec('CREATE TABLE message (channel_no, seq, counts)');
  uncounted = new Uncounted({ db, onRollback: (reset) => (rollback = reset) });
  for (let seq = 1; seq <= 10; seq += 1) write(seq, 0);
});

function write(seq: number, counts: number, before: number | null = null): void {
  if (before === null) db.prepare('INSERT INTO message VALUES (1, ?, ?)').run(seq, counts);
  else db.prepare('UPDATE message SET counts = ? WHERE seq = ?').run(counts, seq);
  uncounted.wrote(before === null ? null : { channel_no: 1, seq, counts: before }, {
    channel_no: 1,
    seq,
    counts,
  });
}
function asked(after: number, upTo: number): [count: number, read: boolean] {
  reads = [];
  const count = uncounted.between(1, after, upTo);
  const truth = db
    .prepare('SELECT count(*) FROM message WHERE seq > ? AND seq <= ? AND counts = 0')
    .pluck()
    .get(after, upTo);
  expect(count).toBe(truth);
  return [count, reads.some((sql) => sql.includes('channel_no'))];
}

it('is read once, then only what came on top', () => {
  expect(asked(2, 10)).toEqual([8, true]);
  expect(asked(2, 10)).toEqual([8, false]);
  write(11, 0);
  write(12, 1);
  expect(asked(2, 12)).toEqual([9, true]);
  expect(reads.find((sql) => sql.includes('channel_no'))).toContain('seq > 10');
  expect(asked(2, 12)).toEqual([9, false]);
});

it('is read anew when a row between begins or ceases to count, or comes late', () => {
  asked(2, 10);
  write(5, 1, 0);
  expect(asked(2, 10)).toEqual([7, true]);
  write(5, 0, 1);
  expect(asked(2, 10)).toEqual([8, true]);
  db.prepare('DELETE FROM message WHERE seq = 7').run();
  uncounted.forget(1);
  expect(asked(2, 10)).toEqual([7, true]);
  write(7, 0);
  expect(asked(2, 10)).toEqual([8, true]);
});

it('follows another position, and a transaction that was undone', () => {
  asked(2, 10);
  expect(asked(6, 10)).toEqual([4, true]);
  expect(asked(6, 8)).toEqual([2, true]);
  db.exec('BEGIN');
  write(9, 0);
  asked(6, 10);
  db.exec('ROLLBACK');
  rollback();
  expect(asked(6, 10)).toEqual([4, true]);
});

it('is none where all is read, and told apart by channel', () => {
  expect(asked(10, 10)).toEqual([0, false]);
  asked(2, 10);
  expect(uncounted.between(2, 2, 10)).toBe(0);
  uncounted.wrote(null, { channel_no: 2, seq: 5, counts: 0 });
  expect(asked(2, 10)).toEqual([8, false]);
});
