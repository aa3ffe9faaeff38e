import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Motion } from './motion.ts';

let heard: boolean[];
const motion = (always = false): Motion =>
  new Motion(1_000, { always, changed: (moves) => heard.push(moves), now: () => Date.now() });

beforeEach(() => {
  heard = [];
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

describe('a picture that moves', () => {
  it('does not before it is seen, then three times, then while somebody is at it', () => {
    const one = motion();
    vi.advanceTimersByTime(10_000);
    expect(one.moves).toBe(false);
    one.tell({ seen: true });
    vi.advanceTimersByTime(2_999);
    expect(one.moves).toBe(true);
    vi.advanceTimersByTime(1);
    expect(one.moves).toBe(false);
    one.tell({ attended: true });
    vi.advanceTimersByTime(60_000);
    expect(one.moves).toBe(true);
    one.tell({ attended: false });
    expect(heard).toEqual([true, false, true, false]);
  });

  it('counts only the time in which it is seen', () => {
    const one = motion();
    one.tell({ seen: true });
    vi.advanceTimersByTime(2_000);
    one.tell({ seen: false });
    vi.advanceTimersByTime(60_000);
    expect(one.moves).toBe(false);
    one.tell({ seen: true, hidden: true });
    expect(one.moves).toBe(false);
    one.tell({ hidden: false });
    vi.advanceTimersByTime(999);
    expect(one.moves).toBe(true);
    vi.advanceTimersByTime(1);
    expect(one.moves).toBe(false);
  });

  it('moves under reduced motion only when it is asked to, as often as that is', () => {
    const one = motion();
    one.tell({ reduced: true, seen: true, attended: true });
    expect(one.moves).toBe(false);
    for (const _ of [1, 2]) {
      one.ask();
      vi.advanceTimersByTime(2_999);
      expect(one.moves).toBe(true);
      vi.advanceTimersByTime(1);
      expect(one.moves).toBe(false);
    }
  });

  it('that was opened moves for as long as it is in sight', () => {
    const one = motion(true);
    one.tell({ seen: true, reduced: true });
    vi.advanceTimersByTime(60_000);
    expect(one.moves).toBe(true);
    one.tell({ hidden: true });
    expect(heard).toEqual([true, false]);
  });

  it('leaves nothing that waits', () => {
    const one = motion();
    one.tell({ seen: true });
    one.end();
    expect(vi.getTimerCount()).toBe(0);
  });
});
