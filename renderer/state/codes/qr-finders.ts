/** Looks in a picture of dark and light pixels for the three large squares that a QR code has in its corners. Pure. */

export interface Bitmap {
  width: number;
  height: number;
  /** Row by row; 1 = dark. */
  dark: Uint8Array;
}

export interface Finder {
  /** Its centre, px. */
  x: number;
  y: number;
  /** Px of one square of the code. */
  square: number;
}

/** Dark, light, dark, light, dark. */
const RATIO = [1, 1, 3, 1, 1] as const;
const SQUARES = 7;
/** Of a square, by which each part may differ. */
const TOLERANCE = 0.6;
/** Larger pictures have texture that looks like one; the right ones are seen in most rows. */
const MOST = 24;
/** What has so many is no picture of a code, but noise. */
const MOST_SEEN = 400;

/** Rows between two places where the work may rest. */
const ROWS = 4;

/** Those seen in most rows first. */
export function* findFinders(bitmap: Bitmap): Generator<void, Finder[]> {
  const found: (Finder & { rows: number })[] = [];
  const { width, height, dark } = bitmap;
  for (let y = 0; y < height; y += 1) {
    if (y % ROWS === 0) yield;
    const runs: number[] = [];
    let run = 0;
    let colour = 0;
    for (let x = 0; x <= width; x += 1) {
      const next = x < width ? dark[y * width + x] : 1 - colour;
      if (next === colour) {
        run += 1;
        continue;
      }
      runs.push(run);
      if (runs.length > RATIO.length) runs.shift();
      // A dark run has ended.
      if (colour === 1 && runs.length === RATIO.length) look(runs, x, y);
      run = 1;
      colour = next ?? 0;
    }
  }
  return found.toSorted((a, b) => b.rows - a.rows).slice(0, MOST);

  function look(five: readonly number[], end: number, y: number): void {
    if (!isFinder(five)) return;
    const x = end - (five[4] ?? 0) - (five[3] ?? 0) - (five[2] ?? 0) / 2;
    const most = 2 * five.reduce((sum, part) => sum + part, 0);
    const upright = across(bitmap, Math.floor(x), y, 0, 1, most);
    if (!upright) return;
    const flat = across(bitmap, Math.floor(x), Math.floor(upright.at), 1, 0, most);
    if (!flat) return;
    const each: Finder = {
      x: flat.at,
      y: upright.at,
      square: (flat.length + upright.length) / 2 / SQUARES,
    };
    const same = found.find(
      (other) =>
        Math.abs(other.x - each.x) < other.square * 2 && Math.abs(other.y - each.y) < other.square * 2,
    );
    if (!same) {
      if (found.length < MOST_SEEN) found.push({ ...each, rows: 1 });
      return;
    }
    const weight = 1 / (same.rows + 1);
    same.x += (each.x - same.x) * weight;
    same.y += (each.y - same.y) * weight;
    same.square += (each.square - same.square) * weight;
    same.rows += 1;
  }
}

function isFinder(five: readonly number[]): boolean {
  const square = five.reduce((sum, each) => sum + each, 0) / SQUARES;
  return (
    square >= 1 &&
    RATIO.every(
      (part, at) => Math.abs((five[at] ?? 0) - part * square) <= TOLERANCE * square * Math.sqrt(part),
    )
  );
}

/** The same five parts through a pixel of the middle one, along one axis; none is over `most` px long. */
function across(
  { width, height, dark }: Bitmap,
  x: number,
  y: number,
  dx: 0 | 1,
  dy: 0 | 1,
  most: number,
): { at: number; length: number } | null {
  const isDark = (step: number): boolean | null => {
    const [px, py] = [x + dx * step, y + dy * step];
    return px < 0 || py < 0 || px >= width || py >= height ? null : dark[py * width + px] === 1;
  };
  if (isDark(0) !== true) return null;
  const arm = (way: 1 | -1): number[] => {
    const parts: number[] = [];
    let step = way === 1 ? 0 : -1;
    for (const colour of [true, false, true]) {
      let length = 0;
      while (length < most && isDark(step) === colour) {
        length += 1;
        step += way;
      }
      parts.push(length);
    }
    return parts;
  };
  const [before, after] = [arm(-1), arm(1)];
  const middle = (before[0] ?? 0) + (after[0] ?? 0);
  const five = [before[2] ?? 0, before[1] ?? 0, middle, after[1] ?? 0, after[2] ?? 0];
  if (!isFinder(five)) return null;
  const from = (dx === 1 ? x : y) - (before[0] ?? 0);
  return { at: from + middle / 2, length: five.reduce((sum, each) => sum + each, 0) };
}
