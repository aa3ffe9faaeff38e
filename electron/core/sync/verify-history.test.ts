/** History that changed behind this client's back: what the server does not show any more is not shown here either. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChannelRef } from '../../../shared/domain.ts';
import { BOB, idOf, messages, received, SyncHarness, TEAM } from './testing/sync-harness.ts';

let h: SyncHarness;
beforeEach(() => {
  h = new SyncHarness();
});
afterEach(() => {
  vi.useRealTimers();
  h.dispose();
});

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
const verifications = (): number => h.logs.filter((line) => line.includes('is read anew')).length;
const found = (text: string) =>
  h.store.search({ text, channel: null, cursor: null, limit: 50, fromUid: null, since: null, until: null });

/** Opens the channel and waits until everything this brings about is over. */
async function show(channel: ChannelRef): Promise<void> {
  const before = h.server.count('POST /message/channel/sync');
  h.show(channel);
  await vi.waitFor(() => expect(h.server.count('POST /message/channel/sync')).toBeGreaterThan(before), {
    interval: 5,
  });
  await h.idle();
}

/** Said an hour ago. */
const old = (from: number, to: number) =>
  messages(from, to).map((message) => ({ ...message, timestamp: 1_795_396_000 + message.seq }));

/** A log of the same server set up anew: other ids, later times, seqs from 1. */
const anew = (count: number) =>
  range(1, count).map((seq) => ({
    messageId: idOf(50_000 + seq),
    seq,
    fromUid: 'u2',
    timestamp: 1_795_400_000 + seq,
  }));

describe('history cleared or deleted elsewhere', () => {
  beforeEach(async () => {
    h.server.add(BOB, ...messages(1, 30));
    await h.connect();
    await h.engine.history.page(BOB, { at: 'latest' }, 50);
    h.engine.disconnected();
  });

  it('all of it: gone here too, from pages, preview and search', async () => {
    h.server.replace(BOB);
    await h.connect();
    expect(found(`text ${idOf(7)}`).messages).toHaveLength(1);
    await show(BOB);
    expect(h.seqs(BOB)).toEqual([]);
    expect(found(`text ${idOf(7)}`).messages).toEqual([]);
    expect(h.store.conversations.get(BOB)).toMatchObject({ preview: { kind: 'none', text: '' } });
  });

  it('up to some message: what is left stays, and nothing older is offered', async () => {
    h.server.replace(BOB, ...messages(26, 30));
    await h.connect();
    await show(BOB);
    expect(h.seqs(BOB)).toEqual(range(26, 30));
    const page = await h.engine.history.page(BOB, { at: 'latest' }, 50);
    expect([page.messages.length, page.hasOlder]).toEqual([5, false]);
  });

  it('a single message', async () => {
    h.server.replace(BOB, ...messages(1, 30).filter((m) => m.seq !== 17));
    await h.connect();
    await show(BOB);
    expect(h.seqs(BOB)).toEqual(range(1, 30).filter((seq) => seq !== 17));
    expect(verifications()).toBe(0);
  });

  it('its end, removed by the server: positions stay, and the next message follows', async () => {
    h.server.replace(BOB, ...messages(1, 27));
    await h.connect();
    await show(BOB);
    expect(h.seqs(BOB)).toEqual(range(1, 27));
    expect(h.store.conversations.get(BOB)).toMatchObject({ lastMessageSeq: 30, unread: 0 });
    h.engine.onMessages([received(31)]);
    expect(h.seqs(BOB)).toEqual([...range(1, 27), 31]);
  });

  it('is compared once per connection, and again after the next', async () => {
    await h.connect();
    await show(BOB);
    h.server.asked.length = 0;
    h.leave(BOB);
    h.show(BOB);
    await h.idle();
    expect(h.server.count('POST /message/channel/sync')).toBe(0);
    h.engine.disconnected();
    h.server.replace(BOB, ...messages(29, 30));
    await h.connect();
    await h.idle();
    expect(h.seqs(BOB)).toEqual([29, 30]);
  });
});

describe('what proves nothing', () => {
  beforeEach(async () => {
    h.server.add(BOB, ...messages(1, 60));
    h.server.add(TEAM, ...messages(101, 103));
    await h.connect();
    await h.engine.history.page(BOB, { at: 'latest' }, 100);
    h.engine.disconnected();
  });

  it('a short page with rows below it', async () => {
    h.server.maxRows = 10;
    await h.connect();
    await show(BOB);
    expect(h.seqs(BOB)).toEqual(range(1, 60));
  });

  it('an answer without what came within the last minute', async () => {
    await h.connect();
    h.engine.onMessages([received(61)]);
    await show(BOB);
    expect(h.seqs(BOB)).toEqual(range(1, 61));
  });

  it('a failed answer', async () => {
    await h.connect();
    h.server.overrides.set('POST /message/channel/sync', () => new Response('{"msg":"x"}', { status: 500 }));
    await show(BOB);
    expect(h.seqs(BOB)).toEqual(range(1, 60));
    h.server.overrides.clear();
    // Not done: the next opening compares.
    h.leave(BOB);
    await show(BOB);
  });

  it('the empty answer about a group I was removed from', async () => {
    h.server.replace(TEAM);
    h.server.overrides.set(
      'GET /groups/g1',
      () => new Response('{"group_no":"g1","name":"G","quit":1,"status":1}'),
    );
    await h.connect();
    h.show(TEAM);
    await h.idle();
    expect(h.store.people.channelInfo(TEAM).composerBlock).toBe('left');
    expect(h.seqs(TEAM)).toEqual(range(101, 103));
  });

  it('that a group was disbanded: it says so, and its history stays', async () => {
    h.server.replace(TEAM);
    h.server.overrides.set(
      'GET /groups/g1',
      () => new Response('{"group_no":"g1","name":"G","quit":0,"status":2}'),
    );
    await h.connect();
    h.show(TEAM);
    await h.idle();
    expect(h.store.people.channelInfo(TEAM).composerBlock).toBe('disbanded');
    expect(h.seqs(TEAM)).toEqual(range(101, 103));
  });
});

