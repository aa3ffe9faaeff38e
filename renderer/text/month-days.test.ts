import { describe, expect, it } from 'vitest';
import { addMonths, dayAfterKey, dayOf, daysOfMonth, monthOf, weeksOf } from './month-days.ts';

const day = (year: number, month: number, date: number): number => new Date(year, month - 1, date).getTime();
const words = (at: number | null): string => {
  if (at === null) return '-';
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
};

describe('days of a month', () => {
  it('are all of them, in weeks that begin on Monday or Sunday', () => {
    const november = monthOf(new Date(2026, 10, 26, 23, 59).getTime());
    expect(daysOfMonth(november)).toHaveLength(30);
    expect(daysOfMonth(monthOf(day(2028, 2, 29)))).toHaveLength(29);
    const fromMonday = weeksOf(november, 1);
    expect(fromMonday.map((week) => words(week.at(-1) ?? null))).toEqual([
      '2026-11-1',
      '2026-11-8',
      '2026-11-15',
      '2026-11-22',
      '2026-11-29',
      '-',
    ]);
    expect(weeksOf(november, 0)[0]?.map(words)[0]).toBe('2026-11-1');
    for (const first of [0, 1])
      for (const week of weeksOf(monthOf(day(2027, 2, 1)), first)) expect(week).toHaveLength(7);
  });

  it('begin at midnight, whatever the clock is set to in that month', () => {
    for (const month of [3, 10])
      for (const at of daysOfMonth(day(2026, month, 1))) {
        expect(dayOf(at)).toBe(at);
        expect(new Date(at).getHours()).toBe(0);
      }
  });

  it('are reached by keys, over the ends of months and years', () => {
    const press = (from: number, key: string, shiftKey = false): string =>
      words(dayAfterKey(from, { key, shiftKey }, 1));
    const from = day(2027, 1, 1);
    expect(press(from, 'ArrowLeft')).toBe('2026-12-31');
    expect(press(from, 'ArrowRight')).toBe('2027-1-2');
    expect(press(from, 'ArrowUp')).toBe('2026-12-25');
    expect(press(from, 'ArrowDown')).toBe('2027-1-8');
    expect(press(from, 'Home')).toBe('2026-12-28');
    expect(press(from, 'End')).toBe('2027-1-3');
    expect(press(from, 'PageUp')).toBe('2026-12-1');
    expect(press(from, 'PageUp', true)).toBe('2026-1-1');
    expect(press(day(2027, 1, 31), 'PageDown')).toBe('2027-2-28');
    expect(press(day(2028, 2, 29), 'PageDown', true)).toBe('2029-2-28');
    expect(words(addMonths(day(2027, 3, 31), -1))).toBe('2027-2-28');
    expect(press(from, 'x')).toBe('-');
  });
});
