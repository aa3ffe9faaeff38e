import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ReceivedMessage } from '../../connection/connection-api.ts';
import { message, START } from '../../account-store/testing/store-fixture.ts';
import { DeadDelivery } from './dead-delivery.ts';

let dead: string[] = [];
let stoodStillMs = 0;
let delivery: DeadDelivery;

beforeEach(() => {
  vi.useFakeTimers({ now: START * 1_000 });
  dead = [];
  stoodStillMs = 0;
  const real = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => real() + stoodStillMs);
  delivery = new DeadDelivery({
    meUid: 'u-me',
    serverNowMs: () => Date.now(),
    canStore: () => true,
    dead: (reason) => void dead.push(reason),
  });
  delivery.connected();
  // The list brings a message of 40 seconds later, which the socket has owed for 20.
  vi.advanceTimersByTime(60_000);
  delivery.brought([owed]);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const owed = message(40);
const received = { ...owed, timestamp: owed.timestamp } as unknown as ReceivedMessage;

it('what the socket owes is a dead delivery', () => {
  vi.advanceTimersByTime(2_000);
  expect(dead).toHaveLength(1);
});

it('nothing is judged by a timer that comes late: the socket is read after it', () => {
  stoodStillMs = 5_000;
  vi.advanceTimersByTime(2_000);
  expect(dead).toHaveLength(0);
  delivery.arrived([received]);
  vi.advanceTimersByTime(60_000);
  expect(dead).toHaveLength(0);
});

it('who stands still again and again is told all the same', () => {
  for (let at = 0; at < 20 && dead.length === 0; at += 1) {
    stoodStillMs += 5_000;
    vi.advanceTimersByTime(10_000);
  }
  expect(dead).toHaveLength(1);
});
