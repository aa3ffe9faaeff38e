import { describe, expect, it } from 'vitest';
import { dayStartOf, dayText, isNoDay, readDay, readTime } from './day-text.ts';

describe('a day that is written', () => {
  it.each([
    ['2026-11-29', '2026-11-29'],
    ['2026-1-2', '2026-01-02'],
    [' 2026/11/29 ', '2026-11-29'],
    ['2026.11.9', '2026-11-09'],
    ['20261129', '2026-11-29'],
    ['2026年11月29日', '2026-11-29'],
    ['２０２６－１１－２９', '2026-11-29'],
    ['2028-02-29', '2028-02-29'],
    ['2026-02-29', null],
    ['2026-13-01', null],
    ['2026-11-31', null],
    ['2026-11', null],
    ['11/29/2026', null],
    ['', null],
    ['x', null],
  ])('%j is %j', (text, day) => expect(readDay(text)).toBe(day));

  it('begins at midnight, and nothing is no wrong day', () => {
    expect(dayStartOf('2026-3-1')).toBe(new Date(2026, 2, 1).getTime());
    expect(dayStartOf('2026-2-30')).toBeNull();
    expect(dayText(new Date(2026, 0, 5, 23, 59).getTime())).toBe('2026-01-05');
    expect([isNoDay(''), isNoDay('2026-1-5'), isNoDay('2026')]).toEqual([false, false, true]);
  });
});

it.each([
  ['09:30', '09:30'],
  ['9:30', '09:30'],
  ['９：３０', '09:30'],
  ['2130', '21:30'],
  ['21.05', '21:05'],
  ['9:30 PM', '21:30'],
  ['9:30\u202fPM', '21:30'],
  ['12:00 am', '00:00'],
  ['12pm', '12:00'],
  ['24:00', null],
  ['9:60', null],
  ['13:00 pm', null],
  ['9', null],
  ['', null],
])('a time that is written %j is %j', (text, time) => expect(readTime(text)).toBe(time));
