import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { channelKey } from '../../../shared/domain.ts';
import { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { FromWorker } from '../../../shared/ipc/worker-protocol.ts';
import { ROWS_PER_BATCH } from './list-deltas.ts';
import { CROWD_ABOVE, createPublisher, FRAME_MS, RELOAD_ABOVE, type Publisher } from './publisher.ts';
import { NO_EXTRA } from '../store/server-records.ts';
import type { OpenStore } from '../account-store/open-store.ts';
import {
  GROUP,
  idOf,
  ME,
  message,
  OTHER_GROUP,
  PERSON,
  START,
  text,
} from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';

const fixture = useFixture();
let store: OpenStore;
let publisher: Publisher;
let batches: CoreDelta[][];
let notes: FromWorker[];
let badges: unknown[];
let scheduled: { flush: () => void; delayMs: number; cancelled: boolean }[];
let shown: (key: string) => boolean;
let full: (key: string) => boolean;
beforeEach(() => {
  store = fixture.store;
  batches = [];
  notes = [];
  badges = [];
  scheduled = [];
  shown = () => true;
  full = () => false;
  publisher = createPublisher({
    store,
    push: (deltas) => {
      for (const delta of deltas) CoreDelta.parse(delta);
      batches.push(deltas);
    },
    isShown: (key) => shown(key),
    notify: (note) => notes.push(note),
    passOver: (key) => full(key),
    badge: (totals) => badges.push(totals),
    schedule(flush, delayMs) {
      const entry = { flush, delayMs, cancelled: false };
      scheduled.push(entry);
      return () => void (entry.cancelled = true);
    },
  });
});
afterEach(() => {
  publisher.close();
});

const frame = (): CoreDelta[] => {
  scheduled.at(-1)?.flush();
  return batches.at(-1) ?? [];
};
const recall = (n: number): void =>
  store.messages.applyRecall({
    channel: GROUP,
    messageId: idOf(n),
    clientMsgNo: null,
    revoker: 'u-bob',
    version: 1,
    source: 'cmd',
    startedAt: 0,
  });

test('one batch a frame, whatever was committed, in a stable order', () => {
  store.messages.ingest([message(2), message(1)], 'live');
  store.messages.ingest([message(3, { channel: OTHER_GROUP })], 'live');
  store.conversations.setFlags(GROUP, { muted: true });
  expect(scheduled).toHaveLength(1);
  const deltas = frame();
  expect(batches).toHaveLength(1);
  expect(deltas.map((delta) => delta.kind)).toEqual(['messages', 'messages', 'conversations', 'channelInfo']);
  expect(deltas[0]).toMatchObject({ live: true, upserts: [{ messageSeq: 1 }, { messageSeq: 2 }] });
  expect(badges).toEqual([{ unread: 1, unreadWithMuted: 3 }]);
  publisher.flush();
  expect(batches).toHaveLength(1);
});

test('a message and its recall in one frame: one final delta, no notification, no content', () => {
  store.messages.ingest([message(1, { payload: text('secret') })], 'live');
  recall(1);
  const deltas = frame();
  expect(JSON.stringify(deltas)).not.toContain('secret');
  expect(deltas[0]).toMatchObject({ kind: 'messages', upserts: [{ content: { kind: 'recalled' } }] });
  expect(notes).toEqual([{ kind: 'withdraw', channel: GROUP, messageKeys: ['u-bob:no-1'], readSeq: null }]);
});

test('what becomes of an own message does not wait for a frame, unless others wait with it', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000);
  onTestFinished(() => clock.mockRestore());
  const channel = GROUP;
  const send = (n: number): void =>
    void store.outbox.addSend({ channel, clientMsgNo: `own-${n}`, payload: text('我'), timestamp: START });
  store.messages.ingest([message(1)], 'live');
  frame();
  const last = (): { flush: () => void; delayMs: number; cancelled: boolean } | undefined => scheduled.at(-1);
  clock.mockReturnValue(1_001);
  // The batch before keeps its distance.
  clock.mockReturnValue(1_005);
  send(1);
  expect(last()?.delayMs).toBeLessThan(FRAME_MS);
  const own = last();
  // Somebody may still take this one back: it has its whole frame, and nothing shortens that.
  store.messages.ingest([message(2)], 'live');
  expect([own?.cancelled, last()?.delayMs]).toEqual([true, FRAME_MS]);
  send(2);
  expect([scheduled.length, last()?.cancelled]).toEqual([3, false]);
  recall(2);
  expect(last()?.delayMs).toBeLessThan(FRAME_MS);
  expect(frame()).toMatchObject([{ kind: 'messages' }, { kind: 'messages' }, { kind: 'conversations' }]);
});

