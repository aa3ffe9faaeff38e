/**
 * The local calendar: which day it is, in which time zone. Both change while the app runs (midnight, a journey, summer
 * time, a computer that slept), and no event tells; so it is looked at now and then and whenever somebody comes back.
 * A change draws anew what shows a time.
 */
import { setCalendar } from './i18n.ts';
import { forgetFormats } from './time-format.ts';

const LOOK_EVERY_MS = 15_000;

/** Day, zone and its offset: `2026-11-24 Asia/Shanghai -480`. */
export function calendarOf(now: Date): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return `${now.getFullYear()}-${now.getMonth() + 1}-${now.getDate()} ${timeZone} ${now.getTimezoneOffset()}`;
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
