import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DEFAULT_QUIET_HOURS, type QuietHours } from '../../../shared/quiet-hours.ts';
import { QuietWatch } from './quiet-watch.ts';

let hours: QuietHours;
let told: (number | null)[];
let watch: QuietWatch;
const at = (text: string): number => new Date(text).getTime();

beforeEach(() => {
  vi.useFakeTimers({ now: at('2026-11-26T21:59:00') });
  hours = { ...DEFAULT_QUIET_HOURS, on: true };
  told = [];
  watch = new QuietWatch(
    () => hours,
    () => told.push(watch.until),
  );
});
afterEach(() => vi.useRealTimers());

it('tells when they begin and end, to the second', () => {
  watch.look();
  expect(told).toEqual([]);
  vi.advanceTimersByTime(59_000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1_001);
  expect(told).toEqual([at('2026-11-27T08:00:00')]);
  vi.advanceTimersByTime(10 * 3_600_000);
  expect(told).toEqual([at('2026-11-27T08:00:00'), null]);
});

it('notices within half a minute that the clock was set, and at once when it is asked to look', () => {
  watch.look();
  vi.setSystemTime(at('2026-11-26T23:30:00'));
  vi.advanceTimersByTime(30_000);
  expect(told).toHaveLength(1);
  vi.setSystemTime(at('2026-11-26T12:00:00'));
  watch.look();
  expect(told).toEqual([at('2026-11-27T08:00:00'), null]);
});

it('sets no timer while they are off, and follows the settings', () => {
  hours = { ...hours, on: false };
  watch.look();
  expect(vi.getTimerCount()).toBe(0);
  vi.setSystemTime(at('2026-11-26T22:30:00'));
  hours = { ...hours, on: true };
  watch.look();
  expect(told).toHaveLength(1);
  hours = { ...hours, on: false };
  watch.look();
  expect(told.at(-1)).toBeNull();
  expect(vi.getTimerCount()).toBe(0);
});
