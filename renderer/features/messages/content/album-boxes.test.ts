import { describe, expect, it } from 'vitest';
import { ALBUM_SIDE, ALBUM_SIDE_NARROW, albumBoxes } from './album-boxes.ts';

describe.each([ALBUM_SIDE, ALBUM_SIDE_NARROW])('a square of %i', (side) => {
  it.each([
    [2, [2]],
    [4, [2, 2]],
    [5, [2, 3]],
    [6, [3, 3]],
    [7, [1, 3, 3]],
    [8, [2, 3, 3]],
    [9, [3, 3, 3]],
  ])('%i images stand in rows of %j', (count, rows) => {
    const boxes = albumBoxes(count, side);
    const tops = [...new Set(boxes.map(({ top }) => top))];
    expect(tops.map((top) => boxes.filter((box) => box.top === top).length)).toEqual(rows);
  });

  it.each([2, 3, 4, 5, 6, 7, 8, 9])('%i images fill it with gaps of 2, none over another', (count) => {
    const boxes = albumBoxes(count, side);
    expect(boxes).toHaveLength(count);
    expect(Math.max(...boxes.map(({ left, width }) => left + width))).toBe(side);
    expect(Math.max(...boxes.map(({ top, height }) => top + height))).toBe(side);
    for (const [at, a] of boxes.entries()) {
      for (const b of boxes.slice(at + 1)) {
        const apart = Math.max(
          b.left - (a.left + a.width),
          a.left - (b.left + b.width),
          b.top - (a.top + a.height),
          a.top - (b.top + b.height),
        );
        expect(apart).toBeGreaterThanOrEqual(2);
      }
      expect(Math.min(a.width, a.height)).toBeGreaterThan(70);
    }
  });

  it('of three the first is as tall as the two others', () => {
    const [tall, upper, lower] = albumBoxes(3, side);
    expect(tall?.height).toBe(side);
    expect(upper?.left).toBe(lower?.left);
    expect((upper?.height ?? 0) + (lower?.height ?? 0) + 2).toBe(side);
  });
});
