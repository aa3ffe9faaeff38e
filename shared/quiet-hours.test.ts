import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_QUIET_HOURS, nextQuietChange, type QuietHours, quietUntil } from './quiet-hours.ts';

const quiet = (change: Partial<QuietHours>): QuietHours => ({ ...DEFAULT_QUIET_HOURS, on: true, ...change });
/** As the clock of the time zone shows it; of a time that comes twice the first. */
const at = (text: string): number => new Date(text.replace(' ', 'T')).getTime();
const two = (n: number): string => String(n).padStart(2, '0');
const shown = (ms: number | null): string | null => {
  if (ms === null) return null;
  const date = new Date(ms);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
};

const before = process.env['TZ'];
function zone(name: string): void {
  process.env['TZ'] = name;
  // Fails where the process does not take another zone: nothing below would mean anything.
  expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(name);
}
beforeEach(() => zone('Europe/Berlin'));
afterEach(() => {
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
});

describe('quiet hours', () => {
  // 2026-11-26 is a Thursday.
  it.each([
    ['2026-11-26 21:59', null],
    ['2026-11-26 22:00', '2026-11-27 08:00'],
    ['2026-11-26 23:59', '2026-11-27 08:00'],
    ['2026-11-27 00:00', '2026-11-27 08:00'],
    ['2026-11-27 07:59', '2026-11-27 08:00'],
    ['2026-11-27 08:00', null],
  ])('over midnight, at %s until %s', (now, until) => {
    expect(shown(quietUntil(quiet({}), at(now)))).toBe(until);
  });
  it.each([
    ['2026-11-26 12:59', null],
    ['2026-11-26 13:00', '2026-11-26 14:30'],
    ['2026-11-26 14:30', null],
  ])('within a day, at %s until %s', (now, until) => {
    expect(shown(quietUntil(quiet({ from: '13:00', to: '14:30' }), at(now)))).toBe(until);
  });
  it('belong to the day on which they begin', () => {
    // Monday to Friday: Friday's last into Saturday, Sunday's do not begin.
    const work = quiet({ days: [1, 2, 3, 4, 5] });
    expect(shown(quietUntil(work, at('2026-11-28 03:00')))).toBe('2026-11-28 08:00');
    expect(quietUntil(work, at('2026-11-28 22:30'))).toBeNull();
    expect(quietUntil(work, at('2026-11-29 23:00'))).toBeNull();
    expect(quietUntil(work, at('2026-11-30 03:00'))).toBeNull();
    expect(shown(quietUntil(work, at('2026-11-30 22:00')))).toBe('2026-12-01 08:00');
  });
  it('of the whole day last until the first day without', () => {
    const whole = quiet({ from: '00:00', to: '00:00', days: [6, 0] });
    expect(quietUntil(whole, at('2026-11-27 23:59'))).toBeNull();
    expect(shown(quietUntil(whole, at('2026-11-28 00:00')))).toBe('2026-11-30 00:00');
    expect(
      shown(
        quietUntil(
          quiet({ from: '06:00', to: '06:00', days: [0, 1, 2, 3, 4, 5, 6] }),
          at('2026-11-28 00:00'),
        ),
      ),
    ).not.toBeNull();
  });
  it('are none when they are off, or begin on no day', () => {
    expect(quietUntil(quiet({ on: false }), at('2026-11-26 23:00'))).toBeNull();
    expect(quietUntil(quiet({ days: [] }), at('2026-11-26 23:00'))).toBeNull();
    expect(nextQuietChange(quiet({ days: [] }), at('2026-11-26 23:00'))).toBeNull();
    expect(nextQuietChange(quiet({ on: false }), at('2026-11-26 23:00'))).toBeNull();
  });
  it.each([
    ['2026-11-26 21:00', '2026-11-26 22:00'],
    ['2026-11-26 22:00', '2026-11-27 08:00'],
    ['2026-11-28 09:00', '2026-11-30 22:00'],
  ])('after %s something changes at %s', (now, then) => {
    expect(shown(nextQuietChange(quiet({ days: [1, 2, 3, 4, 5] }), at(now)))).toBe(then);
  });
});

describe('when the clock is changed', () => {
  it('in spring: one hour less, the same times on the clock', () => {
    // 2026-03-29: 02:00 is 03:00.
    const night = quiet({});
    expect(shown(quietUntil(night, at('2026-03-28 22:00')))).toBe('2026-03-29 08:00');
    expect(at('2026-03-29 08:00') - at('2026-03-28 22:00')).toBe(9 * 3_600_000);
    expect(shown(quietUntil(night, at('2026-03-29 07:59')))).toBe('2026-03-29 08:00');
    expect(quietUntil(night, at('2026-03-29 08:00'))).toBeNull();
  });
  it('in spring: what begins at a time that is left out begins when the clock jumps', () => {
    const early = quiet({ from: '02:30', to: '06:00' });
    const jump = at('2026-03-29 03:00');
    expect(quietUntil(early, jump - 1)).toBeNull();
    expect(shown(quietUntil(early, jump))).toBe('2026-03-29 06:00');
    const ends = quiet({ from: '22:00', to: '02:30' });
    expect(quietUntil(ends, jump - 60_000)).toBe(jump);
    expect(quietUntil(ends, jump)).toBeNull();
  });
  it('in autumn: an hour more, and nothing begins twice', () => {
    // 2026-10-25: 03:00 is 02:00 again.
    const first = at('2026-10-25 02:30');
    const hour = 3_600_000;
    const early = quiet({ from: '02:30', to: '06:00' });
    expect(shown(quietUntil(early, first))).toBe('2026-10-25 06:00');
    // The clock shows 02:15 for the second time: they go on.
    expect(shown(quietUntil(early, first + hour - 15 * 60_000))).toBe('2026-10-25 06:00');
    const ends = quiet({ from: '22:00', to: '02:30' });
    expect(quietUntil(ends, first)).toBeNull();
    expect(quietUntil(ends, first + hour - 15 * 60_000)).toBeNull();
  });
  it('in a zone whose day begins at one', () => {
    zone('America/Santiago');
    // 2026-09-06: 00:00 is 01:00.
    const night = quiet({ from: '23:00', to: '00:30' });
    const jump = at('2026-09-06 01:00');
    expect(quietUntil(night, jump - 60_000)).toBe(jump);
    expect(quietUntil(night, jump)).toBeNull();
  });
  it('and when somebody travels, the clock of where they are counts', () => {
    const now = at('2026-11-26 22:30');
    expect(quietUntil(quiet({}), now)).not.toBeNull();
    zone('America/New_York');
    expect(quietUntil(quiet({}), now)).toBeNull();
  });
});
