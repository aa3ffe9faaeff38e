import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Fling } from './fling.ts';

const HEIGHT = 600;
const FRAME_MS = 16;
const LIST = {};

/** Whether something asked for now would have to wait. */
const waits = (fling: Fling): boolean => {
  let ran = false;
  fling.whenOver(() => (ran = true))();
  return !ran;
};
const scroll = (fling: Fling, steps: number, px: number, from = 0): void => {
  for (let n = 1; n <= steps; n += 1) fling.moved(LIST, from + n * px, HEIGHT, n * FRAME_MS);
};

describe('a fling', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is scrolling by more than a height of the list in 150 ms', () => {
    const fling = new Fling();
    scroll(fling, 10, 200);
    expect(waits(fling)).toBe(true);
  });

  it('is none at the pace of a wheel', () => {
    const fling = new Fling();
    // 2,500 px a second.
    scroll(fling, 60, 40);
    expect(waits(fling)).toBe(false);
  });

  it('is none when somebody jumps, and what was put above the place moves it once more', () => {
    const fling = new Fling();
    fling.moved(LIST, 90_000, HEIGHT, 1_000);
    fling.moved(LIST, 30_000, HEIGHT, 1_016);
    fling.moved(LIST, 34_000, HEIGHT, 1_032);
    expect(waits(fling)).toBe(false);
  });

  it('is none of two lists that are scrolled in turn', () => {
    const fling = new Fling();
    const other = {};
    for (let n = 1; n <= 10; n += 1) fling.moved(n % 2 === 0 ? LIST : other, n * 400, HEIGHT, n * FRAME_MS);
    expect(waits(fling)).toBe(false);
  });

  it('runs what waited once it is over, in its order, but for what was taken back', () => {
    const fling = new Fling();
    scroll(fling, 10, 200);
    const ran: string[] = [];
    fling.whenOver(() => ran.push('first'));
    const takeBack = fling.whenOver(() => ran.push('gone'));
    fling.whenOver(() => ran.push('second'));
    takeBack();
    vi.advanceTimersByTime(149);
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual(['first', 'second']);
    expect(waits(fling)).toBe(false);
  });

  it('goes on as long as the list is flung', () => {
    const fling = new Fling();
    let ran = false;
    scroll(fling, 10, 200);
    fling.whenOver(() => (ran = true));
    for (let n = 11; n <= 60; n += 1) {
      vi.advanceTimersByTime(FRAME_MS);
      fling.moved(LIST, n * 200, HEIGHT, n * FRAME_MS);
    }
    expect(ran).toBe(false);
    vi.advanceTimersByTime(150);
    expect(ran).toBe(true);
  });

  it('is over although the list has no height', () => {
    const fling = new Fling();
    for (let n = 1; n <= 10; n += 1) fling.moved(LIST, n, 0, n * FRAME_MS);
    vi.advanceTimersByTime(150);
    expect(waits(fling)).toBe(false);
  });
});
