import { afterEach, beforeEach, expect, test } from 'vitest';
import Database from 'better-sqlite3';
import { RecentMessages } from './recent-messages.ts';
import type { StoredMessage } from './message-row.ts';

let db: Database.Database;
let rollBack: () => void = () => undefined;
let recent: RecentMessages;

beforeEach(() => {
  db = new Database(':memory:');
  recent = new RecentMessages({ db, onRollback: (reset) => (rollBack = reset) });
});
afterEach(() => void db.close());

const row = (n: number): StoredMessage =>
  ({
    row: n,
    channel_no: 1 + (n % 3),
    from_uid: 'u',
    client_msg_no: `no-${n}`,
    message_id: `${n}`,
  }) as StoredMessage;
const keep = (n: number): void => recent.keep(null, row(n), `u:no-${n}`);
const get = (n: number): StoredMessage | undefined => recent.get(1 + (n % 3), `u:no-${n}`);
const missing = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, at) => from + at).filter((n) => !get(n));

test('the last 3,000 rows are there whenever they are asked for, and no more than twice as many', () => {
  const gone: number[] = [];
  const kept: number[] = [];
  for (let n = 1; n <= 20_000; n += 1) {
    keep(n);
    if (n % 997 !== 0) continue;
    gone.push(...missing(Math.max(1, n - 2_999), n + 1));
    if (n > 6_000 && get(n - 6_000)) kept.push(n - 6_000);
  }
  expect(gone).toEqual([]);
  expect(kept).toEqual([]);
});

test('a row written again is the new one, also from the older generation; a rollback leaves none', () => {
  for (let n = 1; n <= 3_500; n += 1) keep(n);
  const again = { ...row(7), recalled: 1 };
  recent.keep(row(7), again, 'u:no-7');
  expect(recent.get(2, 'u:no-7')).toBe(again);
  rollBack();
  expect(get(7)).toBeUndefined();
  expect(get(3_500)).toBeUndefined();
});

test('of a row that goes by another key now nothing is kept', () => {
  for (let n = 1; n <= 3_500; n += 1) keep(n);
  recent.keep(row(7), { ...row(7), client_msg_no: 'other' }, 'u:other');
  expect(get(7)).toBeUndefined();
  expect(recent.get(2, 'u:other')).toBeDefined();
});

test('what a frame has read is not kept longer than that frame; what nobody has read waits', async () => {
  for (let n = 1; n <= 3_500; n += 1) keep(n);
  await Promise.resolve();
  expect(get(7)).toBeDefined();
  expect(get(3_500)).toBeDefined();
  await Promise.resolve();
  expect(get(7)).toBeUndefined();
  expect(get(3_500)).toBeUndefined();
});
