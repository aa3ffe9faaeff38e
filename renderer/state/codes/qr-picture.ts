/** Reads the QR code in a picture: a screenshot, a saved one, a photo that is not too slanted. Pure. */
import { type Bitmap, type Finder, findFinders } from './qr-finders.ts';
import { alignmentCentres, MOST_VERSION, sideOf } from './qr-layout.ts';
import { qrWords, type Squares } from './qr-words.ts';

export interface Pixels {
  width: number;
  height: number;
  /** RGBA. */
  data: Uint8ClampedArray;
}

interface Point {
  x: number;
  y: number;
}
type Corners = [topLeft: Finder, topRight: Finder, bottomLeft: Finder];

/** Sets of three corners that are tried, likeliest first. */
const MOST_TRIES = 8;
/** Squares around where the small helping square should be. */
const HELPER_REACH = 4;

/** Rows, or sets of corners, between two places where the work may rest. */
const ROWS = 16;

/** What it says; null = there is none that can be read. */
export function readPicture(pixels: Pixels): string | null {
  const work = lookInPicture(pixels);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** The same in small steps: a large picture takes longer than a page may stand still. */
export function* lookInPicture(pixels: Pixels): Generator<void, string | null> {
  const { width, height } = pixels;
  const light = yield* lightness(pixels);
  const ways = [() => globally(light, width), () => locally(light, pixels), () => globally(light, width, 1)];
  for (const way of ways) {
    const bitmap = { width, height, dark: yield* way() };
    const finders = yield* findFinders(bitmap);
    for (const corners of cornersOf(finders).slice(0, MOST_TRIES)) {
      const words = yield* readAt(bitmap, corners);
      if (words !== null) return words;
    }
  }
  return null;
}

/** `count` values, `width` of them a row. */
function* filled(count: number, width: number, value: (at: number) => number): Generator<void, Uint8Array> {
  const values = new Uint8Array(count);
  const step = Math.max(1, width * ROWS);
  for (let from = 0; from < count; from += step) {
    const end = Math.min(count, from + step);
    for (let at = from; at < end; at += 1) values[at] = value(at);
    yield;
  }
  return values;
}

/** On white, where it lets through what is behind it. */
function* lightness({ width, height, data }: Pixels): Generator<void, Uint8Array> {
  const part = (at: number): number => data[at] ?? 0;
  return yield* filled(width * height, width, (at) => {
    const seen = part(at * 4) * 0.3 + part(at * 4 + 1) * 0.59 + part(at * 4 + 2) * 0.11;
    return 255 - ((255 - seen) * part(at * 4 + 3)) / 255;
  });
}

/** One limit for all of it: the one that parts dark from light best (Otsu). `inverted` 1: light is dark. */
function* globally(light: Uint8Array, width: number, inverted: 0 | 1 = 0): Generator<void, Uint8Array> {
  const counts = new Float64Array(256);
  for (const [at, each] of light.entries()) {
    counts[each] = (counts[each] ?? 0) + 1;
    if (at % (width * ROWS) === 0) yield;
  }
  const sum = counts.reduce((total, count, value) => total + count * value, 0);
  let [limit, best, below, belowSum] = [127, -1, 0, 0];
  for (const [value, count] of counts.entries()) {
    below += count;
    belowSum += count * value;
    const above = light.length - below;
    if (below === 0 || above === 0) continue;
    const apart = below * above * (belowSum / below - (sum - belowSum) / above) ** 2;
    if (apart > best) [best, limit] = [apart, value];
  }
  return yield* filled(light.length, width, (at) => Number((light[at] ?? 0) <= limit) ^ inverted);
}

/** A limit for each place, by what is around it: for light that falls unevenly. */
function* locally(light: Uint8Array, { width, height }: Pixels): Generator<void, Uint8Array> {
  const reach = Math.max(8, Math.round(Math.min(width, height) / 12));
  const sums = new Float64Array((width + 1) * (height + 1));
  const at = (x: number, y: number): number => sums[y * (width + 1) + x] ?? 0;
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += light[y * width + x] ?? 0;
      sums[(y + 1) * (width + 1) + x + 1] = at(x + 1, y) + row;
    }
    if (y % ROWS === 0) yield;
  }
  return yield* filled(light.length, width, (index) => {
    const x = index % width;
    const y = (index - x) / width;
    const [x0, x1] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
    const [y0, y1] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)];
    const mean = (at(x1, y1) - at(x0, y1) - at(x1, y0) + at(x0, y0)) / ((x1 - x0) * (y1 - y0));
    return Number((light[index] ?? 0) < mean * 0.9);
  });
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** Threes that stand at a right angle, as far from each other, of one size; the best first. */
function cornersOf(finders: readonly Finder[]): Corners[] {
  const found: { corners: Corners; off: number }[] = [];
  for (const [i, a] of finders.entries())
    for (const [j, b] of finders.slice(i + 1).entries())
      for (const c of finders.slice(i + j + 2))
        for (const [corner, one, other] of [
          [a, b, c],
          [b, a, c],
          [c, a, b],
        ] as const) {
          const [left, right] = [distance(corner, one), distance(corner, other)];
          const sizes = [corner, one, other].map(({ square }) => square);
          const off =
            Math.abs(left - right) / Math.max(left, right) +
            Math.abs(distance(one, other) / Math.hypot(left, right) - 1) +
            (Math.max(...sizes) / Math.min(...sizes) - 1) / 2;
          if (off > 0.6) continue;
          const turn = (one.x - corner.x) * (other.y - corner.y) - (one.y - corner.y) * (other.x - corner.x);
          found.push({ corners: turn > 0 ? [corner, one, other] : [corner, other, one], off });
        }
  return found.toSorted((a, b) => a.off - b.off).map(({ corners }) => corners);
}

