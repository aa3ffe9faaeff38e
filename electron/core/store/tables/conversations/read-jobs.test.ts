/** What was read on this device is in the outbox before it is shown as read, once per burst. */
import Database from 'better-sqlite3';
import { copyFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { ChannelRef } from '../../../../../shared/domain.ts';
import { Setting } from '../../../../../shared/wire/packets.ts';
import { cachePath, outboxPath } from '../../files/database.ts';
import { isHeld, READ_HOLD_MS } from './read-jobs.ts';
import type { OpenStore } from '../../../account-store/open-store.ts';
import {
  conversation,
  GROUP,
  idOf,
  message,
  OTHER_GROUP,
} from '../../../account-store/testing/store-fixture.ts';
import { useFixture } from '../../../account-store/testing/use-fixture.ts';

const fixture = useFixture();
let store: OpenStore;
beforeEach(() => {
  store = fixture.store;
});

/** Unread messages 1 … `count`, all of which ask for a receipt unless `setting` says otherwise. */
function unread(channel: ChannelRef, count: number, setting = 0): void {
  const base = channel === GROUP ? 0 : 5_000;
  const recents = Array.from({ length: count }, (_, i) =>
    message(i + 1, { channel, messageId: idOf(base + i + 1), clientMsgNo: `no-${base + i + 1}`, setting }),
  );
  const lastMessageSeq = count;
  store.conversations.apply([conversation({ channel, unread: count, lastMessageSeq, recents })], false);
}
const jobs = (): [string, unknown][] => store.outbox.actionJobs().map(({ kind, args }) => [kind, args]);
const ids = (...seqs: number[]): { messageIds: string[] } => ({ messageIds: seqs.map(idOf) });

test('a burst of positions leaves one job of each kind, of the last position', () => {
  unread(GROUP, 6, Setting.receipt);
  unread(OTHER_GROUP, 6);
  expect(store.conversations.markReadHere(GROUP, 2)).toBe(true);
  expect(store.conversations.markReadHere(OTHER_GROUP, 1)).toBe(true);
  fixture.nowMs += READ_HOLD_MS - 1;
  expect(store.conversations.markReadHere(GROUP, 5)).toBe(true);
  expect(jobs()).toEqual([
    ['markRead', { messageSeq: 1 }],
    ['markRead', { messageSeq: 5 }],
    ['reportRead', ids(5, 4, 3, 2, 1)],
  ]);
  for (const job of store.outbox.actionJobs().slice(1))
    expect(job.nextTryAtMs).toBe(fixture.nowMs + READ_HOLD_MS);
  expect(store.conversations.get(GROUP)).toMatchObject({ readSeq: 5, unread: 1 });
});

test('what was read before writes nothing, and never lowers a position that waits', () => {
  unread(GROUP, 6);
  store.conversations.markReadHere(GROUP, 5);
  const [before] = store.outbox.actionJobs();
  expect([store.conversations.markReadHere(GROUP, 5), store.conversations.markReadHere(GROUP, 3)]).toEqual([
    false,
    false,
  ]);
  expect(store.outbox.actionJobs()).toEqual([before]);
});

test('a position that comes while the earlier one may be under way has a job of its own', () => {
  unread(GROUP, 6, Setting.receipt);
  store.conversations.markReadHere(GROUP, 2);
  fixture.nowMs += READ_HOLD_MS;
  const first = store.outbox.actionJobs();
  expect(first.some((job) => isHeld(job, fixture.nowMs))).toBe(false);
  store.conversations.markReadHere(GROUP, 4);
  // The answers to the first requests.
  for (const { id } of first) store.outbox.removeAction(id);
  expect(jobs()).toEqual([
    ['markRead', { messageSeq: 4 }],
    ['reportRead', ids(4, 3)],
  ]);
});

test('a position whose request fails again and again is replaced by a later one', () => {
  unread(GROUP, 6);
  store.conversations.markReadHere(GROUP, 2);
  store.outbox.updateAction(store.outbox.actionJobs()[0]?.id ?? 0, {
    attempts: 5,
    nextTryAtMs: fixture.nowMs + 30_000,
  });
  store.conversations.markReadHere(GROUP, 4);
  expect(store.outbox.actionJobs()).toMatchObject([{ args: { messageSeq: 4 }, attempts: 0 }]);
});

test('many receipts go in requests of a hundred, also when a burst adds to them', () => {
  unread(GROUP, 150, Setting.receipt);
  store.conversations.markReadHere(GROUP, 120);
  store.conversations.markReadHere(GROUP, 150);
  const requests = store.outbox.actionJobs().filter((job) => job.kind === 'reportRead');
  expect(requests.map((job) => (job.args['messageIds'] as string[]).length)).toEqual([100, 50]);
  expect(requests.flatMap((job) => job.args['messageIds'])).toEqual(
    Array.from({ length: 150 }, (_, i) => idOf(150 - i)),
  );
});

test('the job is committed before the mark: a process that dies between the two announces what it did not show', () => {
  unread(GROUP, 6);
  const cache = new Database(cachePath(fixture.dir));
  cache.exec("CREATE TRIGGER died BEFORE INSERT ON conversation BEGIN SELECT RAISE(ABORT, 'died here'); END");
  expect(() => store.conversations.markReadHere(GROUP, 4)).toThrow('died here');
  cache.exec('DROP TRIGGER died');
  cache.close();
  expect(store.conversations.get(GROUP)).toMatchObject({ readSeq: 0, unread: 6 });
  store = fixture.reopen();
  expect(jobs()).toEqual([['markRead', { messageSeq: 4 }]]);
});

test('a power cut takes a burst back to its first position at most', () => {
  unread(GROUP, 6);
  const log = `${outboxPath(fixture.dir)}-wal`;
  store.conversations.markReadHere(GROUP, 2);
  const durable = statSync(log).size;
  for (const seq of [3, 4, 5]) store.conversations.markReadHere(GROUP, seq);
  const written = statSync(log).size;
  const copy = join(fixture.dir, 'after-power-cut.db');
  const left = new Set<string>();
  for (let bytes = durable; bytes <= written; bytes += 24 + 4096) {
    copyFileSync(outboxPath(fixture.dir), copy);
    copyFileSync(log, `${copy}-wal`);
    truncateSync(`${copy}-wal`, bytes);
    const after = new Database(copy);
    left.add(
      after.prepare<[], string>('SELECT group_concat(args) FROM action_job').pluck().get() ?? 'nothing',
    );
    after.close();
  }
  expect([...left]).toEqual([2, 3, 4, 5].map((seq) => `{"messageSeq":${seq}}`));
});
