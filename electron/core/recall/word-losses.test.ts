import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  conversation,
  extraOf,
  found,
  GROUP,
  idOf,
  message,
  OTHER_GROUP,
  PERSON,
  START,
  text,
} from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { LONGEST_WAIT_MS } from '../account-store/deadline-timer.ts';
import { scanForResidue } from '../residue/residue-scanner.ts';
import { CHECKPOINT_DELAY_MS } from '../account-store/erasure-timer.ts';

const SECRET = '口令是 tiger-4711';
const NEW = '口令改了 lion';
const KEY = 'u-bob:no-1';

const fixture = useFixture();
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Quoted by a cached and an unsent message, forwarded, quoted by a draft. */
function plant(expire = 0): void {
  const { store } = fixture;
  const reply = {
    message_id: idOf(1),
    message_seq: 1,
    from_uid: 'u-bob',
    from_name: 'Bob',
    payload: text(SECRET),
  };
  store.messages.ingest([message(1, { payload: text(SECRET), expire, timestamp: START })], 'live');
  store.messages.ingest([message(5, { channel: OTHER_GROUP, payload: text('a reply', { reply }) })], 'live');
  const timestamp = START;
  store.outbox.addSend({ channel: PERSON, clientMsgNo: 'quote', payload: text('q', { reply }), timestamp });
  store.outbox.addSend({
    channel: PERSON,
    clientMsgNo: 'forward',
    payload: text(SECRET),
    timestamp,
    forwardOf: idOf(1),
  });
  const draft = { text: 'd', mention: { all: false, uids: [] }, mentionNames: {}, replyToMessageId: idOf(1) };
  store.outbox.setDraft(GROUP, draft);
  store.checkpoint();
  store.changes.take();
}

const jobs = (): Record<string, unknown>[] =>
  ['quote', 'forward'].map((no) => fixture.store.outbox.sendJob(PERSON, `u-me:${no}`)?.payload ?? {});
const quote = () => fixture.store.messages.get(OTHER_GROUP, 'u-bob:no-5')?.quote;

function expectNothingLeft(): void {
  const { store } = fixture;
  expect(JSON.stringify([store.conversations.list(), store.messages.get(GROUP, KEY), quote()])).not.toContain(
    'tiger',
  );
  expect(found(store, 'tiger')).toEqual([]);
  expect(JSON.stringify(jobs())).not.toContain('tiger');
  expect(store.changes.take()?.wordsGone).toContainEqual({ channel: GROUP, key: KEY });
  // Twice: what a slice of the index leaves over is taken out with the checkpoint.
  vi.advanceTimersByTime(2 * CHECKPOINT_DELAY_MS);
  expect(scanForResidue([fixture.dir], ['tiger-4711', SECRET])).toEqual([]);
}

test('what an edit erased is replaced everywhere, and off the disk within five seconds', () => {
  plant();
  fixture.store.messages.applyExtras(
    GROUP,
    [extraOf(idOf(1), { version: 3, contentEdit: text(NEW), editedAt: 5 })],
    'extra',
    0,
  );
  expect(jobs()).toMatchObject([{ reply: { payload: { content: NEW } } }, { content: NEW }]);
  expect(quote()).toMatchObject({ state: 'ok', preview: NEW });
  expect(fixture.store.conversations.get(GROUP)?.preview.text).toBe(NEW);
  expect(found(fixture.store, 'lion')).toEqual([KEY]);
  expectNothingLeft();
});

test('of two edits only the last one is left, also of a message that is not cached', () => {
  const edit = (version: number, words: string): void =>
    fixture.store.messages.applyExtras(
      GROUP,
      [extraOf(idOf(9), { version, contentEdit: text(words), editedAt: version })],
      'extra',
      0,
    );
  edit(3, SECRET);
  fixture.store.checkpoint();
  edit(4, NEW);
  vi.advanceTimersByTime(2 * CHECKPOINT_DELAY_MS);
  expect(scanForResidue([fixture.dir], ['tiger-4711', SECRET])).toEqual([]);
});

test('a deleted message leaves nothing, its edit and a later one included', () => {
  plant();
  const { messages } = fixture.store;
  const edit = extraOf(idOf(1), { version: 3, contentEdit: text(`${SECRET} edited`), editedAt: 5 });
  messages.applyExtras(GROUP, [edit], 'extra', 0);
  messages.deleteForMe(GROUP, [idOf(1)]);
  expect(quote()).toMatchObject({ state: 'missing', preview: '' });
  // The copy was sent on by the user.
  expect(jobs()[1]).toMatchObject({ content: `${SECRET} edited` });
  fixture.store.outbox.removeSend(fixture.store.outbox.sendJob(PERSON, 'u-me:forward')?.id ?? 0);
  messages.applyExtras(GROUP, [{ ...edit, version: 4 }], 'extra', 0);
  expectNothingLeft();
});

