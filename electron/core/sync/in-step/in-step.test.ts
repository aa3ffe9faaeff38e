import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChannelRef } from '../../../../shared/domain.ts';
import { BOB, idOf, ME, messages, received, SyncHarness, TEAM } from '../testing/sync-harness.ts';

const EXTRAS = 'POST /message/extra/sync';
const LIST = 'POST /conversation/sync';
const RULES = 'GET /common/appconfig';
const START = 1_795_400_100_000;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let h: SyncHarness;
let dead: string[];

const nowSeconds = (): number => Math.floor(Date.now() / SECOND);

/** Lets `ms` pass, and what is asked meanwhile be answered. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= SECOND) {
    await vi.advanceTimersByTimeAsync(Math.min(left, SECOND));
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Requests of one kind ('' = all) while `during` runs. */
async function asked(call: string, during: () => Promise<void>): Promise<number> {
  const count = (): number => (call === '' ? h.server.asked.length : h.server.count(call));
  const before = count();
  await during();
  return count() - before;
}

function start(): void {
  dead = [];
  h = new SyncHarness({ serverNowMs: () => Date.now(), deliveryDead: (reason) => dead.push(reason) });
}

/** Said now, and stored by the server. */
function say(channel: ChannelRef, seq: number, fromUid = 'u2', payload?: Record<string, unknown>): void {
  h.server.add(channel, {
    messageId: idOf(seq),
    seq,
    fromUid,
    timestamp: nowSeconds(),
    ...(payload && { payload }),
  });
}

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'],
    now: START,
  });
  start();
});
afterEach(() => {
  vi.useRealTimers();
  h.dispose();
});

const isRecalled = (): boolean => h.store.messages.byId(idOf(2))?.recall?.state === 'done';

describe('a recall nobody announced', () => {
  beforeEach(async () => {
    h.server.add(BOB, ...messages(1, 3));
    await h.connect();
    h.show(BOB);
    await pass(SECOND);
  });

  it('is known within 30 s in an open chat of a window that is seen', async () => {
    h.server.revoke(BOB, idOf(2), 7);
    await pass(30 * SECOND);
    expect(isRecalled()).toBe(true);
    expect(JSON.stringify(h.store.messages.page(BOB, { at: 'latest' }, 10))).not.toContain(`text ${idOf(2)}`);
    // As a command would have: it is in the recall log with its source.
    expect(h.store.messages.recallLog()).toMatchObject([{ source: 'extra' }]);
  });

  it('is known at once when the window gets the focus, and when anything of the chat arrives', async () => {
    h.engine.attention({ visible: false, focused: false });
    h.server.revoke(BOB, idOf(2), 7);
    await pass(MINUTE);
    expect(isRecalled()).toBe(false);
    h.engine.attention({ visible: true, focused: true });
    await pass(SECOND);
    expect(isRecalled()).toBe(true);

    h.server.revoke(BOB, idOf(1), 8);
    say(BOB, 4);
    h.engine.onMessages([received(4)]);
    await pass(SECOND);
    expect(h.store.messages.byId(idOf(1))?.recall?.state).toBe('done');
  });

  it('of what was said lately in a chat that is not open is known with the next list', async () => {
    h.leave(BOB);
    h.server.revoke(BOB, idOf(2), 7);
    await pass(2 * MINUTE);
    expect(isRecalled()).toBe(true);
  });

  it('is asked for again after a server that failed, sooner than usual', async () => {
    h.server.offline = true;
    await pass(40 * SECOND);
    h.server.revoke(BOB, idOf(2), 7);
    h.server.offline = false;
    await pass(20 * SECOND);
    expect(isRecalled()).toBe(true);
  });

  it('costs one request in half a minute, in a flood one in two seconds', async () => {
    // A minute after the last word, so that nothing else asks.
    expect(await asked(EXTRAS, () => pass(5 * MINUTE))).toBeLessThanOrEqual(12);
    h.engine.attention({ visible: false, focused: false });
    expect(await asked(EXTRAS, () => pass(5 * MINUTE))).toBeLessThanOrEqual(2);
    const flood = async (): Promise<void> => {
      for (let n = 0; n < 500; n += 1) {
        h.engine.onMessages([received(10 + n)]);
        await vi.advanceTimersByTimeAsync(20);
      }
    };
    expect(await asked(EXTRAS, flood)).toBeLessThanOrEqual(7);
    const nervous = async (): Promise<void> => {
      for (let n = 0; n < 100; n += 1) {
        h.engine.attention({ visible: true, focused: n % 2 === 0 });
        await vi.advanceTimersByTimeAsync(10);
      }
    };
    expect(await asked(EXTRAS, nervous)).toBeLessThanOrEqual(2);
    expect(await asked(LIST, nervous)).toBeLessThanOrEqual(1);
  });

  it('stops with the connection and with the account', async () => {
    h.engine.disconnected();
    const before = h.server.asked.length;
    await pass(10 * MINUTE);
    expect(h.server.asked).toHaveLength(before);
  });
});

