import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FromWorker } from '../../../shared/ipc/worker-protocol.ts';
import { createDeltaFlow, type DeltaFlow } from './delta-flow.ts';
import { createNotifyPace } from './notify-pace.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const FRAME = 16;

describe('deltas on their way to the page', () => {
  let flow: DeltaFlow;
  let batches: number;
  /** A change of the store; the publisher asks for one flush at a time. */
  let asked: boolean;
  const change = (): void => {
    if (asked) return;
    asked = true;
    flow.schedule(() => {
      asked = false;
      batches += 1;
      flow.sent();
    }, FRAME);
  };
  const frames = (count: number): void => {
    for (let i = 0; i < count; i += 1) {
      change();
      vi.advanceTimersByTime(FRAME);
    }
  };
  beforeEach(() => {
    flow = createDeltaFlow();
    batches = 0;
    asked = false;
  });

  it('are one batch per frame for a page that does not answer at all', () => {
    frames(20);
    expect(batches).toBe(20);
  });

  it('are never more than two that were not taken, and go on at once when one is', () => {
    flow.taken();
    frames(30);
    expect(batches).toBe(2);
    flow.taken();
    expect(batches).toBe(3);
    frames(30);
    expect(batches).toBe(3);
  });

  it('wait for no timer where they are due at once, unless they are called off', () => {
    vi.useRealTimers();
    const { promise, resolve } = Promise.withResolvers<string[]>();
    const order: string[] = [];
    flow.schedule(() => order.push('called off'), 0)();
    flow.schedule(() => order.push('in place of another'), 0);
    flow.schedule(() => order.push('batch'), 0);
    setImmediate(() => resolve([...order, 'turn']));
    return expect(promise).resolves.toEqual(['batch', 'turn']);
  });

  it('wait ever longer for a page that hangs, and not at all once it is back', () => {
    flow.taken();
    frames(2);
    change();
    const sentAfter = [0, 1_100, 2_100, 4_100].map((ms) => {
      vi.advanceTimersByTime(ms);
      change();
      return batches;
    });
    expect(sentAfter).toEqual([2, 3, 4, 5]);
    for (let i = 0; i < 4; i += 1) flow.taken();
    frames(2);
    expect(batches).toBeGreaterThanOrEqual(6);
  });

  it('count from nothing for a page that starts anew', () => {
    flow.taken();
    frames(5);
    flow.reset();
    expect(batches).toBe(3);
    frames(5);
    expect(batches).toBe(8);
  });
});

const candidate = (n: number, chat = 'bob'): Extract<FromWorker, { kind: 'notify' }> => ({
  kind: 'notify',
  candidate: {
    channel: { channelId: chat, channelType: 1 },
    messageKey: `key-${n}`,
    messageSeq: n,
    title: chat,
    sender: '',
    text: 'text',
    level: 'all',
    pinned: false,
    mentionsMe: false,
  },
});
const withdraw = (keys: string[], readSeq: number | null): Extract<FromWorker, { kind: 'withdraw' }> => ({
  kind: 'withdraw',
  channel: { channelId: 'bob', channelType: 1 },
  messageKeys: keys,
  readSeq,
});
const setUp = () => {
  const posted: string[] = [];
  const pace = createNotifyPace((message) =>
    posted.push(message.kind === 'notify' ? message.candidate.messageKey : 'withdraw'),
  );
  return { posted, pace };
};

describe('candidates for notifications', () => {
  it('pass as they come in ordinary use', () => {
    const { posted, pace } = setUp();
    for (let n = 1; n <= 20; n += 1) pace.post(candidate(n));
    expect(posted).toHaveLength(20);
    expect(pace.isFull()).toBe(false);
  });

  it('are bounded in a flood; the newest of each chat comes through', () => {
    const { posted, pace } = setUp();
    for (let n = 1; n <= 10_000; n += 1) pace.post(candidate(n, n % 2 === 0 ? 'bob' : 'ann'));
    expect(posted).toHaveLength(50);
    expect(pace.isFull()).toBe(true);
    vi.advanceTimersByTime(10_000);
    expect(posted.slice(50)).toEqual(['key-9999', 'key-10000']);
  });

  it('do not come after their message was recalled or read', () => {
    const { posted, pace } = setUp();
    for (let n = 1; n <= 100; n += 1) pace.post(candidate(n));
    pace.post(withdraw(['key-100'], null));
    for (let n = 101; n <= 102; n += 1) pace.post(candidate(n));
    pace.post(withdraw([], 102));
    vi.advanceTimersByTime(10_000);
    expect(posted.slice(50)).toEqual(['withdraw', 'withdraw']);
    pace.close();
  });
});
