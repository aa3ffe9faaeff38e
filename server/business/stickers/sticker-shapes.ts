/**
 * Stickers as shapes on a square of 512, and the two forms in which they are served: a drawing that moves (Lottie,
 * packed as `.lim`) and a picture (PNG).
 */
import { gzipSync } from 'node:zlib';
import { pngOf } from './png.ts';

export const SIDE = 512;
const FRAMES = 60;
const FRAMES_A_SECOND = 30;

type Point = readonly [x: number, y: number];
type Colour = `#${string}`;

export type Shape =
  | { kind: 'ellipse'; at: Point; radii: Point; colour: Colour }
  | { kind: 'line'; points: readonly Point[]; width: number; colour: Colour }
  | { kind: 'area'; points: readonly Point[]; colour: Colour };

/** How a layer moves in the two seconds of a run, there and back. */
export type Motion =
  | { kind: 'turn'; degrees: number; about: Point }
  | { kind: 'shift'; by: Point }
  | { kind: 'grow'; percent: number; about: Point };

/** What is painted first lies lowest. */
export interface Layer {
  shapes: readonly Shape[];
  motion?: Motion;
}

export const ellipse = (x: number, y: number, rx: number, ry: number, colour: Colour): Shape => ({
  kind: 'ellipse',
  at: [x, y],
  radii: [rx, ry],
  colour,
});
export const line = (points: readonly Point[], width: number, colour: Colour): Shape => ({
  kind: 'line',
  points,
  width,
  colour,
});
export const area = (points: readonly Point[], colour: Colour): Shape => ({ kind: 'area', points, colour });

/** Points of a curve from `a` to `b` that is drawn towards `over`. */
export function curve(a: Point, over: Point, b: Point, steps = 14): Point[] {
  return Array.from({ length: steps + 1 }, (_, at) => {
    const t = at / steps;
    const [p, q, r] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
    return [round(p * a[0] + q * over[0] + r * b[0]), round(p * a[1] + q * over[1] + r * b[1])] as const;
  });
}

const round = (value: number): number => Math.round(value * 10) / 10;
const channels = (colour: Colour): [number, number, number] => {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
};

// ---- a drawing ------------------------------------------------------------------------------------------------------

const still = (k: unknown) => ({ a: 0, k });
const EASE = { i: { x: [0.6], y: [1] }, o: { x: [0.4], y: [0] } };
const thereAndBack = (from: readonly number[], to: readonly number[]) => ({
  a: 1,
  k: [
    { t: 0, s: from, ...EASE },
    { t: FRAMES / 2, s: to, ...EASE },
    { t: FRAMES, s: from },
  ],
});

function transformOf(motion: Motion | undefined) {
  const about: Point = motion && motion.kind !== 'shift' ? motion.about : [0, 0];
  const place = [...about, 0];
  return {
    o: still(100),
    r: motion?.kind === 'turn' ? thereAndBack([-motion.degrees], [motion.degrees]) : still(0),
    p: motion?.kind === 'shift' ? thereAndBack([0, 0, 0], [...motion.by, 0]) : still(place),
    a: still(place),
    s:
      motion?.kind === 'grow'
        ? thereAndBack([100, 100, 100], [motion.percent, motion.percent, 100])
        : still([100, 100, 100]),
  };
}

function painted(shape: Shape) {
  const c = still([...channels(shape.colour).map((value) => round((value / 255) * 1_000) / 1_000), 1]);
  const paint =
    shape.kind === 'line'
      ? { ty: 'st', c, o: still(100), w: still(shape.width), lc: 2, lj: 2 }
      : { ty: 'fl', c, o: still(100), r: 1 };
  const whole = {
    ty: 'tr',
    p: still([0, 0]),
    a: still([0, 0]),
    s: still([100, 100]),
    r: still(0),
    o: still(100),
  };
  return { ty: 'gr', it: [formOf(shape), paint, whole] };
}

function formOf(shape: Shape) {
  if (shape.kind === 'ellipse')
    return { ty: 'el', d: 1, p: still(shape.at), s: still(shape.radii.map((radius) => radius * 2)) };
  const none = shape.points.map(() => [0, 0]);
  return {
    ty: 'sh',
    d: 1,
    ks: still({ c: shape.kind === 'area', v: shape.points, i: none, o: none }),
  };
}

