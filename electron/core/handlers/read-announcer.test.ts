import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CodedError } from '../../../shared/ipc/result.ts';
import { createReadAnnouncer } from './read-announcer.ts';

const CHANNEL = { channelId: 'g1', channelType: 2 };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function world() {
  const marked: number[] = [];
  const state = { full: false, kicks: 0 };
  const announcer = createReadAnnouncer(
    {
      markReadHere(_channel, seq) {
        if (state.full) throw new CodedError('readOnly', 'the disk takes no writes');
        if (seq <= Math.max(0, ...marked)) return false;
        marked.push(seq);
        return true;
      },
    },
    () => (state.kicks += 1),
  );
  return { marked, state, announcer };
}

it('stores each position at once, and asks once for a burst', () => {
  const { marked, state, announcer } = world();
  announcer.read(CHANNEL, 3);
  announcer.read(CHANNEL, 7);
  expect([marked, state.kicks]).toEqual([[3, 7], 0]);
  vi.advanceTimersByTime(1_000);
  expect(state.kicks).toBe(1);
  announcer.read(CHANNEL, 5);
  vi.advanceTimersByTime(1_000);
  expect(state.kicks).toBe(1);
});

it('marks nothing, and says so, while the disk is full, and goes on afterwards', () => {
  const { marked, state, announcer } = world();
  state.full = true;
  expect(() => announcer.read(CHANNEL, 3)).toThrow('no writes');
  state.full = false;
  announcer.read(CHANNEL, 9);
  vi.advanceTimersByTime(1_000);
  expect([marked, state.kicks]).toEqual([[9], 1]);
});

it('asks for nothing after the account was closed', () => {
  const { marked, state, announcer } = world();
  announcer.read(CHANNEL, 3);
  announcer.close();
  vi.advanceTimersByTime(1_000);
  expect([marked, state.kicks]).toEqual([[3], 0]);
});
