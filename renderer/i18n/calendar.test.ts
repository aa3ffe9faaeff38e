import { afterEach, expect, it } from 'vitest';
import { calendarOf } from './calendar.ts';

const { env } = (globalThis as unknown as { process: { env: Record<string, string | undefined> } }).process;
const zone = env['TZ'];
afterEach(() => {
  if (zone === undefined) delete env['TZ'];
  else env['TZ'] = zone;
});

const inZone = (timeZone: string, at: string): string => {
  env['TZ'] = timeZone;
  return calendarOf(new Date(at));
};

it('changes with the day, and with a zone whose times differ', () => {
  const noon = '2026-11-26T12:00:00Z';
  const known = inZone('Asia/Shanghai', noon);
  expect(inZone('Asia/Shanghai', '2026-11-26T15:59:59Z')).toBe(known);
  expect(inZone('Asia/Shanghai', '2026-11-26T16:00:00Z')).not.toBe(known);
  expect(inZone('Asia/Tokyo', noon)).not.toBe(known);
  // The same offset today, another one in summer.
  expect(inZone('America/New_York', noon)).not.toBe(inZone('America/Bogota', noon));
  // Summer time begins in the middle of a day.
  expect(inZone('Europe/Berlin', '2026-03-29T00:30:00Z')).not.toBe(
    inZone('Europe/Berlin', '2026-03-29T01:30:00Z'),
  );
});
