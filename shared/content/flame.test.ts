import { describe, expect, it } from 'vitest';
import { flameOf, MAX_FLAME_SECONDS, strictestFlame } from './flame.ts';

const of = (flame: unknown, seconds?: unknown, type: unknown = 1): number | null =>
  flameOf({ type, content: 'words', flame, flame_second: seconds });

describe('burn after reading', () => {
  it('is on for whatever one of the clients reads as on', () => {
    for (const on of [1, true, '1', 'true', ' 1 ', 'YES', 2, -1, 0.5])
      expect([on, of(on, 10)]).toEqual([on, 10]);
    for (const off of [
      0,
      false,
      '0',
      '',
      ' ',
      'false',
      'x',
      null,
      undefined,
      {},
      [],
      [1],
      { on: 1 },
      Number.NaN,
    ])
      expect([off, of(off, 10)]).toEqual([off, null]);
    expect(flameOf('flame')).toBeNull();
    expect(flameOf(null)).toBeNull();
  });

  it('reads any number of seconds as an end that comes', () => {
    expect(of(1)).toBe(0);
    expect(of(1, -5)).toBe(0);
    expect(of(1, 'soon')).toBe(0);
    expect(of(1, {})).toBe(0);
    expect(of(1, [30])).toBe(0);
    expect(of(1, '30')).toBe(30);
    expect(of(1, 0.2)).toBe(1);
    expect(of(1, 9.5)).toBe(10);
    expect(of(1, 1e300)).toBe(MAX_FLAME_SECONDS);
    expect(of(1, '9'.repeat(1_000))).toBe(MAX_FLAME_SECONDS);
    expect(of(1, Number.POSITIVE_INFINITY)).toBe(MAX_FLAME_SECONDS);
  });

  it('means nothing on lines of the system and on commands', () => {
    for (const type of [99, 1000, 1006, 2000]) expect([type, of(1, 10, type)]).toEqual([type, null]);
    for (const type of [0, 2, 4, 8, 21, 98, 999, 2001, -3, '2000', null]) expect(of(1, 10, type)).toBe(10);
  });

  it('ends with the earlier of two', () => {
    expect(strictestFlame(null, null)).toBeNull();
    expect(strictestFlame(10, null)).toBe(10);
    expect(strictestFlame(null, 0)).toBe(0);
    expect(strictestFlame(30, 10)).toBe(10);
  });
});