test('many own messages in a row are told of every other frame, and at once when they end; a recall among them does not wait', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000);
  onTestFinished(() => clock.mockRestore());
  let sent = 0;
  const send = (): void => {
    sent += 1;
    const words = { clientMsgNo: `own-${sent}`, payload: text('我') };
    store.outbox.addSend({ channel: GROUP, ...words, timestamp: START });
  };
  const sendAt = (at: number): void => {
    clock.mockReturnValue(at);
    send();
  };
  const due = (at: number): number => {
    clock.mockReturnValue(at);
    const before = batches.length;
    scheduled.at(-1)?.flush();
    return batches.length - before;
  };
  store.messages.ingest([message(1)], 'live');
  expect(due(1_016)).toBe(1);
  for (let n = 0; n < 10; n += 1) sendAt(1_020);
  expect(due(1_032)).toBe(1);
  // They go on: nothing at the first frame, all at the second.
  for (let at = 1_034; at < 1_064; at += 2) sendAt(at);
  expect(scheduled.at(-1)?.delayMs).toBe(14);
  expect(due(1_048)).toBe(0);
  expect(due(1_062)).toBe(0);
  expect([scheduled.at(-1)?.delayMs, due(1_064)]).toEqual([2, 1]);
  expect(batches.at(-1)?.[0]).toMatchObject({ kind: 'messages', upserts: { length: 15 } });
  // They end: in the quiet after the last.
  for (let n = 0; n < 10; n += 1) sendAt(1_079);
  expect(due(1_080)).toBe(0);
  expect([scheduled.at(-1)?.delayMs, due(1_083)]).toEqual([3, 1]);
  // Words that have to go are not kept back by what goes on.
  for (let n = 0; n < 10; n += 1) sendAt(1_090);
  recall(1);
  sendAt(1_098);
  expect(due(1_099)).toBe(1);
  expect(batches.at(-1)?.[0]).toMatchObject({ kind: 'messages', upserts: { length: 12 } });
  // A few are told of with each frame.
  sendAt(1_101);
  expect(due(1_115)).toBe(1);
  sendAt(1_130);
  expect(due(1_131)).toBe(1);
});

test('the last of many own messages is told of at once, when none is left to be sent', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000);
  onTestFinished(() => clock.mockRestore());
  const channel = GROUP;
  const jobs = Array.from({ length: 14 }, (_, n) =>
    store.outbox.addSend({ channel, clientMsgNo: `own-${n}`, payload: text('我'), timestamp: START }),
  );
  const arrive = (count: number): void => {
    const answers = jobs
      .splice(0, count)
      .map((job) => ({ job, messageId: idOf(job.id), messageSeq: job.id }));
    store.outbox.acknowledgeAll(answers);
  };
  const last = (): number | undefined => scheduled.at(-1)?.delayMs;
  frame();
  clock.mockReturnValue(1_002);
  arrive(2);
  expect(last()).toBe(14);
  // Others are still under way: these keep their frame, and then wait for them.
  clock.mockReturnValue(1_015);
  arrive(9);
  expect(last()).toBe(14);
  clock.mockReturnValue(1_016);
  scheduled.at(-1)?.flush();
  expect([batches.length, last()]).toEqual([1, 3]);
  clock.mockReturnValue(1_017);
  arrive(3);
  expect([store.outbox.isEmpty(), last(), scheduled.at(-2)?.cancelled]).toEqual([true, 0, true]);
  scheduled.at(-1)?.flush();
  expect(batches).toHaveLength(2);
  expect(batches.at(-1)?.[0]).toMatchObject({ kind: 'messages', upserts: { length: 14 } });
  // One alone keeps its distance from the batch before.
  void store.outbox.addSend({ channel, clientMsgNo: 'alone', payload: text('我'), timestamp: START });
  clock.mockReturnValue(1_033);
  frame();
  clock.mockReturnValue(1_036);
  const [job] = store.outbox.nextSends();
  if (job) store.outbox.acknowledge(job, idOf(15), 15);
  expect([store.outbox.isEmpty(), last()]).toEqual([true, 13]);
});

