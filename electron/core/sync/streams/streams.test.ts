/** Messages that grow: EVENT packets and the history's event_meta on the real store and sync engine. */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChannelRef, MessageView } from '../../../../shared/domain.ts';
import type { ReceivedMessage } from '../../connection/connection-api.ts';
import { cachePath } from '../../store/files/database.ts';
import { NO_EXTRA } from '../../store/server-records.ts';
import { BEGINS_WITHIN_SECONDS, MOST_STREAM_TEXT } from '../../store/tables/messages/stream-text.ts';
import { BOB, idOf, ME, messages, received, SyncHarness, TEAM } from '../testing/sync-harness.ts';
import { STREAM_TIMES } from './streams.ts';

const TIMES = { ...STREAM_TIMES, writeMs: 1, gapMs: 40, unknownMs: 60 };
const NO = `c${idOf(1)}`;
const KEY = `u2:${NO}`;
/** The harness's time: of this connection. */
const NOW = 1_795_400_100;

let h: SyncHarness;
beforeEach(() => {
  h = new SyncHarness({ streamTimes: TIMES });
});
afterEach(() => h.dispose());

interface Parts {
  type?: string;
  id?: string;
  seq?: number;
  key?: string;
  payload?: unknown;
  from?: string;
  no?: string;
  channel?: ChannelRef;
  more?: Record<string, unknown>;
}

let ids = 0;
/** As WuKongIM pushes it to the receiver of a person chat, whose id the bot named. */
function event({
  type = 'stream.delta',
  id,
  seq = 0,
  key = 'main',
  payload,
  from,
  no,
  channel,
  more,
}: Parts): void {
  const data = {
    client_msg_no: no ?? NO,
    channel_id: channel?.channelId ?? ME.uid,
    channel_type: channel?.channelType ?? 1,
    from_uid: from ?? 'u2',
    message_id: 0,
    event_key: key,
    msg_event_seq: seq,
    stream_status: 'open',
    payload,
    ...more,
  };
  h.engine.onEvent({ id: id ?? `e${(ids += 1)}`, type, data: Buffer.from(JSON.stringify(data)) });
}
const delta = (text: string, parts: Parts = {}): void =>
  event({ payload: { kind: 'text', delta: text }, ...parts });
const close = (parts: Parts = {}): void =>
  event({ type: 'stream.close', payload: { end_reason: 0 }, ...parts });

const view = (key = KEY, channel = BOB): MessageView | null => h.store.messages.get(channel, key);
const says = (key = KEY, channel = BOB): string => {
  const content = view(key, channel)?.content;
  return content?.kind === 'text' ? content.text : `(${content?.kind ?? 'nothing'})`;
};
const found = (text: string): number =>
  h.store.search({ text, channel: null, cursor: null, limit: 9, fromUid: null, since: null, until: null })
    .messages.length;
