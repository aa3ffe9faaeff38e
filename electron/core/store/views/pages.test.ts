import * as fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import type { PageAnchor } from '../../../../shared/ipc/contract/messages.ts';
import type { StoredPage } from './pages.ts';
import type { OpenStore } from '../../account-store/open-store.ts';
import {
  conversation,
  GROUP,
  message,
  PERSON,
  START,
  text,
} from '../../account-store/testing/store-fixture.ts';
import { useFixture } from '../../account-store/testing/use-fixture.ts';

const fixture = useFixture();
let store: OpenStore;
beforeEach(() => {
  store = fixture.store;
});

const deliver = (from: number, to: number, range = true): void =>
  store.messages.ingest(
    Array.from({ length: to - from + 1 }, (_, index) => message(from + index)),
    'history',
    range ? { channel: GROUP, fromSeq: from, toSeq: to } : undefined,
  );
const get = (anchor: PageAnchor, limit = 10): StoredPage & { seqs: number[] } => {
  const page = store.messages.page(GROUP, anchor, limit);
  return { ...page, seqs: page.messages.map((m) => m.messageSeq) };
};
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('an empty channel, and one of which only the list is known', () => {
  expect(get({ at: 'latest' })).toMatchObject({
    messages: [],
    missing: null,
    hasOlder: false,
    hasNewer: false,
  });
  store.conversations.apply([conversation({ lastMessageSeq: 40 })], false);
  expect(get({ at: 'latest' })).toMatchObject({ messages: [], missing: { fromSeq: 1, toSeq: 40 } });
});

test('paging down and up over a complete channel', () => {
  deliver(1, 35);
  const latest = get({ at: 'latest' });
  expect(latest).toMatchObject({ seqs: range(26, 35), missing: null, hasOlder: true, hasNewer: false });
  const older = get({ at: 'before', order: 26 });
  expect(older).toMatchObject({ seqs: range(16, 25), missing: null, hasOlder: true, hasNewer: true });
  expect(get({ at: 'before', order: 6 })).toMatchObject({ seqs: range(1, 5), hasOlder: false });
  expect(get({ at: 'after', order: 15 })).toMatchObject({
    seqs: range(16, 25),
    missing: null,
    hasNewer: true,
  });
  expect(get({ at: 'after', order: 30 })).toMatchObject({ seqs: range(31, 35), hasNewer: false });
  expect(get({ at: 'around', messageSeq: 20 })).toMatchObject({
    seqs: range(16, 25),
    missing: null,
    hasOlder: true,
    hasNewer: true,
  });
});

test('a hole in the page is named, nearest to where reading goes', () => {
  deliver(1, 10);
  deliver(21, 30);
  expect(get({ at: 'latest' }, 10).missing).toBeNull();
  expect(get({ at: 'latest' }, 15).missing).toMatchObject({ fromSeq: 11, toSeq: 20 });
  expect(get({ at: 'before', order: 21 }, 5).missing).toMatchObject({ fromSeq: 11, toSeq: 20 });
  expect(get({ at: 'after', order: 8 }, 5).missing).toMatchObject({ fromSeq: 11, toSeq: 20 });
  expect(get({ at: 'around', messageSeq: 15 }, 10).missing).toMatchObject({ fromSeq: 11, toSeq: 20 });
  expect(store.messages.gaps(GROUP, 5)).toEqual([{ channel: GROUP, fromSeq: 11, toSeq: 20 }]);
  expect(store.messages.lastSeq(GROUP)).toBe(30);
  deliver(11, 20);
  expect(store.messages.gaps(GROUP, 5)).toEqual([]);
});

test('seqs the server no longer has are no hole once a range said so', () => {
  store.messages.ingest([message(1), message(5)], 'history', { channel: GROUP, fromSeq: 1, toSeq: 5 });
  expect(get({ at: 'latest' })).toMatchObject({ seqs: [1, 5], missing: null, hasOlder: false });
});

test('a live message directly after the known end extends it, a later one leaves a hole', () => {
  deliver(1, 5);
  store.messages.ingest([message(6)], 'live');
  expect(store.messages.gaps(GROUP, 5)).toEqual([]);
  store.messages.ingest([message(9)], 'live');
  expect(store.messages.gaps(GROUP, 5)).toMatchObject([{ fromSeq: 7, toSeq: 8 }]);
  store.messages.ingest([message(8), message(7)], 'live');
  expect(store.messages.gaps(GROUP, 5)).toEqual([]);
});

test('nothing below my history offset is missing', () => {
  store.conversations.apply([conversation({ lastMessageSeq: 30, offsetSeq: 20 })], false);
  deliver(25, 30);
  expect(get({ at: 'latest' })).toMatchObject({ missing: { fromSeq: 21, toSeq: 24 } });
  deliver(21, 24);
  expect(get({ at: 'latest' }, 50)).toMatchObject({ missing: null, hasOlder: false });
});

test('unsent messages are at the end of the newest page only', () => {
  deliver(1, 20);
  const first = store.outbox.addSend({
    channel: GROUP,
    clientMsgNo: 'a',
    payload: text('a'),
    timestamp: START,
  });
  store.outbox.addSend({ channel: GROUP, clientMsgNo: 'b', payload: text('b'), timestamp: START });
  store.outbox.addSend({ channel: PERSON, clientMsgNo: 'c', payload: text('c'), timestamp: START });
  const latest = get({ at: 'latest' }, 5);
  expect(latest.messages.map((m) => m.clientMsgNo)).toEqual([
    'no-16',
    'no-17',
    'no-18',
    'no-19',
    'no-20',
    'a',
    'b',
  ]);
  expect(latest.messages.map((m) => m.order)).toEqual([
    16,
    17,
    18,
    19,
    20,
    2 ** 52 + first.id,
    2 ** 52 + first.id + 1,
  ]);
  expect(get({ at: 'before', order: 16 }, 5)).toMatchObject({ seqs: range(11, 15), hasNewer: true });
  expect(get({ at: 'after', order: 2 ** 52 + first.id }).messages.map((m) => m.clientMsgNo)).toEqual(['b']);
  expect(get({ at: 'before', order: 2 ** 52 + first.id }, 3).messages.map((m) => m.clientMsgNo)).toEqual([
    'no-18',
    'no-19',
    'no-20',
  ]);
});

test('ranges: any pieces in any order know exactly the union', () => {
  const piece = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 12 }));
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 15 }), (pieces) => {
      const channel = { channelId: `g-${Math.random()}`, channelType: 2 };
      store.conversations.apply([conversation({ channel, lastMessageSeq: 80 })], false);
      const known = new Set<number>();
      for (const [from, length] of pieces) {
        store.messages.ingest([], 'history', { channel, fromSeq: from, toSeq: from + length });
        for (let seq = from; seq <= from + length; seq += 1) known.add(seq);
      }
      const missing = store.messages.gaps(channel, 100).flatMap((gap) => range(gap.fromSeq, gap.toSeq));
      expect(missing.toSorted((a, b) => a - b)).toEqual(range(1, 80).filter((seq) => !known.has(seq)));
    }),
    { numRuns: 60 },
  );
});
