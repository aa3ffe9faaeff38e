import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { HeldRanges } from './held-ranges.ts';

it('knows what is here, whatever order it came in', () => {
  const SIZE = 40;
  const piece = fc.tuple(fc.nat(SIZE - 1), fc.integer({ min: 0, max: 12 }));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(SIZE - 1), (pieces, at) => {
      const held = new HeldRanges();
      const here = new Set<number>();
      for (const [from, length] of pieces) {
        held.add(from, Math.min(SIZE, from + length));
        for (let byte = from; byte < Math.min(SIZE, from + length); byte += 1) here.add(byte);
      }
      const missingFrom = (start: number): number | undefined =>
        Array.from({ length: SIZE }, (_each, byte) => byte).find((byte) => byte >= start && !here.has(byte));
      expect(held.total).toBe(here.size);
      expect(held.endOf(at)).toBe(missingFrom(at) ?? SIZE);
      expect(held.missing(at, SIZE)).toBe(missingFrom(at) ?? missingFrom(0) ?? null);
    }),
  );
});

it('goes on at its end where nobody has said how long it is', () => {
  const held = new HeldRanges();
  held.add(0, 10);
  expect(held.missing(0, null)).toBe(10);
  held.clear();
  expect([held.missing(0, null), held.total]).toEqual([0, 0]);
});
