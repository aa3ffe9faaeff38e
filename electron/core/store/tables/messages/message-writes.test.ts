/** What a recall reads and writes beside the rows themselves. */
import Database from 'better-sqlite3';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  extraOf,
  GROUP,
  idOf,
  message,
  OTHER_GROUP,
  text,
} from '../../../account-store/testing/store-fixture.ts';
import { useFixture } from '../../../account-store/testing/use-fixture.ts';
import { cachePath } from '../../files/database.ts';

const fixture = useFixture();

function recall(seq: number): void {
  const extra = extraOf(idOf(seq), { revoke: true, revoker: 'u-bob', version: 5 });
  fixture.store.messages.applyExtras(GROUP, [extra], 'extra', 0);
}

const resend = (seq: number): ReturnType<typeof message> =>
  message(seq, { clientMsgNo: 'same', payload: text('said twice') });

/** The pages of which the log has a frame (SQLite file format 4.1 and 4.2). */
function pagesInLog(pageSize: number): Set<number> {
  const log = readFileSync(`${cachePath(fixture.dir)}-wal`);
  const pages = new Set<number>();
  for (let at = 32; at + 24 + pageSize <= log.length; at += 24 + pageSize) pages.add(log.readUInt32BE(at));
  return pages;
}

test('a recall changes no page of an index that says the same afterwards', () => {
  fixture.store.messages.ingest(
    Array.from({ length: 8 }, (_, at) => message(at + 1)),
    'live',
  );
  fixture.store.checkpoint();
  const before = pagesInLog(4096);
  recall(7);
  const db = new Database(cachePath(fixture.dir), { readonly: true });
  const pageSize = db.pragma('page_size', { simple: true }) as number;
  const pageOf = (name: string): number =>
    db.prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(name) ?? 0;
  const written = pagesInLog(pageSize);
  expect(before.size).toBe(0);
  expect(written).toContain(pageOf('message'));
  expect(written).toContain(pageOf('message_by_seq'));
  expect(written).toContain(pageOf('message_recalled'));
  const others = ['message_by_time', 'message_by_client_no', 'message_copies'];
  expect(others.filter((name) => written.has(pageOf(name)))).toEqual([]);
  db.close();
});

test.each([1, 2])(
  'of a message that is delivered again under the number of another a recall of either (%i) covers both',
  (recalled) => {
    const { store } = fixture;
    store.messages.ingest([message(1), message(2)], 'live');
    // Its chat is the first one that named it, whatever a later delivery says.
    store.messages.ingest([message(2, { clientMsgNo: 'no-1', channel: OTHER_GROUP })], 'live');
    expect(store.messages.page(GROUP, { at: 'latest' }, 10).messages).toHaveLength(1);
    recall(recalled);
    const rows = new Database(cachePath(fixture.dir), { readonly: true });
    const left = rows.prepare('SELECT seq, recalled, copy, payload FROM message ORDER BY seq').all();
    rows.close();
    expect(left).toEqual([
      { seq: 1, recalled: 1, copy: 0, payload: null },
      { seq: 2, recalled: 1, copy: 1, payload: null },
    ]);
  },
);

test('a copy that stands alone, because the other was cleared, is recalled, and so is one that comes later', () => {
  const { store } = fixture;
  store.messages.ingest([resend(1), resend(2), resend(3)], 'live');
  store.messages.forgetHistory(GROUP, false, 1);
  store.messages.ingest([resend(2), resend(3)], 'history');
  recall(3);
  expect(store.messages.get(GROUP, 'u-bob:same')?.content).toEqual({ kind: 'recalled' });
  store.messages.ingest([resend(4)], 'live');
  expect(store.messages.page(GROUP, { at: 'latest' }, 10).messages).toHaveLength(1);
  expect(store.messages.get(GROUP, 'u-bob:same')?.content).toEqual({ kind: 'recalled' });
});
