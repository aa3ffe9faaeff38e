import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { IdleWatch } from './idle-watch.ts';

const MINUTE = 60_000;
let now: number;
let locked: number;
let away: boolean;
let settings: { lockAfter: 0 | 1 | 5 | 15 | 60; lockWithSystem: boolean };
let watch: IdleWatch;

beforeEach(() => {
  vi.useFakeTimers();
  now = 1_000_000_000;
  locked = 0;
  away = false;
  settings = { lockAfter: 5, lockWithSystem: true };
  watch = new IdleWatch({
    isOpen: () => locked === 0,
    settings: () => settings,
    isAway: () => away,
    lock: () => (locked += 1),
    now: () => now,
  });
  watch.follow(true);
});
afterEach(() => {
  watch.follow(false);
  vi.useRealTimers();
});

function pass(ms: number): void {
  now += ms;
  vi.advanceTimersByTime(5_000);
}

it('locks after so many minutes of no use, and each use begins anew', () => {
  pass(4 * MINUTE);
  watch.used();
  pass(4 * MINUTE);
  expect(locked).toBe(0);
  pass(MINUTE);
  expect(locked).toBe(1);
  // Once.
  pass(60 * MINUTE);
  expect(locked).toBe(1);
});

it('counts the time that the computer slept', () => {
  settings.lockWithSystem = false;
  now += 8 * 60 * MINUTE;
  watch.look();
  expect(locked).toBe(1);
});

it('follows the screen of the computer where that is set', () => {
  settings.lockWithSystem = false;
  away = true;
  watch.look();
  expect(locked).toBe(0);
  settings.lockWithSystem = true;
  watch.look();
  expect(locked).toBe(1);
});

it('"at once" is when the window is put away, and a minute while it is there', () => {
  watch.putAway();
  expect(locked).toBe(0);
  settings.lockAfter = 0;
  pass(MINUTE / 2);
  expect(locked).toBe(0);
  watch.putAway();
  expect(locked).toBe(1);
  locked = 0;
  watch.used();
  pass(MINUTE);
  expect(locked).toBe(1);
});

it('a clock that is set back does not keep it open, and nothing runs without a passcode', () => {
  pass(-100 * MINUTE);
  pass(5 * MINUTE);
  expect(locked).toBe(1);
  locked = 0;
  watch.follow(false);
  pass(100 * MINUTE);
  expect(locked).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