test('a recall does not wait for its frame, but keeps the distance of one from the batch before', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000);
  onTestFinished(() => clock.mockRestore());
  store.messages.ingest([message(1), message(2), message(3)], 'live');
  expect(scheduled.map(({ delayMs }) => delayMs)).toEqual([FRAME_MS]);
  // In time for the message's own frame: that one comes at once and holds no words.
  recall(1);
  expect(scheduled.map(({ cancelled }) => cancelled)).toEqual([true, false]);
  expect(scheduled.at(-1)?.delayMs).toBe(0);
  frame();
  clock.mockReturnValue(1_005);
  recall(2);
  const after = scheduled.at(-1);
  expect(after?.delayMs).toBe(FRAME_MS - 5);
  // Others of the same moment go with it.
  recall(3);
  store.messages.ingest([message(4)], 'live');
  expect(scheduled.at(-1)).toBe(after);
  expect(frame()).toMatchObject([
    { upserts: [{ content: { kind: 'recalled' } }, { content: { kind: 'recalled' } }] },
    { live: true, upserts: [{ messageSeq: 4 }] },
    { kind: 'conversations' },
  ]);
});

test('live arrivals are told apart from changes of older messages', () => {
  store.messages.ingest([message(1)], 'history');
  frame();
  store.messages.ingest([message(2)], 'live');
  recall(1);
  const [changed, live] = frame();
  expect(changed).toMatchObject({ live: false, upserts: [{ messageSeq: 1 }] });
  expect(live).toMatchObject({ live: true, upserts: [{ messageSeq: 2 }] });
});

test('an edit replaces the notification, a deletion, a cleared history and a deleted chat withdraw it', () => {
  store.messages.ingest([message(1), message(2), message(3)], 'live');
  frame();
  notes.length = 0;
  store.messages.applyExtras(
    GROUP,
    [{ ...NO_EXTRA, messageId: idOf(1), version: 3, contentEdit: text('new'), editedAt: 1 }],
    'extra',
    0,
  );
  frame();
  expect(notes).toMatchObject([{ kind: 'renotify', candidate: { messageKey: 'u-bob:no-1', text: 'new' } }]);
  notes.length = 0;
  store.messages.deleteForMe(GROUP, [idOf(1), idOf(2)]);
  frame();
  expect(notes).toEqual([
    { kind: 'withdraw', channel: GROUP, messageKeys: ['u-bob:no-1', 'u-bob:no-2'], readSeq: null },
  ]);
  notes.length = 0;
  store.messages.forgetHistory(GROUP, false, 3);
  frame();
  expect(notes).toEqual([{ kind: 'withdraw', channel: GROUP, messageKeys: [], readSeq: 3 }]);
  notes.length = 0;
  store.messages.ingest([message(4)], 'live');
  store.conversations.hide(GROUP);
  frame();
  expect(notes).toEqual([{ kind: 'withdraw', channel: GROUP, messageKeys: [], readSeq: 4 }]);
});

test('removed, read and hidden', () => {
  store.messages.ingest([message(1), message(2)], 'live');
  frame();
  store.messages.deleteForMe(GROUP, [idOf(1)]);
  store.conversations.markRead(GROUP, 2);
  const deltas = frame();
  expect(deltas[0]).toMatchObject({ kind: 'messages', upserts: [], removed: ['u-bob:no-1'] });
  expect(notes.at(-1)).toEqual({ kind: 'withdraw', channel: GROUP, messageKeys: [], readSeq: 2 });
  store.conversations.hide(GROUP);
  expect(frame()).toEqual([{ kind: 'conversations', upserts: [], removed: [GROUP] }]);
});

