import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_REMINDERS } from '../../../shared/ipc/contract/bookmarks.ts';
import { createPublisher } from '../publisher/publisher.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import { extraOf, GROUP, idOf, message, OTHER_GROUP, PERSON, START, text } from './testing/store-fixture.ts';
import { useFixture } from './testing/use-fixture.ts';

const fixture = useFixture();
const keyOf = (seq: number): string => `u-bob:no-${seq}`;
const all = { text: '', type: null, before: null, limit: 50 };
const kept = (
  query: Partial<Parameters<typeof fixture.store.bookmarks.favourites>[0]> = {},
): (number | null)[] =>
  fixture.store.bookmarks
    .favourites({ ...all, ...query })
    .items.map((item) => item.message?.messageSeq ?? null);
const recall = (seq: number): void =>
  fixture.store.messages.applyExtras(GROUP, [extraOf(idOf(seq), { revoke: true, version: seq })], 'extra', 0);

beforeEach(() => {
  fixture.store.messages.ingest(
    [
      message(1, { payload: text('tiger one') }),
      message(2, { payload: { type: 2, url: 'file/x.png', width: 1, height: 1 } }),
      message(3, { payload: { type: 8, url: 'file/y.pdf', name: 'Plan.pdf', size: 1 } }),
      message(4, { payload: { type: 7, uid: 'u-carol', name: 'Carol' } }),
      message(5, { payload: text('burns', { flame: 1, flame_second: 5 }) }),
      message(6, { payload: { type: 1002, content: '{0}', extra: [] } }),
    ],
    'history',
  );
});

describe('favourites', () => {
  beforeEach(() => {
    for (const seq of [1, 2, 3, 4]) fixture.store.bookmarks.addFavourite(GROUP, keyOf(seq));
  });

  it('are listed newest first, by kind and by words, in pages, and stay over a restart', () => {
    expect(kept()).toEqual([4, 3, 2, 1]);
    expect(kept({ type: 'text' })).toEqual([1]);
    expect(kept({ type: 'image' })).toEqual([2]);
    expect(kept({ type: 'file' })).toEqual([3]);
    expect(kept({ type: 'card' })).toEqual([4]);
    expect(kept({ text: 'PLAN' })).toEqual([3]);
    expect(kept({ text: 'tiger' })).toEqual([1]);
    const first = fixture.store.bookmarks.favourites({ ...all, limit: 2 });
    expect(first).toMatchObject({ total: 4 });
    expect(kept({ before: first.before })).toEqual([2, 1]);
    fixture.store.bookmarks.addFavourite(GROUP, keyOf(1));
    expect(kept()).toEqual([1, 4, 3, 2]);
    fixture.reopen();
    expect(kept()).toEqual([1, 4, 3, 2]);
  });

  it('are found by kind and name where they are videos or voice messages', () => {
    const film = {
      type: 5,
      url: 'v',
      cover: 'c',
      name: 'Holiday.mp4',
      second: 9,
      width: 1,
      height: 1,
      size: 1,
    };
    const voice = { type: 4, url: 'a.amr', timeTrad: 3 };
    fixture.store.messages.ingest([message(7, { payload: film }), message(8, { payload: voice })], 'live');
    for (const seq of [7, 8]) fixture.store.bookmarks.addFavourite(GROUP, keyOf(seq));
    expect(kept({ type: 'video' })).toEqual([7]);
    expect(kept({ type: 'voice' })).toEqual([8]);
    expect(kept({ type: 'image' })).toEqual([2]);
    expect(kept({ text: 'holiday' })).toEqual([7]);
    recall(7);
    expect(kept({ type: 'video' })).toEqual([]);
  });

  it('are none of what burns, of a line of the server, and of what is not there', () => {
    const { bookmarks } = fixture.store;
    expect(() => bookmarks.addFavourite(GROUP, keyOf(5))).toThrow('burns');
    expect(() => bookmarks.addFavourite(GROUP, keyOf(6))).toThrow('kind of message');
    expect(() => bookmarks.addFavourite(GROUP, keyOf(99))).toThrow('not known');
    recall(1);
    expect(() => bookmarks.addFavourite(GROUP, keyOf(1))).toThrow('recalled');
  });

  it('leave with what is recalled, deleted, expired or cleared, and are not listed while it is being recalled', () => {
    const { conversations, messages, outbox } = fixture.store;
    outbox.addRecall({ channel: GROUP, messageKey: keyOf(4), messageId: idOf(4), clientMsgNo: 'no-4' });
    expect(kept()).toEqual([3, 2, 1]);
    const [job] = outbox.recallJobs();
    outbox.cancelRecall(job?.id ?? 0);
    expect(kept()).toEqual([4, 3, 2, 1]);
    recall(4);
    expect(kept()).toEqual([3, 2, 1]);
    messages.deleteForMe(GROUP, [idOf(3)]);
    expect(kept()).toEqual([2, 1]);
    conversations.clearHistory(GROUP, 1);
    expect(kept()).toEqual([2]);
    conversations.clearHistory(GROUP, 6);
    expect(fixture.store.bookmarks.refs()).toEqual([]);
  });

  it('say what the message says now', () => {
    const contentEdit = { type: 1, content: 'lion one' };
    fixture.store.messages.applyExtras(GROUP, [extraOf(idOf(1), { contentEdit, version: 9 })], 'extra', 0);
    expect(kept({ text: 'tiger' })).toEqual([]);
    expect(kept({ text: 'lion' })).toEqual([1]);
  });

  it('outlive the cache, and leave with a recall that comes before their message', () => {
    fixture.store.rebuild();
    expect(kept()).toEqual([null, null, null, null]);
    fixture.store.messages.ingest([message(3)], 'history');
    expect(kept()).toEqual([null, 3, null, null]);
    recall(1);
    expect(kept()).toEqual([null, 3, null]);
    // Recalled according to the history that brings it.
    fixture.store.messages.ingest([message(2, { extra: extraOf(idOf(2), { revoke: true }) })], 'history');
    expect(kept()).toEqual([null, 3]);
  });

  it('are told of in the batch of the change, also of chats that nobody sees', () => {
    const batches: CoreDelta[][] = [];
    const scheduled: (() => void)[] = [];
    const publisher = createPublisher({
      store: fixture.store,
      push: (deltas) => batches.push(deltas),
      isShown: () => false,
      schedule: (run) => {
        scheduled.push(run);
        return () => undefined;
      },
    });
    fixture.store.changes.take();
    const [first] = fixture.store.bookmarks.refs();
    const contentEdit = { type: 1, content: 'lion one' };
    fixture.store.messages.applyExtras(GROUP, [extraOf(idOf(1), { contentEdit, version: 9 })], 'extra', 0);
    recall(2);
    fixture.store.messages.ingest(
      Array.from({ length: 200 }, (_, n) => message(100 + n, { channel: OTHER_GROUP })),
      'live',
    );
    scheduled.at(-1)?.();
    const told = batches.flat().filter((delta) => delta.kind === 'bookmarks');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ added: false, removed: [2] });
    expect(told[0]?.changed).toMatchObject([{ id: first?.id, message: { content: { text: 'lion one' } } }]);
    publisher.close();
  });

  it('hold no words: only ids, a place and times are in the table', () => {
    expect(fixture.store.bookmarks.refs()[0]).toEqual({
      id: 1,
      kind: 'favourite',
      channel: GROUP,
      messageKey: keyOf(1),
      messageId: idOf(1),
      messageSeq: 1,
      at: START,
    });
  });
});

