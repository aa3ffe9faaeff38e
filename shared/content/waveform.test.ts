import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { asBars, barsOf, FULL_BAR, inBars, MOST_BARS, waveformOf } from './waveform.ts';

const base64 = (...bytes: number[]): string => btoa(String.fromCharCode(...bytes));

test('bars are shares of the loudest byte, whatever scale a client has', () => {
  expect(barsOf(base64(0, 50, 100))).toEqual([0, 50, 100]);
  expect(barsOf(base64(0, 15, 31))).toEqual([0, 48, 100]);
  expect(barsOf(base64(255))).toEqual([100]);
});

test('what is no waveform, or silence, has no bars', () => {
  for (const odd of [undefined, null, 7, {}, [], '', '***', base64(0, 0), 'A'.repeat(10_000)])
    expect(barsOf(odd)).toEqual([]);
});

test('many levels become as many bars as are drawn, the loudest of each part', () => {
  const levels = Array.from({ length: 600 }, (_, at) => (at === 305 ? 200 : 10));
  const bars = asBars(levels);
  expect(bars).toHaveLength(MOST_BARS);
  expect(bars.indexOf(FULL_BAR)).toBe(30);
  expect(inBars([1, 2], 4)).toEqual([1, 1, 2, 2]);
});

test('bars survive the payload', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: MOST_BARS }), (levels) => {
      const bars = asBars(levels);
      expect(barsOf(waveformOf(bars))).toEqual(bars);
    }),
  );
});