test('notifications: live, by others, unread; who, where and whether I am meant', () => {
  store.messages.ingest([message(1)], 'history');
  store.messages.ingest(
    [message(2, { fromUid: ME.uid }), message(3, { payload: text('hi', { mention: { uids: [ME.uid] } }) })],
    'live',
  );
  store.messages.ingest([message(4, { channel: PERSON, payload: { type: 2 } })], 'live');
  store.conversations.setFlags(PERSON, { muted: true });
  frame();
  expect(notes).toEqual([
    {
      kind: 'notify',
      candidate: {
        channel: GROUP,
        messageKey: 'u-bob:no-3',
        messageSeq: 3,
        title: 'g-1',
        sender: 'u-bob',
        text: 'hi',
        contentKind: 'text',
        level: 'all',
        pinned: false,
        mentionsMe: true,
      },
    },
    {
      kind: 'notify',
      candidate: {
        channel: PERSON,
        messageKey: 'u-bob:no-4',
        messageSeq: 4,
        title: 'u-bob',
        sender: '',
        text: '[图片]',
        contentKind: 'image',
        level: 'none',
        pinned: false,
        mentionsMe: false,
      },
    },
  ]);
});

test('a job and its acknowledged message are one key from start to end', () => {
  const job = store.outbox.addSend({
    channel: GROUP,
    clientMsgNo: 'a',
    payload: text('a'),
    timestamp: START,
  });
  expect(frame()[0]).toMatchObject({
    upserts: [{ key: `${ME.uid}:a`, send: { state: 'queued' }, messageSeq: 0 }],
    removed: [],
  });
  store.outbox.updateSend(job.id, { state: 'sending' });
  store.outbox.acknowledge(job, idOf(9), 9);
  expect(frame()[0]).toMatchObject({
    upserts: [{ key: `${ME.uid}:a`, send: { state: 'sent' }, messageSeq: 9 }],
    removed: [],
  });
});

test('a flood in one channel becomes "load again"', () => {
  store.messages.ingest(
    Array.from({ length: RELOAD_ABOVE + 1 }, (_, index) => message(index + 1)),
    'history',
  );
  expect(frame().map((delta) => delta.kind)).toEqual(['reload']);
});

test('in a crowd the page gets of chats it does not show recalls and deletions only', () => {
  shown = (key) => key === channelKey(OTHER_GROUP);
  const crowd = Array.from({ length: CROWD_ABOVE }, (_, n) => message(n + 10, { channel: OTHER_GROUP }));
  store.messages.ingest([message(1), message(2), message(3)], 'live');
  expect(frame().map((delta) => delta.kind)).toEqual(['messages', 'conversations']);
  store.messages.ingest([message(5), message(6), message(7), ...crowd], 'live');
  recall(1);
  recall(6);
  store.messages.deleteForMe(GROUP, [idOf(2)]);
  const [changed, live, others] = frame();
  expect(changed).toMatchObject({ live: false, upserts: [{ messageSeq: 1, recall: { state: 'done' } }] });
  expect(changed).toMatchObject({ removed: ['u-bob:no-2'] });
  expect(live).toMatchObject({ live: true, upserts: [{ messageSeq: 6 }] });
  expect(others).toMatchObject({ channel: OTHER_GROUP, live: true });
  // Of the chat that is not shown the newest, of the other all.
  const notified = notes.flatMap((note) => (note.kind === 'notify' ? [note.candidate] : []));
  expect(notified.slice(3)).toHaveLength(1 + CROWD_ABOVE);
  expect(notified[3]).toMatchObject({ channel: GROUP, messageSeq: 7 });
});

test('a flood is shown at its own pace, and as soon as it pauses', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000);
  onTestFinished(() => clock.mockRestore());
  let seq = 0;
  const flood = (): void =>
    store.messages.ingest(
      Array.from({ length: CROWD_ABOVE + 1 }, () => message((seq += 1))),
      'live',
    );
  const waits = (at: number): number => {
    clock.mockReturnValue(at);
    flood();
    expect(scheduled.filter(({ cancelled }) => !cancelled)).toHaveLength(1);
    return scheduled.at(-1)?.delayMs ?? 0;
  };
  const sent = (): void => {
    scheduled.at(-1)?.flush();
    scheduled.length = 0;
  };
  // The first of it has its frame, as anything that may be taken back.
  expect(waits(1_000)).toBe(FRAME_MS);
  sent();
  expect(waits(1_010)).toBe(FRAME_MS);
  // While more comes it is stored first …
  const pause = waits(1_010 + FRAME_MS);
  expect(pause).toBeLessThan(FRAME_MS);
  expect(waits(1_010 + FRAME_MS + 2)).toBe(pause);
  // … but not for longer than nobody minds.
  expect(waits(1_059)).toBe(1);
  expect(waits(1_060)).toBe(1);
  sent();
  // A few are no flood: the frame after them begins with the first again.
  store.messages.ingest([message((seq += 1))], 'live');
  sent();
  store.messages.ingest([message((seq += 1))], 'live');
  expect(scheduled.map(({ delayMs }) => delayMs)).toEqual([FRAME_MS]);
});