const set = (seq: number, at: number): void => fixture.store.bookmarks.setReminder(GROUP, keyOf(seq), at);
const due = (now: number): number[] =>
  fixture.store.bookmarks.takeDue(now).map(({ messageSeq }) => messageSeq);

describe('reminders', () => {
  it('are due once, the next first, also when nobody looked for a while', () => {
    set(1, START + 200);
    set(2, START + 100);
    expect(fixture.store.bookmarks.reminders().map(({ messageSeq }) => messageSeq)).toEqual([2, 1]);
    expect(fixture.store.bookmarks.nextDue()).toBe(START + 100);
    expect(due(START + 99)).toEqual([]);
    fixture.reopen();
    expect(due(START + 300)).toEqual([2, 1]);
    expect(due(START + 300)).toEqual([]);
    expect(fixture.store.bookmarks.nextDue()).toBe(null);
  });

  it('are one a message: a later one replaces the earlier', () => {
    set(1, START + 100);
    set(1, START + 900);
    expect(fixture.store.bookmarks.reminders()).toMatchObject([{ at: START + 900, channelName: 'g-1' }]);
  });

  it('are cancelled with a recall, of which it is kept that there is something to say, once', () => {
    set(1, START + 100);
    set(2, START + 100);
    recall(1);
    fixture.store.messages.deleteForMe(GROUP, [idOf(2)]);
    expect(due(START + 200)).toEqual([]);
    expect(fixture.store.bookmarks.refs().map(({ kind }) => kind)).toEqual(['gone']);
    fixture.reopen();
    recall(1);
    expect(fixture.store.bookmarks.refs()).toHaveLength(1);
    fixture.store.bookmarks.forgetGone();
    expect(fixture.store.bookmarks.refs()).toEqual([]);
  });

  it('wait while their message is being recalled', () => {
    set(1, START + 100);
    const { outbox } = fixture.store;
    outbox.addRecall({ channel: GROUP, messageKey: keyOf(1), messageId: idOf(1), clientMsgNo: 'no-1' });
    expect(due(START + 200)).toEqual([]);
    outbox.denyRecall(outbox.recallJobs()[0]?.id ?? 0, 'late', null, 0);
    expect(due(START + 200)).toEqual([1]);
  });

  it('are told of without words when the message is not here', () => {
    set(1, START + 100);
    fixture.store.rebuild();
    expect(fixture.store.bookmarks.takeDue(START + 200)).toMatchObject([
      { channel: GROUP, messageKey: keyOf(1), messageSeq: 1, message: null },
    ]);
  });

  it('are no more than so many', () => {
    const more = Array.from({ length: MAX_REMINDERS + 1 }, (_, n) => message(1_000 + n, { channel: PERSON }));
    fixture.store.messages.ingest(more, 'history');
    const { bookmarks } = fixture.store;
    for (let n = 0; n < MAX_REMINDERS; n += 1) bookmarks.setReminder(PERSON, keyOf(1_000 + n), START + 1);
    expect(() => bookmarks.setReminder(PERSON, keyOf(1_000 + MAX_REMINDERS), START + 1)).toThrow('already');
    // Another time for one of them is none more.
    bookmarks.setReminder(PERSON, keyOf(1_000), START + 2);
  });
});
