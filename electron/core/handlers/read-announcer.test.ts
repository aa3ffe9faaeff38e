import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { ActionJob, Store } from '../store/store-api.ts';
import { createReadAnnouncer } from './read-announcer.ts';

const CHANNEL = { channelId: 'g1', channelType: 2 };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function world() {
  const written: Pick<ActionJob, 'kind' | 'args'>[] = [];
  const state = { full: false, kicks: 0 };
  const store = {
    addAction(job: ActionJob) {
      if (state.full) throw new CodedError('readOnly', 'the disk takes no writes');
      written.push({ kind: job.kind, args: job.args });
      return job;
    },
    openReminders: () => [],
    receiptsWanted: () => [],
  } as unknown as Store;
  return { written, state, announcer: createReadAnnouncer(store, () => (state.kicks += 1)) };
}

it('announces the last position of a channel once', () => {
  const { written, state, announcer } = world();
  announcer.announce(CHANNEL, 3, 0);
  announcer.announce(CHANNEL, 7, 3);
  vi.advanceTimersByTime(1_000);
  expect(written).toEqual([{ kind: 'markRead', args: { messageSeq: 7 } }]);
  expect(state.kicks).toBe(1);
});

it('waits while the disk is full, and announces the last position afterwards', () => {
  const { written, state, announcer } = world();
  state.full = true;
  announcer.announce(CHANNEL, 3, 0);
  vi.advanceTimersByTime(20_000);
  expect(() => announcer.flush()).not.toThrow();
  state.full = false;
  announcer.announce(CHANNEL, 9, 3);
  vi.advanceTimersByTime(10_000);
  expect(written).toEqual([{ kind: 'markRead', args: { messageSeq: 9 } }]);
});