/** Whatever came has been dealt with. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 4 * TIMES.gapMs));
const stored = (): string => {
  const db = new Database(cachePath(h.dir), { readonly: true });
  const rows = db.prepare('SELECT payload, search_text FROM message').all();
  db.close();
  return JSON.stringify(rows);
};

function arrive(over: Partial<ReceivedMessage> = {}): void {
  h.engine.onMessages([received(1, { payload: { type: 1, content: 'thinking' }, ...over })]);
}
const meta = (text: string, seq: number, status = 'open'): Record<string, unknown> => ({
  has_events: true,
  completed: status !== 'open',
  last_msg_event_seq: seq,
  events: [
    { event_key: 'tool:1', status: 'closed', snapshot: { kind: 'tool_call', result: 'hidden' } },
    { event_key: 'main', status, last_msg_event_seq: seq, snapshot: { kind: 'text', text } },
  ],
});
const onServer = (eventMeta?: Record<string, unknown>): void =>
  h.server.replace(BOB, {
    messageId: idOf(1),
    seq: 1,
    fromUid: 'u2',
    payload: { type: 1, content: 'thinking' },
    ...(eventMeta && { eventMeta }),
  });

describe('events of a server that does not count deltas (v2.2.5)', () => {
  it('make the text grow in the order of arrival, each id once, in flow and list; searched when closed', async () => {
    arrive();
    for (const [at, text] of ['你好', '，我是', ' a robot'].entries()) {
      delta(text, { id: `d${at}` });
      delta(text, { id: `d${at}` });
    }
    await vi.waitFor(() => expect(says()).toBe('你好，我是 a robot'));
    expect(h.store.conversations.get(BOB)?.preview.text).toBe('你好，我是 a robot');
    expect([found('robot'), found('thinking')]).toEqual([0, 0]);
    close({ seq: 1 });
    await vi.waitFor(() => expect(found('robot')).toBe(1));
    delta(' late', { seq: 1 });
    event({ type: 'stream.finish', key: '__finish__', seq: 2 });
    await settled();
    expect(says()).toBe('你好，我是 a robot');
  });

  it('show neither thoughts and tools nor what is not for everybody, whose numbers count', async () => {
    arrive();
    delta('let me see', { key: 'thinking' });
    close({ key: 'thinking', seq: 1 });
    event({ key: 'main', payload: { kind: 'tool_call', delta: 'x', text: 'x' } });
    delta('private', { more: { visibility: 'private' } });
    delta('42');
    await vi.waitFor(() => expect(says()).toBe('42'));
    close({ seq: 2 });
    await vi.waitFor(() => expect(found('42')).toBe(1));
  });

  it('go on behind a snapshot, which carries their number', async () => {
    arrive();
    delta('a');
    event({ type: 'stream.snapshot', seq: 1, payload: { kind: 'text', text: 'A.' } });
    delta('b', { seq: 1 });
    delta('c', { seq: 1 });
    await vi.waitFor(() => expect(says()).toBe('A.bc'));
    event({
      type: 'stream.error',
      seq: 2,
      payload: { snapshot: { kind: 'text', text: 'A.bcd' }, error: 'E' },
    });
    await vi.waitFor(() => expect(says()).toBe('A.bcd'));
  });

  it('that nobody closes are searched after a while, and go on', async () => {
    h.dispose();
    h = new SyncHarness({ streamTimes: { ...TIMES, restMs: 30 } });
    arrive();
    delta('half of');
    await vi.waitFor(() => expect(found('half')).toBe(1));
    delta(' it');
    await vi.waitFor(() => expect(says()).toBe('half of it'));
  });
});

describe('events of a server that counts', () => {
  it('are put in order, and those that came are not taken again', async () => {
    arrive();
    for (const seq of [2, 1, 3, 2, 3, 5, 4]) delta(String(seq), { seq });
    await vi.waitFor(() => expect(says()).toBe('12345'));
    close({ seq: 6 });
    await vi.waitFor(() => expect(found('12345')).toBe(1));
  });

  it('are read from the history where one is missing', async () => {
    arrive();
    delta('one', { seq: 1 });
    await vi.waitFor(() => expect(says()).toBe('one'));
    onServer(meta('one two three', 3));
    delta(' three', { seq: 3 });
    delta(' four', { seq: 4 });
    await vi.waitFor(() => expect(says()).toBe('one two three four'));
  });

  it('go on behind a hole when nobody has what is missing', async () => {
    arrive();
    onServer();
    delta('one', { seq: 1 });
    delta(' three', { seq: 3 });
    delta(' four', { seq: 4 });
    await vi.waitFor(() => expect(says()).toBe('one… three four'));
    close({ seq: 5 });
    await vi.waitFor(() => expect(found('four')).toBe(1));
  });

  it('need nothing before a snapshot', async () => {
    arrive();
    delta('one', { seq: 1 });
    delta(' three', { seq: 3 });
    event({ type: 'stream.snapshot', seq: 9, payload: { kind: 'text', text: 'all' } });
    delta(' ten', { seq: 10 });
    await vi.waitFor(() => expect(says()).toBe('all ten'));
  });
});

describe('the message', () => {
  it('may come after its events', async () => {
    delta('early');
    await new Promise((resolve) => setTimeout(resolve, 10));
    arrive();
    await vi.waitFor(() => expect(says()).toBe('early'));
  });

  it('keeps its text over a restart and when it is delivered again', async () => {
    arrive();
    delta('grown');
    await vi.waitFor(() => expect(says()).toBe('grown'));
    h.restart();
    expect(says()).toBe('grown');
    expect(found('grown')).toBe(1);
    arrive();
    onServer();
    await h.connect();
    await h.engine.history.fetchRange({ channel: BOB, fromSeq: 1, toSeq: 1 }, 1, 'down');
    expect(says()).toBe('grown');
  });

  it('shows what was streamed when it is read from the history first, and goes on', async () => {
    onServer(meta('from the start', 0));
    await h.connect();
    await h.engine.history.fetchRange({ channel: BOB, fromSeq: 1, toSeq: 1 }, 1, 'down');
    expect(says()).toBe('from the start');
    expect(stored()).not.toContain('hidden');
  });

  it('is asked for after an outage, also when it was closed meanwhile', async () => {
    await h.connect();
    arrive({ timestamp: NOW });
    delta('before ');
    await vi.waitFor(() => expect(says()).toBe('before '));
    h.engine.disconnected();
    onServer(meta('before during after', 3, 'closed'));
    h.engine.connected();
    await vi.waitFor(() => expect(says()).toBe('before during after'));
    delta(' late', { seq: 0 });
    await settled();
    expect(says()).toBe('before during after');
    expect(found('during')).toBe(1);
  });

  it('shows a hole after an outage until the history fills it, without a word twice', async () => {
    await h.connect();
    arrive({ timestamp: NOW });
    delta('before ');
    await vi.waitFor(() => expect(says()).toBe('before '));
    onServer();
    h.engine.disconnected();
    h.engine.connected();
    await h.idle();
    delta('after');
    await vi.waitFor(() => expect(says()).toBe('before …after'));
    onServer(meta('before during af', 0));
    await h.engine.history.fetchRange({ channel: BOB, fromSeq: 1, toSeq: 1 }, 1, 'down');
    expect(says()).toBe('before during after');
    delta(' all');
    await vi.waitFor(() => expect(says()).toBe('before during after all'));
  });

  it('that began before this connection shows a hole first, unless the history has it', async () => {
    arrive();
    onServer();
    await h.connect();
    delta('end');
    await vi.waitFor(() => expect(says()).toBe('…end'));
    onServer(meta('the end', 1, 'closed'));
    close({ seq: 1 });
    await vi.waitFor(() => expect(says()).toBe('the end'));
  });

  it('that is no stream is never written over: one begins within ten minutes, and goes on after them', async () => {
    const later = BEGINS_WITHIN_SECONDS;
    h.engine.onMessages([
      received(1, { timestamp: NOW - later - 60, payload: { type: 1, content: 'tiger-4711' } }),
      received(2, { timestamp: NOW - later + 60, payload: { type: 1, content: 'thinking' } }),
      received(3, { payload: { type: 1, content: 'b' } }),
    ]);
    delta('forged');
    event({ type: 'stream.snapshot', payload: { snapshot: 'forged' } });
    close({ payload: { snapshot: 'forged' } });
    delta('young', { no: `c${idOf(2)}` });
    delta('goes', { no: `c${idOf(3)}` });
    await vi.waitFor(() => expect(says(`u2:c${idOf(3)}`)).toBe('goes'));
    h.nowMs += (later + 3_600) * 1_000;
    delta(' on', { no: `c${idOf(3)}` });
    delta(' forged', { no: NO });
    await vi.waitFor(() => expect(says(`u2:c${idOf(3)}`)).toBe('goes on'));
    await settled();
    expect([says(), says(`u2:c${idOf(2)}`)]).toEqual(['tiger-4711', 'young']);
  });

  it('is nobody else’s and of no other chat', async () => {
    h.engine.onMessages([
      received(1, { payload: { type: 1, content: 'thinking' } }),
      received(1, {
        channel: TEAM,
        messageId: idOf(51),
        fromUid: 'u3',
        payload: { type: 1, content: 'team' },
      }),
    ]);
    delta('x', { from: 'u9' });
    delta('x', { from: 'u9', channel: BOB });
    delta('x', { channel: { channelId: 'u7', channelType: 1 } });
    delta('x', { channel: TEAM });
    delta('x', { from: 'u3', channel: { channelId: 'g9', channelType: 2 } });
    delta('x', { no: 'other' });
    await settled();
    expect([says(), says(`u3:${NO}`, TEAM)]).toEqual(['thinking', 'team']);
    delta('yes', { from: 'u3', channel: TEAM });
    await vi.waitFor(() => expect(says(`u3:${NO}`, TEAM)).toBe('yes'));
  });

  it('grows on the author’s other devices, whose chat is the receiver’s', async () => {
    arrive({ fromUid: ME.uid });
    delta('mine', { from: ME.uid, channel: BOB });
    await vi.waitFor(() => expect(says(`${ME.uid}:${NO}`)).toBe('mine'));
  });

  it('has a largest size, and is written a few times, not once for each event', async () => {
    arrive();
    const grow = vi.spyOn(h.store.messages, 'growStreams');
    for (let at = 0; at < 3_000; at += 1) delta('x'.repeat(100));
    await vi.waitFor(() => expect(says()).toHaveLength(MOST_STREAM_TEXT));
    expect(grow.mock.calls.length).toBeLessThan(20);
  });
});

async function begun(over: Partial<ReceivedMessage> = {}): Promise<void> {
  arrive(over);
  delta('tiger');
  await vi.waitFor(() => expect(stored()).toContain('tiger'));
  // It waits for the one before it.
  delta('lion', { seq: 7 });
}
async function more(): Promise<void> {
  delta('lion');
  event({ type: 'stream.snapshot', seq: 9, payload: { kind: 'text', text: 'lion' } });
  close({ seq: 10, payload: { snapshot: { kind: 'text', text: 'lion' } } });
  onServer(meta('lion', 11, 'closed'));
  await h.engine.history.fetchRange({ channel: BOB, fromSeq: 1, toSeq: 1 }, 1, 'down');
  await settled();
}
/** The words that are still stored or found. */
const left = (): string[] => ['tiger', 'lion'].filter((word) => stored().includes(word) || found(word) > 0);
const extra = (change: object): void =>
  h.store.messages.applyExtras(BOB, [{ ...NO_EXTRA, messageId: idOf(1), version: 5, ...change }], 'extra', 0);

