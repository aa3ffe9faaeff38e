/**
 * The local calendar: which day it is, in which time zone. Both change while the app runs (midnight, a journey, summer
 * time, a computer that slept), and no event tells; so it is looked at now and then and whenever somebody comes back.
 * A change draws anew what shows a time.
 */
import { setCalendar } from './i18n.ts';
import { forgetFormats } from './time-format.ts';

const LOOK_EVERY_MS = 15_000;

/** So many months back tell zones apart: what the offset was at the first of each. */
const MONTHS = 24;

/**
 * Day, and what the zone is known by: `2026-11-24 -480 -480 …`. Not by its name: the first thing that asks `Intl`
 * anything takes 15 ms of the start, and zones that had the same offsets for two years show the same times.
 */
export function calendarOf(now: Date): string {
  const [year, month] = [now.getFullYear(), now.getMonth()];
  const offsets = Array.from({ length: MONTHS }, (_, back) =>
    new Date(year, month - back, 1).getTimezoneOffset(),
  );
  return [`${year}-${month + 1}-${now.getDate()}`, now.getTimezoneOffset(), ...offsets].join(' ');
}

/** Follows it from now on; answers what ends that. */
export function followCalendar(): () => void {
  let known = calendarOf(new Date());
  setCalendar(known);
  const look = (): void => {
    const now = calendarOf(new Date());
    if (now === known) return;
    known = now;
    // A formatter keeps the zone it was made in.
    forgetFormats();
    setCalendar(now);
  };
  const timer = window.setInterval(look, LOOK_EVERY_MS);
  window.addEventListener('focus', look);
  document.addEventListener('visibilitychange', look);
  return () => {
    window.clearInterval(timer);
    window.removeEventListener('focus', look);
    document.removeEventListener('visibilitychange', look);
  };
}
