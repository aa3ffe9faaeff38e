import { describe, expect, it } from 'vitest';
import { MOST_FACES, mosaicTiles } from './mosaic.ts';

const WIDTH = 512;
const rowsOf = (count: number): number[] => {
  const byRow = new Map<number, number>();
  for (const { y } of mosaicTiles(count, WIDTH)) byRow.set(y, (byRow.get(y) ?? 0) + 1);
  return [...byRow.values()];
};

describe('the tiles of a mosaic', () => {
  it('stand in rows of at most three, the first one the short one', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9].map(rowsOf)).toEqual([
      [1],
      [2],
      [1, 2],
      [2, 2],
      [2, 3],
      [3, 3],
      [1, 3, 3],
      [2, 3, 3],
      [3, 3, 3],
    ]);
    expect(mosaicTiles(0, WIDTH)).toEqual([]);
    expect(mosaicTiles(500, WIDTH)).toHaveLength(MOST_FACES);
  });
  it('stay inside, and none covers another', () => {
    for (let count = 1; count <= MOST_FACES; count += 1) {
      const tiles = mosaicTiles(count, WIDTH);
      for (const [at, { x, y, side }] of tiles.entries()) {
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(Math.max(x, y) + side).toBeLessThanOrEqual(WIDTH);
        for (const other of tiles.slice(at + 1))
          expect(Math.abs(other.x - x) >= side || Math.abs(other.y - y) >= side).toBe(true);
      }
    }
  });
});
