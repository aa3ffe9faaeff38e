/**
 * Quiet hours: every chosen day from one time on the clock to another, over midnight where the second is the earlier
 * one. Times are those that the clock of this computer shows, and every day's beginning and end are moments made of
 * them anew: so they hold on the days on which the clock is changed, wherever the computer is, and after it was set.
 */
import { z } from 'zod';

export const CLOCK_TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const ClockTime = z.string().regex(CLOCK_TIME);

export const QuietHours = z.object({
  on: z.boolean(),
  from: ClockTime,
  /** The same as `from`: the whole day. */
  to: ClockTime,
  /** On which days they begin: 0 Sunday … 6 Saturday. */
  days: z.array(z.int().min(0).max(6)).max(7),
  /** Told of all the same: what mentions me; pinned chats. */
  mentions: z.boolean(),
  pinned: z.boolean(),
});
export type QuietHours = z.infer<typeof QuietHours>;

export const DEFAULT_QUIET_HOURS: QuietHours = {
  on: false,
  from: '22:00',
  to: '08:00',
  days: [0, 1, 2, 3, 4, 5, 6],
  mentions: true,
  pinned: true,
};

/** When the quiet hours end that are now (ms); null = there are none now. */
export function quietUntil(hours: QuietHours, nowMs: number): number | null {
  if (!hours.on) return null;
  const now = new Date(nowMs);
  let end: number | null = null;
  // Those that began yesterday may last until today's end; two that touch are one.
  for (let back = 1; back >= -7; back -= 1) {
    const span = spanOf(hours, now, -back);
    if (span === null || span.end <= nowMs) continue;
    if (span.begin > (end ?? nowMs)) break;
    end = Math.max(end ?? 0, span.end);
  }
  return end;
}

/** When the next quiet hours begin or the present ones end (ms); null = never. */
export function nextQuietChange(hours: QuietHours, nowMs: number): number | null {
  const until = quietUntil(hours, nowMs);
  if (until !== null || !hours.on) return until;
  const now = new Date(nowMs);
  for (let ahead = 0; ahead <= 7; ahead += 1) {
    const span = spanOf(hours, now, ahead);
    if (span !== null && span.begin > nowMs) return span.begin;
  }
  return null;
}

/** What begins so many days after the day of `now`; null = nothing does. */
function spanOf(
  { days, from, to }: QuietHours,
  now: Date,
  ahead: number,
): { begin: number; end: number } | null {
  // The day of the calendar, whatever hour it begins at.
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + ahead, 12).getDay();
  if (!days.includes(day)) return null;
  const begin = moment(now, ahead, from);
  const end = moment(now, to <= from ? ahead + 1 : ahead, to);
  return { begin, end };
}

const MINUTE_MS = 60_000;

/**
 * The moment at which the clock shows this time. Of a time that it shows twice (it was set back) the first; of one that
 * it leaves out the moment at which it jumps.
 */
function moment(now: Date, ahead: number, time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() + ahead, hours, minutes);
  let at = date.getTime();
  if (date.getHours() === hours && date.getMinutes() === minutes) return at;
  // JavaScript takes what is left out as if the clock had not jumped: back to where it did.
  const offset = date.getTimezoneOffset();
  while (new Date(at - MINUTE_MS).getTimezoneOffset() === offset) at -= MINUTE_MS;
  return at;
}
