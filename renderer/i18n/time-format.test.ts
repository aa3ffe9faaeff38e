import { beforeEach, describe, expect, it } from 'vitest';
import {
  byteSize,
  chipDate,
  clockTime,
  countdown,
  dayDistance,
  fullTime,
  listTime,
  monthDay,
  setTwelveHours,
  spanOf,
} from './time-format.ts';

// Local time on purpose: the interface shows local time, whatever the zone of the machine.
const at = (year: number, month: number, day: number, hour = 12, minute = 0): number =>
  new Date(year, month - 1, day, hour, minute).getTime();
const now = at(2026, 11, 24, 10, 45);

beforeEach(() => setTwelveHours(false));

describe('listTime', () => {
  it.each([
    [at(2026, 11, 24, 9, 6), '09:06', '09:06'],
    [at(2026, 11, 24, 0, 0), '00:00', '00:00'],
    [at(2026, 11, 23, 23, 59), '昨天', 'Yesterday'],
    [at(2026, 11, 21), '周六', 'Sat'],
    [at(2026, 11, 18, 0, 1), '周三', 'Wed'],
    [at(2026, 11, 17, 23, 59), '11月17日', 'Nov 17'],
    [at(2025, 12, 31), '2025/12/31', '12/31/2025'],
  ])('%d', (time, zh, en) => {
    expect(listTime('zh', time, now, '昨天')).toBe(zh);
    expect(listTime('en', time, now, 'Yesterday')).toBe(en);
  });
  it('shows a time for a message that is a little ahead of the clock', () => {
    expect(listTime('zh', at(2026, 11, 25, 0, 1), at(2026, 11, 24, 23, 59), '昨天')).toBe('00:01');
  });
});

describe('chipDate', () => {
  const words = { today: '今天', yesterday: '昨天' };
  it('names today and yesterday, else the date, with the year when it is another one', () => {
    expect(chipDate('zh', at(2026, 11, 24, 1), now, words)).toBe('今天');
    expect(chipDate('zh', at(2026, 11, 23), now, words)).toBe('昨天');
    expect(chipDate('zh', at(2026, 11, 16), now, words)).toContain('11月16日');
    expect(chipDate('en', at(2025, 1, 2), now, words)).toContain('2025');
  });
});

describe('small formats', () => {
  it('counts calendar days, not 24 hours', () => {
    expect(dayDistance(new Date(2026, 2, 28, 23, 59), new Date(2026, 2, 29, 0, 1))).toBe(1);
    expect(dayDistance(new Date(2026, 2, 28, 0, 1), new Date(2026, 2, 28, 23, 59))).toBe(0);
  });
  it.each([
    [84_000, '1:24'],
    [83_001, '1:24'],
    [7_000, '0:07'],
    [1, '0:01'],
    [0, '0:00'],
    [-5_000, '0:00'],
    [3_600_000, '60:00'],
  ])('%d ms left is %s', (ms, text) => {
    expect(countdown(ms)).toBe(text);
  });
  it.each([
    [120, 'time.minutes', 2],
    [90, 'time.seconds', 90],
    [7_200, 'time.hours', 2],
    [5_400, 'time.minutes', 90],
    [30, 'time.seconds', 30],
  ])('%d s', (seconds, key, n) => {
    expect(spanOf(seconds)).toEqual({ key, n });
  });
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1_887_437, '1.8 MB'],
    [15_000, '15 KB'],
  ])('%d bytes', (bytes, text) => {
    expect(byteSize(bytes)).toBe(text);
  });
});

const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('the clock', () => {
  it.each([
    [false, '21:06', '21:06'],
    [true, '21:06', '9:06 PM'],
  ])('is one in all places; twelve hours: %s', (twelve, zh, en) => {
    setTwelveHours(twelve);
    const time = at(2026, 11, 24, 21, 6);
    for (const [language, clock] of [
      ['zh', zh],
      ['en', en],
    ] as const) {
      expect(plain(clockTime(language, time))).toBe(clock);
      expect(plain(listTime(language, time, time, ''))).toBe(clock);
      expect(plain(fullTime(language, time))).toMatch(new RegExp(`${clock}$`));
    }
  });
});

describe('what is written without Intl', () => {
  const NOW = Date.parse('2026-11-26T12:00:00');

  it.each(['zh', 'en'] as const)('is what Intl writes in %s', (language) => {
    setTwelveHours(false);
    const locale = language === 'zh' ? 'zh-CN' : 'en-US';
    const [clock, day, weekday, date, full] = (
      [
        { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
        { month: 'short', day: 'numeric' },
        { weekday: 'short' },
        { year: 'numeric', month: 'numeric', day: 'numeric' },
        { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' },
      ] as const
    ).map((options) => new Intl.DateTimeFormat(locale, options));
    for (let hours = 0; hours < 24 * 400; hours += 7) {
      const at = NOW - hours * 3_600_000 - hours * 61_000;
      const days = dayDistance(new Date(at), new Date(NOW));
      const ofThisYear = new Date(at).getFullYear() === 2026;
      expect(clockTime(language, at)).toBe(clock?.format(at));
      expect(monthDay(language, at)).toBe(day?.format(at));
      expect(fullTime(language, at)).toBe(full?.format(at));
      const inList = days === 0 ? clock : days < 7 ? weekday : ofThisYear ? day : date;
      expect(listTime(language, at, NOW, 'yesterday')).toBe(days === 1 ? 'yesterday' : inList?.format(at));
    }
    setTwelveHours(undefined);
  });
});