test('a history cleared on another device goes with the conversation list', () => {
  plant();
  const { store } = fixture;
  store.messages.ingest([message(2, { payload: text(`${SECRET} again`) }), message(3)], 'live');
  store.outbox.removeSend(store.outbox.sendJob(PERSON, 'u-me:forward')?.id ?? 0);
  store.conversations.apply([conversation({ lastMessageSeq: 3, unread: 3, offsetSeq: 2 })], false);
  expect(store.conversations.get(GROUP)).toMatchObject({ unread: 1, preview: { text: 'message 3' } });
  expect(store.changes.take()).toMatchObject({ read: new Map([['2/g-1', 2]]) });
  // A TSDD server may deliver what was cleared.
  store.messages.ingest([message(1, { payload: text(SECRET) })], 'history');
  expect(store.messages.get(GROUP, KEY)).toBe(null);
  vi.advanceTimersByTime(2 * CHECKPOINT_DELAY_MS);
  expect(scanForResidue([fixture.dir], ['tiger-4711', SECRET])).toEqual([]);
});

test('what quotes a cleared message elsewhere is drawn anew, and edits of what is not cached go', () => {
  plant();
  const { store } = fixture;
  const edit = (seq: number, words: string): void =>
    store.messages.applyExtras(
      GROUP,
      [extraOf(idOf(seq), { version: seq, contentEdit: text(words), editedAt: seq })],
      'extra',
      0,
    );
  store.messages.ingest([message(4)], 'live');
  edit(3, SECRET);
  edit(4, NEW);
  store.outbox.removeSend(store.outbox.sendJob(PERSON, 'u-me:forward')?.id ?? 0);
  store.changes.take();
  store.conversations.apply([conversation({ lastMessageSeq: 4, unread: 1, offsetSeq: 3 })], false);
  expect([...(store.changes.take()?.messages.keys() ?? [])]).toContain('2/g-2');
  expect(quote()).toMatchObject({ state: 'missing', preview: '' });
  expect(store.messages.get(GROUP, 'u-bob:no-4')?.content).toMatchObject({ text: NEW });
  vi.advanceTimersByTime(2 * CHECKPOINT_DELAY_MS);
  expect(scanForResidue([fixture.dir], ['tiger-4711', SECRET])).toEqual([]);
});

test('an edit of a deleted message is not kept, whichever comes first, also where it is not cached', () => {
  const { messages } = fixture.store;
  const edit = (seq: number): void =>
    messages.applyExtras(
      GROUP,
      [extraOf(idOf(seq), { version: 3, contentEdit: text(SECRET), editedAt: 5 })],
      'extra',
      0,
    );
  messages.deleteForMe(GROUP, [idOf(1)]);
  edit(1);
  edit(2);
  messages.deleteForMe(GROUP, [idOf(2)]);
  // History that is read anew brings its edits along.
  messages.ingest([message(6)], 'live');
  edit(6);
  messages.forgetHistory(GROUP);
  vi.advanceTimersByTime(2 * CHECKPOINT_DELAY_MS);
  expect(scanForResidue([fixture.dir], ['tiger-4711', SECRET])).toEqual([]);
});

test('a delivery that tells no life span does not lengthen the one that is known', () => {
  const { messages } = fixture.store;
  const spans = [
    [60, 0],
    [0, 60],
    [600, 60],
    [60, 600],
  ];
  for (const [index, deliveries] of spans.entries())
    for (const expire of deliveries)
      messages.ingest([message(index + 1, { timestamp: START, expire })], 'history');
  expect(messages.page(GROUP, { at: 'latest' }, 9).messages).toHaveLength(4);
  fixture.nowMs += 60_000;
  vi.advanceTimersByTime(60_000);
  expect(messages.page(GROUP, { at: 'latest' }, 9).messages).toEqual([]);
});

test('a message is gone at its second, from everywhere, with one timer', () => {
  const before = vi.getTimerCount();
  plant(60);
  fixture.store.messages.ingest(
    Array.from({ length: 50 }, (_, i) => message(10 + i, { expire: 90, timestamp: START })),
    'live',
  );
  expect(vi.getTimerCount()).toBe(before + 1);
  const pass = (ms: number): void => {
    fixture.nowMs += ms;
    vi.advanceTimersByTime(ms);
  };
  for (let at = 0; at < 59_000; at += 1_000) pass(1_000);
  expect(fixture.store.messages.get(GROUP, KEY)?.content).toMatchObject({ text: SECRET });
  pass(1_000);
  expect(fixture.store.messages.get(GROUP, KEY)).toBe(null);
  expect(quote()).toMatchObject({ state: 'missing', preview: '' });
  expect(fixture.store.outbox.sendJob(PERSON, 'u-me:forward')).toBe(null);
  expectNothingLeft();
});

test('after sleep, or when the clock was set, it is gone as soon as anything runs', () => {
  plant(3_600);
  fixture.nowMs += 3_600_000;
  vi.advanceTimersByTime(LONGEST_WAIT_MS);
  expect(fixture.store.messages.get(GROUP, KEY)).toBe(null);
});

test('at the start nothing that has expired is drawn, by the clock that an earlier connection measured', () => {
  plant(3_600);
  fixture.store.state.set('serverOffsetMs', String(-7_200_000));
  fixture.nowMs += 7_200_000;
  // This computer's clock is two hours ahead: half an hour is left.
  fixture.reopen();
  expect(fixture.store.messages.get(GROUP, KEY)?.content).toMatchObject({ text: SECRET });
  fixture.store.state.set('serverOffsetMs', '0');
  fixture.reopen();
  expect(fixture.store.messages.get(GROUP, KEY)).toBe(null);
  expect(fixture.store.conversations.get(GROUP)?.preview).toMatchObject({ kind: 'none' });
});
