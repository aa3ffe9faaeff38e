/** Days of a month by the local calendar. Pure. A day is written as the time it begins at, ms: `new Date(y, m, d)`. */

export type DayStart = number;

/** The day that so many days (negative: before) lie after this one. */
export function addDays(day: DayStart, days: number): DayStart {
  const date = new Date(day);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

/** The same day of another month; the last one where that has fewer days. */
export function addMonths(day: DayStart, months: number): DayStart {
  const date = new Date(day);
  const first = new Date(date.getFullYear(), date.getMonth() + months, 1);
  const length = new Date(first.getFullYear(), first.getMonth() + 1, 0).getDate();
  return new Date(first.getFullYear(), first.getMonth(), Math.min(date.getDate(), length)).getTime();
}

export function dayOf(atMs: number): DayStart {
  const date = new Date(atMs);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

export function monthOf(atMs: number): DayStart {
  const date = new Date(atMs);
  return new Date(date.getFullYear(), date.getMonth(), 1).getTime();
}

export function daysOfMonth(month: DayStart): DayStart[] {
  const end = addMonths(month, 1);
  const days: DayStart[] = [];
  for (let day = month; day < end; day = addDays(day, 1)) days.push(day);
  return days;
}

/** Rows of seven; null = a day of another month. `firstWeekday`: 0 = Sunday. */
export function weeksOf(month: DayStart, firstWeekday: number): (DayStart | null)[][] {
  const before = (new Date(month).getDay() - firstWeekday + 7) % 7;
  const cells: (DayStart | null)[] = [...Array<null>(before).fill(null), ...daysOfMonth(month)];
  while (cells.length % 7 !== 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

/** First and last day of the week of a day. */
export function weekEnds(day: DayStart, firstWeekday: number): { first: DayStart; last: DayStart } {
  const first = addDays(day, -((new Date(day).getDay() - firstWeekday + 7) % 7));
  return { first, last: addDays(first, 6) };
}

/** Where a key leads from a day; null = it is none of the calendar's. */
export function dayAfterKey(
  day: DayStart,
  { key, shiftKey }: { key: string; shiftKey: boolean },
  firstWeekday: number,
): DayStart | null {
  switch (key) {
    case 'ArrowLeft':
      return addDays(day, -1);
    case 'ArrowRight':
      return addDays(day, 1);
    case 'ArrowUp':
      return addDays(day, -7);
    case 'ArrowDown':
      return addDays(day, 7);
    case 'Home':
      return weekEnds(day, firstWeekday).first;
    case 'End':
      return weekEnds(day, firstWeekday).last;
    case 'PageUp':
      return addMonths(day, shiftKey ? -12 : -1);
    case 'PageDown':
      return addMonths(day, shiftKey ? 12 : 1);
    default:
      return null;
  }
}
