/** Times as the interface shows them. Pure: the caller gives the clock, so that tests and server time work. */
import { minutesText, twoDigits } from '../../shared/clock-text.ts';
import type { Language, Translate } from '../../shared/strings/index.ts';

const locale = (language: Language): string => (language === 'zh' ? 'zh-CN' : 'en-US');
const cache = new Map<string, Intl.DateTimeFormat>();

function format(language: Language, name: string, options: Intl.DateTimeFormatOptions, date: Date): string {
  const key = `${language}/${name}`;
  let formatter = cache.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale(language), options);
    cache.set(key, formatter);
  }
  return formatter.format(date);
}

let twelveHours: boolean | undefined;

/**
 * English has both clocks: it keeps the one of the system, everywhere. Chinese has 24 hours. For tests: undefined = the
 * system's.
 */
export function setTwelveHours(on: boolean | undefined): void {
  twelveHours = on;
  cache.clear();
}

/** Whether the system's language counts to twelve; asked when English first shows a time, for it takes 10 ms. */
const systemHasTwelveHours = (): boolean =>
  new Intl.DateTimeFormat(undefined, { hour: 'numeric' }).resolvedOptions().hour12 === true;

const hourCycle = (language: Language): 'h12' | 'h23' =>
  language === 'en' && (twelveHours ??= systemHasTwelveHours()) ? 'h12' : 'h23';

/** Another time zone: a formatter keeps the one it was made in. */
export const forgetFormats = (): void => cache.clear();

const calendarDay = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());

/** Whole days from `date` to `now`, by the local calendar. Negative for the future. */
export function dayDistance(date: Date, now: Date): number {
  return Math.round((calendarDay(now) - calendarDay(date)) / 86_400_000);
}

/** `10:42`, or `10:42 PM`. */
export function clockTime(language: Language, atMs: number): string {
  const date = new Date(atMs);
  // As `Intl` writes it, which a start does not wait for: its first formatter takes 15 ms.
  if (hourCycle(language) === 'h23') return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
  return format(language, 'clock', { hour: 'numeric', minute: '2-digit', hourCycle: 'h12' }, date);
}

/** As `Intl` writes them: the list shows nothing else at a start. */
const WEEKDAYS: Record<Language, readonly string[]> = {
  zh: '周日 周一 周二 周三 周四 周五 周六'.split(' '),
  en: 'Sun Mon Tue Wed Thu Fri Sat'.split(' '),
};
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/**
 * Time of a list row: `10:42` today, 昨天 / Yesterday, 周六 / Sat within six days, 11月16日 / Nov 16 within the year, else
 * 2025/11/16. Weekday and yesterday words come from the caller's tables through `yesterday`.
 */
export function listTime(language: Language, atMs: number, nowMs: number, yesterday: string): string {
  const date = new Date(atMs);
  const now = new Date(nowMs);
  const days = dayDistance(date, now);
  if (days <= 0) return clockTime(language, atMs);
  if (days === 1) return yesterday;
  if (days <= 6) return WEEKDAYS[language][date.getDay()] ?? '';
  if (date.getFullYear() === now.getFullYear()) {
    return monthDay(language, atMs);
  }
  return numericDate(language, date);
}

function numericDate(language: Language, date: Date): string {
  const [year, month, day] = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return language === 'zh' ? `${year}/${month}/${day}` : `${month}/${day}/${year}`;
}

/** When something is due: the clock today, else the day before it: 明天 9:00 / Tomorrow 9:00, 12月1日 14:00. */
export function reminderTime(
  language: Language,
  atMs: number,
  nowMs: number,
  words: { tomorrow: string; yesterday: string },
): string {
  const date = new Date(atMs);
  const clock = clockTime(language, atMs);
  const days = -dayDistance(date, new Date(nowMs));
  if (days === 0) return clock;
  if (days === 1) return `${words.tomorrow} ${clock}`;
  if (days === -1) return `${words.yesterday} ${clock}`;
  if (date.getFullYear() === new Date(nowMs).getFullYear()) return `${monthDay(language, atMs)} ${clock}`;
  return `${numericDate(language, date)} ${clock}`;
}