const group = (quit: 0 | 1) => () => new Response(`{"group_no":"g1","name":"G","quit":${quit},"status":1}`);

describe('removed from a group and added again, its past hidden from who joins', () => {
  beforeEach(async () => {
    h.server.add(TEAM, ...messages(1, 20));
    h.server.overrides.set('GET /groups/g1', group(0));
    await h.connect();
    await show(TEAM);
    h.leave(TEAM);
  });

  it('while I watched: the past goes when I am back', async () => {
    h.server.overrides.set('GET /groups/g1', group(1));
    await h.engine.directory.refreshChannel(TEAM);
    // Out: what I have read stays readable.
    expect(h.seqs(TEAM)).toEqual(range(1, 20));
    h.server.replace(TEAM, ...messages(31, 33));
    h.server.overrides.set('GET /groups/g1', group(0));
    h.engine.onMessages([received(33, { channel: TEAM })]);
    await h.engine.directory.refreshChannel(TEAM);
    // Not opened: the list has its line all the same.
    expect(h.seqs(TEAM)).toEqual([31, 32, 33]);
    expect(h.store.conversations.get(TEAM)?.preview.text).toBe(`text ${idOf(33)}`);
    // Of what was said in between nobody will show me anything.
    expect(h.store.conversations.get(TEAM)?.unread).toBe(3);
    expect(h.store.messages.page(TEAM, { at: 'latest' }, 50).hasOlder).toBe(false);
  });

  it('while I watched: what arrives while the server is asked is not lost', async () => {
    h.server.overrides.set('GET /groups/g1', group(1));
    await h.engine.directory.refreshChannel(TEAM);
    h.server.replace(TEAM, ...messages(31, 33));
    h.server.overrides.set('GET /groups/g1', group(0));
    h.server.onAsked = (call) => {
      if (call !== 'POST /message/channel/sync' || h.server.count(call) !== 2) return;
      h.server.add(TEAM, ...messages(34, 34));
      h.engine.onMessages([received(34, { channel: TEAM })]);
    };
    h.server.asked.length = 0;
    await h.engine.directory.refreshChannel(TEAM);
    expect(h.seqs(TEAM)).toEqual(range(31, 34));
  });

  it('while I watched, and its past is shown after all: it is offered again', async () => {
    for (const seq of [33, 63]) {
      h.server.overrides.set('GET /groups/g1', group(1));
      await h.engine.directory.refreshChannel(TEAM);
      h.server.replace(TEAM, ...messages(seq === 33 ? 31 : 1, seq));
      h.server.overrides.set('GET /groups/g1', group(0));
      await h.engine.directory.refreshChannel(TEAM);
    }
    const page = await h.engine.history.page(TEAM, { at: 'latest' }, 100);
    expect(page.messages.map((m) => m.messageSeq)).toEqual(range(1, 63));
  });

  it('while I watched, and the server cannot be asked: the past goes', async () => {
    h.server.overrides.set('GET /groups/g1', group(1));
    await h.engine.directory.refreshChannel(TEAM);
    h.server.overrides.set('GET /groups/g1', group(0));
    h.server.overrides.set('POST /message/channel/sync', () => new Response('{"msg":"x"}', { status: 400 }));
    await expect(h.engine.directory.refreshChannel(TEAM)).rejects.toThrow('x');
    expect(h.seqs(TEAM)).toEqual([]);
  });

  it('while I was away: the past goes when the list brings the line that I was added', async () => {
    h.engine.disconnected();
    const added = { type: 1002, content: '{0}', extra: [{ uid: 'u1', name: 'Me' }] };
    h.server.replace(
      TEAM,
      ...messages(31, 45).map((m) => (m.seq === 31 ? { ...m, fromUid: '', payload: added } : m)),
    );
    await h.connect();
    await vi.waitFor(() => expect(h.seqs(TEAM)).toEqual(range(31, 45)), { interval: 5 });
    expect(found(`text ${idOf(7)}`).messages).toEqual([]);
  });

  it('while online: the past goes with the line that I was added', async () => {
    const added = { type: 1002, content: '{0}', extra: [{ uid: 'u1', name: 'Me' }] };
    h.server.replace(TEAM, ...messages(31, 31, '').map((m) => ({ ...m, payload: added })));
    h.engine.onMessages([received(31, { channel: TEAM, fromUid: '', payload: added })]);
    await vi.waitFor(() => expect(h.seqs(TEAM)).toEqual([31]), { interval: 5 });
  });

  it('long ago, with more said since than a page holds: the past goes when the group is opened', async () => {
    h.engine.disconnected();
    h.server.replace(TEAM, ...messages(31, 130));
    await h.connect();
    await show(TEAM);
    expect(h.store.messages.page(TEAM, { at: 'after', order: 0 }, 1).messages[0]?.messageSeq).toBeGreaterThan(
      30,
    );
    expect(found(`text ${idOf(7)}`).messages).toEqual([]);
  });

  it('while I was away: the past goes when the group is opened', async () => {
    h.engine.disconnected();
    h.server.replace(TEAM, ...messages(31, 45));
    await h.connect();
    await show(TEAM);
    expect(h.seqs(TEAM)).toEqual(range(31, 45));
    expect(found(`text ${idOf(7)}`).messages).toEqual([]);
  });
});

