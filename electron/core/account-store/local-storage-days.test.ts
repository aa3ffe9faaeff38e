/** An organisation lets messages be kept on this computer for some days only. */
import Database from 'better-sqlite3';
import { beforeEach, expect, it } from 'vitest';
import { cachePath } from '../store/files/database.ts';
import { extraOf, found, GROUP, idOf, message, START, text } from './testing/store-fixture.ts';
import { useFixture } from './testing/use-fixture.ts';

const DAY = 86_400;
const fixture = useFixture();

const keyOf = (seq: number): string => `u-bob:no-${seq}`;

/** Seqs of the group that have words here. */
const kept = (): number[] =>
  [1, 2, 3].filter((seq) => fixture.store.messages.get(GROUP, keyOf(seq))?.content.kind === 'text');

beforeEach(() => {
  fixture.nowMs = (START + 10 * DAY) * 1000;
});

const store = (): void => {
  fixture.store.messages.ingest(
    [
      message(1, { timestamp: START, payload: text('tiger-one') }),
      message(2, { timestamp: START + 8 * DAY, payload: text('tiger-two') }),
      message(3, {
        timestamp: START + 9 * DAY,
        payload: text('answer', { reply: { message_id: idOf(1), message_seq: 1 } }),
      }),
    ],
    'history',
  );
};

it('what comes older than that is not kept, the rest goes at its day', () => {
  fixture.localStorageDays = 7;
  fixture.reopen();
  store();
  expect(kept()).toEqual([2, 3]);
  expect(found(fixture.store, 'tiger')).toEqual([keyOf(2)]);
  fixture.nowMs = (START + 15 * DAY + 1) * 1000;
  fixture.store.expireDue();
  expect(kept()).toEqual([3]);
  expect(found(fixture.store, 'tiger')).toEqual([]);
});

it('what was stored before goes when the policy comes, with every trace of its words', () => {
  store();
  expect(kept()).toEqual([1, 2, 3]);
  fixture.localStorageDays = 7;
  fixture.reopen();
  fixture.store.expireDue();
  expect(kept()).toEqual([2, 3]);
  expect(found(fixture.store, 'tiger-one')).toEqual([]);
  expect(JSON.stringify(fixture.store.messages.get(GROUP, keyOf(3)))).not.toContain('tiger-one');
});

it('a shorter life of a message stays as it is', () => {
  fixture.localStorageDays = 7;
  fixture.reopen();
  const timestamp = START + 10 * DAY;
  fixture.store.messages.ingest([message(1, { timestamp, expire: 60 })], 'live');
  fixture.nowMs = (timestamp + 61) * 1000;
  fixture.store.expireDue();
  expect(kept()).toEqual([]);
});

it('that a message was recalled is still known when it comes again', () => {
  fixture.localStorageDays = 7;
  fixture.reopen();
  store();
  const recalled = extraOf(idOf(2), { revoke: true, version: 5 });
  fixture.store.messages.ingest(
    [message(2, { timestamp: START + 8 * DAY, extra: recalled, payload: text('tiger-two') })],
    'history',
  );
  fixture.nowMs = (START + 20 * DAY) * 1000;
  fixture.store.expireDue();
  fixture.localStorageDays = null;
  fixture.reopen();
  fixture.store.messages.ingest(
    [message(2, { timestamp: START + 8 * DAY, payload: text('tiger-two') })],
    'history',
  );
  expect(kept()).toEqual([]);
  expect(found(fixture.store, 'tiger')).toEqual([]);
});

const start = (days: number | null): void => {
  fixture.localStorageDays = days;
  fixture.reopen();
};

/** As if nobody had looked at what is stored. */
const unlimit = (): void => {
  const db = new Database(cachePath(fixture.dir));
  db.exec('UPDATE message SET expires_at = 0');
  db.close();
};

const limited = (): boolean => {
  const db = new Database(cachePath(fixture.dir), { readonly: true });
  try {
    return db.prepare<[], number>('SELECT min(expires_at) FROM message').pluck().get() !== 0;
  } finally {
    db.close();
  }
};

it('the table is read when the days became others, not at every start', () => {
  start(30);
  store();
  unlimit();
  start(30);
  expect(limited()).toBe(false);
  start(20);
  expect(limited()).toBe(true);
  // Without the policy messages come that end by no day: the same days have to be set for them again.
  start(null);
  unlimit();
  start(20);
  expect(limited()).toBe(true);
});
