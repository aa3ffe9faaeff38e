/** Where the tiles of an album stand (more.md 2): a square, its rows by how many there are. Pure. */
import type { Box } from './picture-box.ts';

/** Px of the square; in a narrow window. */
export const ALBUM_SIDE = 320;
export const ALBUM_SIDE_NARROW = 240;
const GAP = 2;

export interface TileBox extends Box {
  left: number;
  top: number;
}

/** Tiles a row, and how high the rows are, by how many there are. */
const ROWS: Readonly<Record<number, readonly (readonly [count: number, share: number])[]>> = {
  2: [[2, 1]],
  4: [
    [2, 0.5],
    [2, 0.5],
  ],
  5: [
    [2, 0.57],
    [3, 0.43],
  ],
  6: [
    [3, 0.5],
    [3, 0.5],
  ],
  7: [
    [1, 0.38],
    [3, 0.31],
    [3, 0.31],
  ],
  8: [
    [2, 0.38],
    [3, 0.31],
    [3, 0.31],
  ],
  9: [
    [3, 1 / 3],
    [3, 1 / 3],
    [3, 1 / 3],
  ],
};
/** Of three, the first stands beside the two others. */
const TALL_SHARE = 0.61;

/** Cuts `length` into parts with gaps between them; whole pixels that add up. */
function cut(length: number, shares: readonly number[]): { at: number; size: number }[] {
  const room = length - GAP * (shares.length - 1);
  const all = shares.reduce((sum, share) => sum + share, 0);
  let before = 0;
  return shares.map((share, index) => {
    const from = Math.round((before / all) * room);
    before += share;
    return { at: from + GAP * index, size: Math.round((before / all) * room) - from };
  });
}

/** For 2 to 9; of more the first nine. */
export function albumBoxes(count: number, side: number): TileBox[] {
  if (count === 3) {
    const [tall, narrow] = cut(side, [TALL_SHARE, 1 - TALL_SHARE]);
    if (!tall || !narrow) return [];
    return [
      { left: 0, top: 0, width: tall.size, height: side },
      ...cut(side, [1, 1]).map(({ at, size }) => ({
        left: narrow.at,
        top: at,
        width: narrow.size,
        height: size,
      })),
    ];
  }
  const rows = ROWS[Math.min(9, count)] ?? [];
  const heights = cut(
    side,
    rows.map(([, share]) => share),
  );
  return rows.flatMap(([inRow], index) =>
    cut(
      side,
      Array.from({ length: inRow }, () => 1),
    ).map(({ at, size }) => ({
      left: at,
      top: heights[index]?.at ?? 0,
      width: size,
      height: heights[index]?.size ?? 0,
    })),
  );
}