describe('a message the socket owes', () => {
  beforeEach(async () => {
    h.server.add(BOB, ...messages(1, 3));
    h.server.add(TEAM, ...messages(71, 73, 'u3'));
    await h.connect();
    await pass(5 * SECOND);
  });

  it('is shown within two minutes while the window is seen, within five while it is not', async () => {
    say(BOB, 4);
    await pass(2 * MINUTE);
    expect(h.seqs(BOB)).toEqual([1, 2, 3, 4]);
    h.engine.attention({ visible: false, focused: false });
    say(BOB, 5);
    await pass(5 * MINUTE);
    expect(h.seqs(BOB)).toEqual([1, 2, 3, 4, 5]);
  });

  it('is shown at once when the window gets the focus, history that is longer than an answer too', async () => {
    for (let seq = 4; seq <= 60; seq += 1) say(BOB, seq);
    await pass(11 * SECOND);
    h.engine.attention({ visible: true, focused: true });
    await pass(SECOND);
    expect(h.seqs(BOB)).toHaveLength(60);
  });

  it('for more than ten seconds makes a new connection, once', async () => {
    say(BOB, 4);
    await pass(2 * MINUTE + 5 * SECOND);
    expect(dead).toHaveLength(1);
    expect(dead[0]).toMatch(/^1 messages of 1 chats were not delivered/);
    // No more of it while the new one is being made.
    h.engine.disconnected();
    await pass(10 * MINUTE);
    expect(dead).toHaveLength(1);
  });

  it.each<[string, () => void]>([
    ['an own one, of another device', () => say(BOB, 4, ME.uid)],
    ['a command that a client put into the log', () => say(BOB, 4, 'u2', { type: 99, cmd: 'x', param: {} })],
    ['a recall notice', () => say(BOB, 4, 'u2', { type: 1006, content: '' })],
    ['one for others only', () => say(TEAM, 74, 'u3', { type: 1, content: 'x', visibles: ['u9'] })],
    [
      'one of before the connection',
      () => h.server.add(BOB, { messageId: idOf(4), seq: 4, fromUid: 'u2', timestamp: START / 1000 - 60 }),
    ],
  ])('is none: %s', async (_what, happens) => {
    happens();
    await pass(6 * MINUTE);
    expect(dead).toEqual([]);
  });

  it('is none when it is only just on its way', async () => {
    // The list is faster than the socket, by less than ten seconds.
    await pass(100 * SECOND);
    h.server.onAsked = (call) => {
      if (call !== LIST) return;
      h.server.onAsked = () => undefined;
      say(BOB, 4);
      setTimeout(() => h.engine.onMessages([received(4, { timestamp: nowSeconds() })]), 8 * SECOND);
    };
    await pass(2 * MINUTE);
    expect(h.seqs(BOB)).toContain(4);
    expect(dead).toEqual([]);
  });

  it('is none when the socket is only behind: what it brings is older', async () => {
    for (let seq = 4; seq <= 23; seq += 1) say(BOB, seq);
    const sentAt = nowSeconds();
    await pass(104 * SECOND);
    for (let seq = 4; seq <= 23; seq += 1) {
      h.engine.onMessages([received(seq, { timestamp: sentAt - 1 })]);
      await pass(2 * SECOND);
    }
    expect(dead).toEqual([]);
  });

  it('again and again, of a chat that is never pushed: fewer and fewer new connections', async () => {
    for (let seq = 4; seq < 4 + 12 * 60; seq += 12) {
      say(BOB, seq);
      // Everything else is delivered.
      h.engine.onMessages([received(1_000 + seq, { channel: TEAM, fromUid: 'u3', timestamp: nowSeconds() })]);
      const before = dead.length;
      await pass(MINUTE);
      if (dead.length > before) await h.connect();
    }
    expect(dead.length).toBeGreaterThanOrEqual(2);
    expect(dead.length).toBeLessThanOrEqual(5);
  });
});

it('costs the same whatever the number of chats', async () => {
  const hour = async (chats: number): Promise<number> => {
    for (let n = 0; n < chats; n += 1)
      h.server.add(
        { channelId: `g${n}`, channelType: 2 },
        { messageId: idOf(10_000 + n), seq: 1, fromUid: 'u2', timestamp: nowSeconds() - 86_400 },
      );
    await h.connect();
    h.show(TEAM);
    // Nothing was said lately, and details of groups have been looked up.
    await pass(20 * MINUTE);
    return asked('', () => pass(20 * MINUTE));
  };
  const few = await hour(5);
  h.dispose();
  start();
  expect(await hour(200)).toBe(few);
  // Extras of one chat, the list, the rules.
  expect(few).toBeLessThanOrEqual(43 + 11 + 22);
});

it('knows changed rules within a minute, and at once when the window gets the focus', async () => {
  await h.connect();
  h.server.revokeSecond = 3_600;
  await pass(MINUTE);
  expect(h.store.state.rules()).toEqual({ revokeSecond: 3_600 });
  h.engine.attention({ visible: false, focused: false });
  expect(await asked(RULES, () => pass(10 * MINUTE))).toBe(0);
  h.server.revokeSecond = 60;
  h.engine.attention({ visible: true, focused: true });
  await pass(SECOND);
  expect(h.store.state.rules()).toEqual({ revokeSecond: 60 });
});