describe('an event that comes late never brings words back', () => {
  it.each(['recalled', 'deleted', 'cleared'])('%s', async (how) => {
    await begun();
    if (how === 'recalled') extra({ revoke: true, revoker: 'u2' });
    else if (how === 'deleted') h.store.messages.deleteForMe(BOB, [idOf(1)]);
    else h.store.messages.forgetHistory(BOB, false, 1);
    await more();
    expect(left()).toEqual([]);
    h.restart();
    await more();
    expect(left()).toEqual([]);
  });

  it('recalled before it came', async () => {
    extra({ revoke: true, revoker: 'u2' });
    delta('tiger');
    arrive();
    await more();
    expect(left()).toEqual([]);
  });

  it('recalled in the moment between an event and its writing', async () => {
    arrive();
    delta('tiger');
    extra({ revoke: true, revoker: 'u2' });
    await more();
    expect(left()).toEqual([]);
    expect(view()?.recall?.state).toBe('done');
  });

  it('burnt', async () => {
    await begun({ payload: { type: 1, content: 'thinking', flame: 1, flame_second: 0 } });
    expect(found('tiger')).toBe(0);
    h.store.messages.openFlame(BOB, KEY);
    h.store.messages.leaveFlames(null);
    await more();
    expect(left()).toEqual([]);
  });

  it('expired', async () => {
    await begun({ expire: 1, timestamp: NOW });
    h.nowMs += 2_000;
    h.store.expireDue();
    await more();
    expect(left()).toEqual([]);
  });

  it('edited: the edit stays', async () => {
    await begun();
    extra({ contentEdit: { type: 1, content: 'edited' }, editedAt: 5 });
    await more();
    expect(says()).toBe('edited');
    expect(left()).toEqual([]);
  });
});