const left = (): boolean => h.store.people.channelInfo(TEAM).composerBlock === 'left';

describe('groups and the list', () => {
  beforeEach(async () => {
    h.dispose();
    h = new SyncHarness({ wholeListEveryMs: 0 });
    h.server.add(TEAM, ...messages(1, 3));
    h.server.overrides.set('GET /groups/g1', group(0));
    await h.connect();
    h.engine.disconnected();
  });

  it('one that is not in it any more is looked up: I was removed, or it was only deleted there', async () => {
    h.server.conversations = [];
    await h.connect();
    await h.idle();
    expect([h.store.conversations.list(), left(), h.store.people.groups().length]).toEqual([[], false, 1]);
    h.engine.disconnected();
    h.server.conversations = [{ channel: TEAM }];
    await h.connect();
    h.engine.disconnected();
    h.server.conversations = [];
    h.server.overrides.set('GET /groups/g1', group(1));
    await h.connect();
    await vi.waitFor(() => expect([left(), h.store.people.groups()]).toEqual([true, []]), { interval: 5 });
  });

  it('one that is there although I had left has me again', async () => {
    h.server.overrides.set('GET /groups/g1', group(1));
    await h.engine.directory.refreshChannel(TEAM);
    expect(left()).toBe(true);
    h.server.overrides.set('GET /groups/g1', group(0));
    await h.connect();
    await vi.waitFor(() => expect(left()).toBe(false), { interval: 5 });
  });
});

/** What the cache and the outbox hold of Bob. */
function stateOfBob(): object {
  return {
    ids: h.store.messages.page(BOB, { at: 'latest' }, 50).messages.map((m) => m.messageId),
    waiting: h.store.outbox.sendJob(BOB, 'u1:waiting')?.state,
    lastSeq: h.store.conversations.get(BOB)?.lastMessageSeq,
    askedFrom: h.store.conversations.lastMessageSeqs(),
    found: found(`text ${idOf(410)}`).messages.length,
  };
}

describe('a server that was set up anew and counts from 1', () => {
  // The old log is gone, the outbox stays (null: its message has no id yet).
  const rebuilt = {
    ids: [...anew(3).map((m) => m.messageId), null],
    waiting: 'queued',
    lastSeq: 3,
    askedFrom: 'u2:1:3',
    found: 0,
  };

  beforeEach(async () => {
    h.server.add(BOB, ...old(400, 420));
    await h.connect();
    h.store.outbox.addSend({
      channel: BOB,
      clientMsgNo: 'waiting',
      payload: { type: 1, content: 'mine' },
      timestamp: 1_795_400_050,
    });
    h.engine.disconnected();
    h.server.replace(BOB, ...anew(3));
  });

  it('is seen in the list of the next start', async () => {
    h.restart();
    await h.connect();
    await vi.waitFor(() => expect(stateOfBob()).toEqual(rebuilt), { interval: 5 });
  });

  it('is seen when the channel is opened', async () => {
    await h.connect();
    await show(BOB);
    expect(stateOfBob()).toEqual(rebuilt);
  });

  it('is seen by the first new message', async () => {
    await h.connect();
    h.engine.onMessages([
      received(3, { messageId: idOf(50_003), clientMsgNo: `c${idOf(50_003)}`, timestamp: 1_795_400_500 }),
    ]);
    await vi.waitFor(() => expect(stateOfBob()).toEqual(rebuilt), { interval: 5 });
  });

  it('is not suspected for a late redelivery', async () => {
    h.server.replace(BOB, ...old(300, 420));
    await h.connect();
    h.server.asked.length = 0;
    h.engine.onMessages([300, 301].map((seq) => received(seq, { timestamp: 1_795_396_000 + seq })));
    await h.idle();
    expect(h.server.count('POST /message/channel/sync')).toBe(0);
    expect(verifications()).toBe(0);
  });
});