function* readAt(bitmap: Bitmap, corners: Corners): Generator<void, string | null> {
  const [topLeft, topRight, bottomLeft] = corners;
  const square = (topLeft.square + topRight.square + bottomLeft.square) / 3;
  const across = (distance(topLeft, topRight) + distance(topLeft, bottomLeft)) / 2 / square + 7;
  const guess = Math.round((across - 17) / 4);
  for (const version of [guess, guess + 1, guess - 1]) {
    if (version < 1 || version > MOST_VERSION) continue;
    for (const helped of [true, false]) {
      const words = qrWords(squaresOf(bitmap, corners, version, helped));
      if (words !== null) return words;
      yield;
    }
  }
  return null;
}

/** `helped`: by the small square near the fourth corner, where the picture is slanted. */
function squaresOf(
  bitmap: Bitmap,
  [topLeft, topRight, bottomLeft]: Corners,
  version: number,
  helped: boolean,
): Squares {
  const size = sideOf(version);
  const far = size - 3.5;
  const plain: Point = {
    x: topRight.x + bottomLeft.x - topLeft.x,
    y: topRight.y + bottomLeft.y - topLeft.y,
  };
  const flat = planeOf(
    [
      { x: 3.5, y: 3.5 },
      { x: far, y: 3.5 },
      { x: 3.5, y: far },
      { x: far, y: far },
    ],
    [topLeft, topRight, bottomLeft, plain],
  );
  const last = alignmentCentres(version).at(-1);
  const helper = helped && last !== undefined ? findHelper(bitmap, flat, last + 0.5) : null;
  const place =
    helper === null || last === undefined
      ? flat
      : planeOf(
          [
            { x: 3.5, y: 3.5 },
            { x: far, y: 3.5 },
            { x: 3.5, y: far },
            { x: last + 0.5, y: last + 0.5 },
          ],
          [topLeft, topRight, bottomLeft, helper],
        );
  const dark = new Uint8Array(size * size);
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) dark[y * size + x] = darkAt(bitmap, place(x + 0.5, y + 0.5));
  return { size, dark };
}

function darkAt({ width, height, dark }: Bitmap, { x, y }: Point): number {
  const [px, py] = [Math.floor(x), Math.floor(y)];
  return px < 0 || py < 0 || px >= width || py >= height ? 0 : (dark[py * width + px] ?? 0);
}

/** Where the small square (dark around light around dark) fits best; null = nowhere well. */
function findHelper(bitmap: Bitmap, place: (x: number, y: number) => Point, expected: number): Point | null {
  let best: Point | null = null;
  let most = 21;
  let nearest = Infinity;
  for (let dy = -HELPER_REACH; dy <= HELPER_REACH; dy += 0.25)
    for (let dx = -HELPER_REACH; dx <= HELPER_REACH; dx += 0.25) {
      let fits = 0;
      for (let y = -2; y <= 2; y += 1)
        for (let x = -2; x <= 2; x += 1) {
          const isDark = Math.max(Math.abs(x), Math.abs(y)) !== 1;
          if (darkAt(bitmap, place(expected + dx + x, expected + dy + y)) === Number(isDark)) fits += 1;
        }
      const off = Math.hypot(dx, dy);
      if (fits < most || (fits === most && off >= nearest)) continue;
      [most, nearest, best] = [fits, off, place(expected + dx, expected + dy)];
    }
  return best;
}

/** The map of one plane onto another by four of its points. */
function planeOf(from: readonly Point[], to: readonly Point[]): (x: number, y: number) => Point {
  const rows = from.flatMap(({ x, y }, at) => {
    const { x: u, y: v } = to[at] ?? { x: 0, y: 0 };
    return [
      [x, y, 1, 0, 0, 0, -x * u, -y * u, u],
      [0, 0, 0, x, y, 1, -x * v, -y * v, v],
    ];
  });
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = solved(rows);
  return (x, y) => {
    const depth = g * x + h * y + 1;
    return { x: (a * x + b * y + c) / depth, y: (d * x + e * y + f) / depth };
  };
}

/** Gauss and Jordan, of as many equations as there are unknowns. */
function solved(rows: readonly (readonly number[])[]): number[] {
  const left = rows.map((row) => [...row]);
  const count = left.length;
  for (let column = 0; column < count; column += 1) {
    const largest = left
      .slice(column)
      .reduce(
        (best, row, at) =>
          Math.abs(row[column] ?? 0) > Math.abs(left[best]?.[column] ?? 0) ? column + at : best,
        column,
      );
    const pivot = left[largest] ?? [];
    [left[column], left[largest]] = [pivot, left[column] ?? []];
    const by = pivot[column] ?? 0;
    if (by === 0) return [];
    for (let at = column; at <= count; at += 1) pivot[at] = (pivot[at] ?? 0) / by;
    for (const [index, row] of left.entries()) {
      const times = row[column] ?? 0;
      if (index === column || times === 0) continue;
      for (let at = column; at <= count; at += 1) row[at] = (row[at] ?? 0) - times * (pivot[at] ?? 0);
    }
  }
  return left.map((row) => row[count] ?? 0);
}
