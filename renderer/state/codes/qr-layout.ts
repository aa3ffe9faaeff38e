/** How a QR code of a version is laid out: where its squares are, how its codewords are split (ISO/IEC 18004). Pure. */

/** Squares a side of version 1, and how many each further version has more. */
const FIRST_SIDE = 21;
const MORE_A_VERSION = 4;
export const MOST_VERSION = 40;

/** By how much of a code may be damaged, least first. */
export type Level = 'L' | 'M' | 'Q' | 'H';

/** Codewords of correction in each block, versions 1 to 40. */
const CORRECTION: Readonly<Record<Level, readonly number[]>> = {
  L: [
    7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30,
    30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
  ],
  M: [
    10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28,
    28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  ],
  Q: [
    13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30, 28,
    30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
  ],
  H: [
    17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30, 30,
    30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
  ],
};
/** Blocks, versions 1 to 40. */
const BLOCKS: Readonly<Record<Level, readonly number[]>> = {
  L: [
    1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17,
    18, 19, 19, 20, 21, 22, 24, 25,
  ],
  M: [
    1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29,
    31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
  ],
  Q: [
    1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38,
    40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68,
  ],
  H: [
    1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45,
    48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
  ],
};

/** Of a code with so many squares a side; null = there is none. */
export function versionOf(size: number): number | null {
  const version = (size - FIRST_SIDE) / MORE_A_VERSION + 1;
  return Number.isInteger(version) && version >= 1 && version <= MOST_VERSION ? version : null;
}

export const sideOf = (version: number): number => FIRST_SIDE + (version - 1) * MORE_A_VERSION;

/** Centres of the small squares that help cameras, on both axes. */
export function alignmentCentres(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = version === 32 ? 26 : Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  const rest = Array.from({ length: count - 1 }, (_, at) => sideOf(version) - 7 - at * step);
  return [6, ...rest.toReversed()];
}

/** By version: pictures that hold no code are tried as several versions, over and over. */
const grids = new Map<number, Uint8Array>();

/** A square that says where the code is and how it is made, and holds nothing of its text. */
export function functionSquares(version: number): (x: number, y: number) => boolean {
  const size = sideOf(version);
  let grid = grids.get(version);
  if (!grid) {
    const isFunction = functionSquaresOf(version);
    grid = new Uint8Array(size * size).map((_, at) => Number(isFunction(at % size, Math.floor(at / size))));
    grids.set(version, grid);
  }
  const known = grid;
  return (x, y) => known[y * size + x] === 1;
}

function functionSquaresOf(version: number): (x: number, y: number) => boolean {
  const size = sideOf(version);
  const centres = alignmentCentres(version);
  const last = size - 7;
  return (x, y) => {
    const inCorner = (x < 9 && y < 9) || (x >= size - 8 && y < 9) || (x < 9 && y >= size - 8);
    if (inCorner || x === 6 || y === 6) return true;
    if (version >= 7 && ((x >= size - 11 && y < 6) || (x < 6 && y >= size - 11))) return true;
    return centres.some((cx) =>
      centres.some((cy) => {
        const isFinder = (cx === 6 && (cy === 6 || cy === last)) || (cx === last && cy === 6);
        return !isFinder && Math.abs(x - cx) <= 2 && Math.abs(y - cy) <= 2;
      }),
    );
  };
}

/** Codewords of text in each block, shorter blocks first, and those of correction that each has. */
export function blocksOf(version: number, level: Level): { texts: number[]; correction: number } {
  const count = BLOCKS[level][version - 1] ?? 1;
  const correction = CORRECTION[level][version - 1] ?? 0;
  const all = codewordsOf(version);
  const short = Math.floor(all / count) - correction;
  const shorter = count - (all % count);
  return { texts: Array.from({ length: count }, (_, at) => (at < shorter ? short : short + 1)), correction };
}

function codewordsOf(version: number): number {
  const side = sideOf(version);
  const isFunction = functionSquares(version);
  let squares = 0;
  for (let y = 0; y < side; y += 1) for (let x = 0; x < side; x += 1) if (!isFunction(x, y)) squares += 1;
  return Math.floor(squares / 8);
}