describe('events that cannot be used', () => {
  const good = { client_msg_no: NO, channel_id: ME.uid, channel_type: 1, from_uid: 'u2', msg_event_seq: 1 };
  it.each([
    ['no JSON', 'stream.delta', '{"SECRET'],
    ['no object', 'stream.delta', '["SECRET"]'],
    ['broken UTF-8', 'stream.delta', Buffer.from([0x7b, 0xff, 0x7d])],
    ['another type', 'SECRET', JSON.stringify(good)],
    ['a name of every object', 'constructor', JSON.stringify(good)],
    ['no author', 'stream.delta', JSON.stringify({ ...good, from_uid: { SECRET: 1 } })],
    ['no message', 'stream.delta', JSON.stringify({ ...good, client_msg_no: '' })],
    ['no chat', 'stream.delta', JSON.stringify({ ...good, channel_id: ['SECRET'] })],
    ['a chat of another kind', 'stream.delta', JSON.stringify({ ...good, channel_type: 9 })],
    ['a chat of others', 'stream.delta', JSON.stringify({ ...good, channel_id: 'SECRET' })],
    ['a number that is none', 'stream.close', JSON.stringify({ ...good, msg_event_seq: 'SECRET' })],
    ['a number below zero', 'stream.close', JSON.stringify({ ...good, msg_event_seq: -1 })],
  ])('%s: ignored with one line that does not quote it', async (_, type, data) => {
    arrive();
    h.engine.onEvent({ id: 'SECRET', type, data: Buffer.from(data) });
    await settled();
    expect(says()).toBe('thinking');
    expect(h.logs.filter((line) => line.startsWith('EVENT'))).toHaveLength(1);
    expect(h.logs.join()).not.toContain('SECRET');
  });

  it('in a flood do not fill the log, nor memory with words of messages that are not here', async () => {
    arrive();
    for (let at = 0; at < 200; at += 1)
      h.engine.onEvent({ id: '', type: 'stream.delta', data: Buffer.of(1) });
    for (let at = 0; at < 300; at += 1) delta('y'.repeat(50_000), { no: `unknown-${at}` });
    expect(h.logs.filter((line) => line.startsWith('EVENT')).length).toBeLessThanOrEqual(20);
    delta('still works');
    await vi.waitFor(() => expect(says()).toBe('still works'));
  });
});

it('growing messages cost the server nothing while they are in order', async () => {
  h.server.add(BOB, ...messages(1, 1));
  await h.connect();
  arrive();
  h.server.asked.length = 0;
  for (let seq = 1; seq <= 50; seq += 1) delta(String(seq), { seq });
  close({ seq: 51 });
  await settled();
  expect(h.server.asked).toEqual([]);
});
