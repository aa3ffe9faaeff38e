/** Days and times as people write them into a field. Pure. What a field hands on is `2026-11-29` and `09:30`. */
import { twoDigits } from '../../shared/clock-text.ts';

/** `2026-11-29` of 2026-11-29, 2026/11/29, 2026.11.29, 20261129 or 2026年11月29日; null = no day of the calendar. */
export function readDay(text: string): string | null {
  const plain = text.normalize('NFKC').trim();
  const [, year, month, day] =
    /^(\d{4})(\d{2})(\d{2})$/.exec(plain) ?? /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(plain) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  const isThere =
    date.getFullYear() === Number(year) &&
    date.getMonth() === Number(month) - 1 &&
    date.getDate() === Number(day);
  return isThere ? dayText(date.getTime()) : null;
}

/** `21:30` of 21:30, 21.30, 2130, 9:30 PM or 9pm; null = no time of the clock. */
export function readTime(text: string): string | null {
  const plain = text.normalize('NFKC').trim().toLowerCase();
  const [, hour, minute = '00', half] =
    /^(\d{1,2})[:.](\d{2})\s?([ap]m)?$/.exec(plain) ??
    /^(\d{2})(\d{2})$/.exec(plain) ??
    /^(\d{1,2})()\s?([ap]m)$/.exec(plain) ??
    [];
  if (hour === undefined) return null;
  const hours = Number(hour);
  const minutes = Number(minute || '0');
  if (minutes > 59 || hours > 23) return null;
  if (half === undefined) return `${twoDigits(hours)}:${twoDigits(minutes)}`;
  if (hours < 1 || hours > 12) return null;
  return `${twoDigits((hours % 12) + (half === 'pm' ? 12 : 0))}:${twoDigits(minutes)}`;
}

/** `2026-11-29`. */
export function dayText(atMs: number): string {
  const date = new Date(atMs);
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

/** When the day begins, ms; null where it is none. */
export function dayStartOf(text: string): number | null {
  const day = readDay(text);
  if (day === null) return null;
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date).getTime();
}

/** Something is written there, and it is no day. */
export const isNoDay = (text: string): boolean => text.trim() !== '' && readDay(text) === null;
