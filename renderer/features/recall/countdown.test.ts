import { describe, expect, it } from 'vitest';
import { formatCountdown, limitMinutes, windowLeft } from './countdown.ts';

describe('countdown', () => {
  it.each([
    [84_000, '1:24'],
    [83_001, '1:24'],
    [7_000, '0:07'],
    [1, '0:01'],
    [0, '0:00'],
    [-5_000, '0:00'],
    [600_000, '10:00'],
  ])('%i ms is %s', (ms, text) => expect(formatCountdown(ms)).toBe(text));

  it('tells the part of the window that is left', () => {
    expect(windowLeft(120_000, 60_000, 120_000)).toBe(0.5);
    expect(windowLeft(120_000, 130_000, 120_000)).toBe(0);
    expect(windowLeft(120_000, -10, 120_000)).toBe(1);
    expect(windowLeft(120_000, 0, 0)).toBe(0);
  });

  it('names a limit in minutes', () => {
    expect(limitMinutes(120)).toBe(2);
    expect(limitMinutes(20)).toBe(1);
  });
});