test('of candidates for which there is no room only the newest of each chat is made', () => {
  const passedOver: string[] = [];
  full = (key) => passedOver.push(key) > 0;
  store.messages.ingest(
    [message(5), message(6), message(7, { fromUid: ME.uid }), message(8, { channel: OTHER_GROUP })],
    'live',
  );
  frame();
  expect(notes).toMatchObject([{ candidate: { messageSeq: 6 } }, { candidate: { messageSeq: 8 } }]);
  expect(passedOver).toEqual(['u-bob:no-5']);
});

const channelOf = (n: number) => ({ channelId: `many-${n}`, channelType: 2 });
const rowsOf = (deltas: CoreDelta[]): string[] =>
  deltas.flatMap((delta) =>
    delta.kind === 'conversations' ? delta.upserts.map(({ channel }) => channel.channelId) : [],
  );

test('rows of many changed conversations come in small batches, each once; what is recalled or shown does not wait', () => {
  const count = ROWS_PER_BATCH * 2 + 5;
  const last = channelOf(count - 2);
  shown = (key) => key === channelKey(last);
  store.messages.ingest([message(1)], 'live');
  frame();
  store.messages.ingest(
    Array.from({ length: count }, (_, n) => message(n + 2, { channel: channelOf(n) })),
    'live',
  );
  recall(1);
  const batch = rowsOf(frame());
  expect(batch).toHaveLength(ROWS_PER_BATCH);
  expect(batch.slice(0, 2).sort()).toEqual([GROUP.channelId, last.channelId].sort());
  const rows = [...batch, ...rowsOf(frame()), ...rowsOf(frame())];
  expect(new Set(rows).size).toBe(count + 1);
  expect(rows).toHaveLength(count + 1);
  const sent = batches.length;
  publisher.flush();
  expect(batches).toHaveLength(sent);
});

const isOther = (delta: CoreDelta): boolean =>
  delta.kind === 'messages' && channelKey(delta.channel) === channelKey(OTHER_GROUP);

test('a chat that is read anew makes a crowd: another that is not shown has its row, its notice and its page', () => {
  shown = () => false;
  // Words that quote one of the chat: each is looked at again when that goes.
  const quote = { reply: { message_id: idOf(1), from_uid: 'u-bob', payload: text('message 1') } };
  const quoting = Array.from({ length: CROWD_ABOVE }, (_, n) =>
    message(n + 2, { payload: text('q', quote) }),
  );
  store.messages.ingest([message(1), ...quoting], 'live');
  frame();
  notes.length = 0;
  store.messages.ingest([message(207, { channel: OTHER_GROUP, payload: text('still here') })], 'live');
  // Another id at a known seq: the server was set up anew.
  store.messages.ingest([message(1, { messageId: idOf(900) })], 'history');
  const deltas = frame();
  expect(fixture.logged.filter((line) => line.includes('its cache is built anew'))).toHaveLength(1);
  expect(deltas[0]).toEqual({ kind: 'reload', channel: GROUP });
  expect(deltas.filter(isOther)).toEqual([]);
  expect(rowsOf(deltas)).toContain(OTHER_GROUP.channelId);
  expect(notes).toMatchObject([{ kind: 'notify', candidate: { channel: OTHER_GROUP, text: 'still here' } }]);
  expect(store.messages.page(OTHER_GROUP, { at: 'latest' }, 9).messages).toMatchObject([
    { content: { text: 'still here' } },
  ]);
  // Once it is shown it gets all of its messages, however many changes come with them.
  shown = (key) => key === channelKey(OTHER_GROUP);
  store.messages.ingest([message(208, { channel: OTHER_GROUP, payload: text('and here') })], 'live');
  store.messages.ingest(quoting, 'history');
  expect(frame().filter(isOther)).toMatchObject([
    { live: true, upserts: [{ content: { text: 'and here' } }] },
  ]);
});

test('after close nothing is pushed', () => {
  publisher.close();
  store.messages.ingest([message(1)], 'live');
  expect(scheduled).toEqual([]);
});