/** Date chip of the flow: 今天, 昨天, then 11月16日 周日 / Sun, Nov 16, with the year when it is another one. */
export function chipDate(
  language: Language,
  atMs: number,
  nowMs: number,
  words: { today: string; yesterday: string },
): string {
  const date = new Date(atMs);
  const now = new Date(nowMs);
  const days = dayDistance(date, now);
  if (days <= 0) return words.today;
  if (days === 1) return words.yesterday;
  const options: Intl.DateTimeFormatOptions = { month: 'short', day: 'numeric', weekday: 'short' };
  if (date.getFullYear() === now.getFullYear()) return format(language, 'chip', options, date);
  return format(language, 'chipYear', { ...options, year: 'numeric' }, date);
}

/** 11月16日 / Nov 16. */
export function monthDay(language: Language, atMs: number): string {
  const date = new Date(atMs);
  const [month, day] = [date.getMonth(), date.getDate()];
  return language === 'zh' ? `${month + 1}月${day}日` : `${MONTHS[month] ?? ''} ${day}`;
}

/** Head of a month: 2026年11月 / November 2026. */
export function monthName(language: Language, atMs: number): string {
  return format(language, 'month', { year: 'numeric', month: 'long' }, new Date(atMs));
}

/** A day in full: 2026年11月26日星期四 / Thursday, November 26, 2026. */
export function longDay(language: Language, atMs: number): string {
  return format(language, 'day', { dateStyle: 'full' }, new Date(atMs));
}

/** The first day of a week as calendars have it: Monday in Chinese, Sunday (0) in English. */
export const firstWeekday = (language: Language): number => (language === 'zh' ? 1 : 0);

/** From Sunday on: 日 / S in calendars, 星期日 / Sunday in full. */
export function weekdayNames(language: Language): { short: string; long: string }[] {
  return Array.from({ length: 7 }, (_, weekday) => {
    // A Sunday.
    const date = new Date(2_023, 0, 1 + weekday);
    return {
      short: format(language, 'narrowWeekday', { weekday: language === 'zh' ? 'narrow' : 'short' }, date),
      long: format(language, 'longWeekday', { weekday: 'long' }, date),
    };
  });
}

/** Date and time in full, for tooltips: 2026年11月24日 10:42 / Nov 24, 2026, 10:42. */
export function fullTime(language: Language, atMs: number): string {
  const date = new Date(atMs);
  const year = date.getFullYear();
  const clock = clockTime(language, atMs);
  return language === 'zh'
    ? `${year}年${monthDay(language, atMs)} ${clock}`
    : `${monthDay(language, atMs)}, ${year}, ${clock}`;
}

/** `1:24`, rounded up to whole seconds, never negative. */
export function countdown(leftMs: number): string {
  return minutesText(Math.max(0, Math.ceil(leftMs / 1000)));
}

/** `0:08`, of what is heard or seen: whole seconds that are over. */
export const playTime = (seconds: number): string => countdown(Math.floor(seconds) * 1000);

/** A span of the server's rules as a key and a number: whole hours, whole minutes, else seconds. */
export function spanOf(seconds: number): { key: 'time.hours' | 'time.minutes' | 'time.seconds'; n: number } {
  if (seconds >= 3600 && seconds % 3600 === 0) return { key: 'time.hours', n: seconds / 3600 };
  if (seconds >= 60 && seconds % 60 === 0) return { key: 'time.minutes', n: seconds / 60 };
  return { key: 'time.seconds', n: seconds };
}

/** `1.8 MB`. */
export function byteSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ''}`;
}

/** Just now under a minute, the time today, the date earlier; '' when the server does not say (more.md 7). */
export function lastSeen(language: Language, atMs: number, nowMs: number, t: Translate): string {
  if (atMs <= 0) return '';
  if (nowMs - atMs < 60_000) return t('seen.now');
  return t('seen.at', { t: listTime(language, atMs, nowMs, t('flow.yesterday')) });
}
