/** A time that a server has put into words: `2026-11-30 09:17:49`, in its own zone (tsdd-api.md 1.2). */
import { fullTime } from '../i18n/time-format.ts';
import type { Language } from '../../shared/strings/index.ts';

const WORDED = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2})(?::\d{2})?$/;

/** As the interface writes days and times; what is in another form stays as it is. */
export function serverTime(language: Language, worded: string): string {
  const [, year, month, day, hour, minute] = WORDED.exec(worded.trim())?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return worded;
  const date = new Date(year, month - 1, day, hour, minute);
  // A day or an hour that is none, or that a change of the clocks leaves out.
  if (date.getMonth() !== month - 1 || date.getDate() !== day || date.getHours() !== hour) return worded;
  return fullTime(language, date.getTime());
}
