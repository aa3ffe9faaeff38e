import { describe, expect, it } from 'vitest';
import { clockTime, dayKey, dayLabel } from './time-format.ts';

const at = (year: number, month: number, day: number, hour = 12, minute = 0): number =>
  new Date(year, month - 1, day, hour, minute).getTime() / 1000;
const now = at(2026, 11, 23, 0, 5) * 1000;

describe('times of the flow', () => {
  it('shows 24 hours with two digits', () => {
    expect(clockTime(at(2026, 11, 23, 9, 5))).toBe('09:05');
    expect(clockTime(at(2026, 11, 23, 0, 0))).toBe('00:00');
  });

  it('cuts days at local midnight', () => {
    expect(dayKey(at(2026, 11, 22, 23, 59))).toBe('2026-11-22');
    expect(dayKey(at(2026, 11, 23, 0, 0))).toBe('2026-11-23');
  });

  it('names today, yesterday, this year and other years', () => {
    expect(dayLabel(at(2026, 11, 23, 0, 0), now, 'zh')).toEqual({ kind: 'today' });
    expect(dayLabel(at(2026, 11, 22, 23, 59), now, 'zh')).toEqual({ kind: 'yesterday' });
    expect(dayLabel(at(2026, 11, 16), now, 'zh')).toEqual({ kind: 'date', text: '11月16日周一' });
    expect(dayLabel(at(2026, 11, 16), now, 'en')).toEqual({ kind: 'date', text: 'Mon, Nov 16' });
    expect(dayLabel(at(2025, 12, 31), now, 'zh')).toEqual({ kind: 'date', text: '2025年12月31日' });
  });

  it('finds yesterday across a year', () => {
    expect(dayLabel(at(2025, 12, 31), at(2026, 1, 1) * 1000, 'en')).toEqual({ kind: 'yesterday' });
  });
});
