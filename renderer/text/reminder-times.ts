/** When one may be reminded: what is offered at a time of the local calendar. Pure; Unix seconds. */
import { twoDigits } from '../../shared/clock-text.ts';
import { dayText } from './day-text.ts';

export interface ReminderTimes {
  hour: number;
  /** null from 19:30 on: it would be now, or over. */
  tonight: number | null;
  tomorrow: number;
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);

export function reminderTimes(nowMs: number): ReminderTimes {
  const now = new Date(nowMs);
  const at = (days: number, hours: number, minutes = 0): Date =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hours, minutes);
  return {
    hour: Math.floor(nowMs / 1000) + 3_600,
    tonight: now < at(0, 19, 30) ? seconds(at(0, 20)) : null,
    tomorrow: seconds(at(1, 9)),
  };
}

/** What fields for a day and a time hold: `2026-11-28`, `09:00`. */
export function fieldsOf(atMs: number): { day: string; time: string } {
  const date = new Date(atMs);
  return {
    day: dayText(atMs),
    time: `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`,
  };
}

/** Unix seconds of what such fields say; null when it is no time of the local calendar. */
export function timeOf(day: string, time: string): number | null {
  const [, year, month, date] = /^(\d{4,6})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  const [, hours, minutes] = /^(\d{2}):(\d{2})/.exec(time) ?? [];
  if (year === undefined || hours === undefined) return null;
  const at = new Date(Number(year), Number(month) - 1, Number(date), Number(hours), Number(minutes));
  return Number.isNaN(at.getTime()) ? null : seconds(at);
}
