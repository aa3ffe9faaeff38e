import { describe, expect, it } from 'vitest';
import { limitMinutes } from '../../../text/recall-refusal.ts';
import { windowLeft } from './countdown.ts';

describe('countdown', () => {
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