/** As phones play it. */
export function drawingOf(layers: readonly Layer[]): Buffer {
  const drawn = layers.map(({ shapes, motion }, at) => ({
    ty: 4,
    ind: layers.length - at,
    ip: 0,
    op: FRAMES,
    st: 0,
    ks: transformOf(motion),
    // (What comes first lies on top.)
    shapes: shapes.map(painted).toReversed(),
  }));
  const drawing = {
    v: '5.5.2',
    fr: FRAMES_A_SECOND,
    ip: 0,
    op: FRAMES,
    w: SIDE,
    h: SIDE,
    assets: [],
    layers: drawn.toReversed(),
  };
  return gzipSync(JSON.stringify(drawing), { level: 9 });
}

// ---- a picture ------------------------------------------------------------------------------------------------------

/** Samples of a pixel along a side. */
const FINE = 2;

interface Paint {
  colour: [number, number, number];
  /** left, top, right, bottom. */
  box: readonly [number, number, number, number];
  holds: (x: number, y: number) => boolean;
}

/** Of `side` px; where nothing is painted one sees through it. */
export function pictureOf(layers: readonly Layer[], side: number): Buffer {
  const paints = layers.flatMap(({ shapes }) => shapes.map(paintOf)).toReversed();
  const step = SIDE / (side * FINE);
  const rows = Array.from({ length: side }, (_, y) => {
    const row = Buffer.alloc(1 + side * 4);
    for (let x = 0; x < side; x += 1) {
      const sum = [0, 0, 0];
      let hits = 0;
      for (let sample = 0; sample < FINE * FINE; sample += 1) {
        const px = (x * FINE + (sample % FINE) + 0.5) * step;
        const py = (y * FINE + Math.floor(sample / FINE) + 0.5) * step;
        const top = paints.find(
          ({ box, holds }) => px >= box[0] && py >= box[1] && px <= box[2] && py <= box[3] && holds(px, py),
        );
        if (!top) continue;
        hits += 1;
        for (const [at, value] of top.colour.entries()) sum[at] = (sum[at] ?? 0) + value;
      }
      if (hits === 0) continue;
      row.set(
        [...sum.map((value) => Math.round(value / hits)), Math.round((hits * 255) / FINE ** 2)],
        1 + x * 4,
      );
    }
    return row;
  });
  return pngOf(side, side, rows, 'rgba');
}

function paintOf(shape: Shape): Paint {
  const colour = channels(shape.colour);
  if (shape.kind === 'ellipse') {
    const [[x, y], [rx, ry]] = [shape.at, shape.radii];
    return {
      colour,
      box: [x - rx, y - ry, x + rx, y + ry],
      holds: (px, py) => ((px - x) / rx) ** 2 + ((py - y) / ry) ** 2 <= 1,
    };
  }
  const { points } = shape;
  const margin = shape.kind === 'line' ? shape.width / 2 : 0;
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return {
    colour,
    box: [
      Math.min(...xs) - margin,
      Math.min(...ys) - margin,
      Math.max(...xs) + margin,
      Math.max(...ys) + margin,
    ],
    holds: shape.kind === 'line' ? (x, y) => isNear(points, x, y, margin) : (x, y) => isInside(points, x, y),
  };
}

function isNear(points: readonly Point[], x: number, y: number, distance: number): boolean {
  return points.some((to, at) => {
    const from = points[Math.max(0, at - 1)] ?? to;
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const along = dx === 0 && dy === 0 ? 0 : ((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy);
    const t = Math.min(1, Math.max(0, along));
    return (x - from[0] - t * dx) ** 2 + (y - from[1] - t * dy) ** 2 <= distance * distance;
  });
}

function isInside(points: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  for (const [at, [ax, ay]] of points.entries()) {
    const [bx, by] = points[(at + 1) % points.length] ?? [ax, ay];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** The outlines of ellipses as the path of an SVG: what is shown until a drawing plays. */
export function outlineOf(shapes: readonly Shape[]): string {
  return shapes
    .flatMap((shape) => {
      if (shape.kind !== 'ellipse') return [];
      const [[x, y], [rx, ry]] = [shape.at, shape.radii];
      return [`M${x - rx} ${y}a${rx} ${ry} 0 1 0 ${rx * 2} 0a${rx} ${ry} 0 1 0 ${-rx * 2} 0z`];
    })
    .join('');
}
