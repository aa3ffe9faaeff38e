/**
 * The mosaic: squares of one colour each, in the bytes that are sent. Pure.
 *
 * A colour is the mean of what it covers, rounded to 16 steps of each channel. The mean alone would tell a program that
 * knows the font what was written: it tries words until the means are the same. Of blocks that are as large as letters
 * the steps leave too little for that. Blocks have places of their own on the picture, whatever was marked: two
 * rectangles over the same words tell no more than one.
 */
import type { MarkWidth, Rect } from '../../state/image-editor/marks.ts';
import type { Size } from './geometry.ts';

/** Px of the smallest block there is. */
const LEAST_BLOCK = 16;
/** How many blocks a square picture has beside each other. */
const BLOCKS_ACROSS = 32;
const LARGER: Record<MarkWidth, number> = { thin: 1, medium: 1.5, thick: 2 };
/** 255 is a multiple of it: white stays white. */
const STEP = 17;

/** Px. By the area: a long screenshot has letters as large as a short one's. */
export const blockSize = ({ width, height }: Size, of: MarkWidth): number =>
  Math.round(Math.max(LEAST_BLOCK, Math.sqrt(width * height) / BLOCKS_ACROSS) * LARGER[of]);

/** Where blocks end along a side of `length` px, from 0; what is left over is part of the last one. */
export function gridLines(length: number, block: number): number[] {
  const count = Math.max(1, Math.floor(length / block));
  return Array.from({ length: count + 1 }, (_, at) => (at === count ? length : at * block));
}

/** The lines of whole blocks that a stretch touches; always at least one block. */
function linesOf(from: number, to: number, lines: readonly number[]): number[] {
  const after = lines.findIndex((line) => line > from);
  const first = after < 0 ? lines.length - 2 : Math.max(0, after - 1);
  const end = lines.findIndex((line, index) => index > first && line >= to);
  return lines.slice(first, (end < 0 ? lines.length - 1 : end) + 1);
}

export interface Blocks {
  xs: readonly number[];
  ys: readonly number[];
}

/** All blocks that a marked rectangle touches: more is covered than was marked, never less. */
export function blocksUnder(rect: Rect, size: Size, of: MarkWidth): Blocks {
  const block = blockSize(size, of);
  return {
    xs: linesOf(rect.x, rect.x + rect.width, gridLines(size.width, block)),
    ys: linesOf(rect.y, rect.y + rect.height, gridLines(size.height, block)),
  };
}

/** The blocks within `rect`: at its edges they are cut. Lines are in px of the picture still. */
export function cutBlocks({ xs, ys }: Blocks, rect: Rect): Blocks | null {
  const cutX = cut(xs, rect.x, rect.x + rect.width);
  const cutY = cut(ys, rect.y, rect.y + rect.height);
  return cutX && cutY && { xs: cutX, ys: cutY };
}

function cut(lines: readonly number[], from: number, to: number): number[] | null {
  const first = lines[0] ?? 0;
  const last = lines.at(-1) ?? 0;
  const [start, end] = [Math.max(first, from), Math.min(last, to)];
  if (start >= end) return null;
  return [start, ...lines.filter((line) => line > start && line < end), end];
}

/** Px that a picture which is made smaller takes from beyond its edges: a little of what was covered could be there. */
const BLEED = 3;

/**
 * Blocks of a picture of which `part` is kept, as they lie on that part made as large as `sent`. Made smaller, px right
 * beside a block have a little of it: there more is covered.
 */
export function scaledBlocks({ xs, ys }: Blocks, part: Rect, sent: Size): Blocks {
  const beyond = sent.width < part.width ? BLEED : 0;
  const along = (lines: readonly number[], from: number, length: number, now: number): number[] => {
    const scaled = lines.map((line) => Math.round(((line - from) * now) / length));
    const [first = 0, last = 0] = [scaled[0], scaled.at(-1)];
    // What is cut off a block may be less than a px.
    const between = new Set(scaled.filter((line) => line > first && line < last));
    return [Math.max(0, first - beyond), ...between, Math.min(now, last + beyond)];
  };
  return { xs: along(xs, part.x, part.width, sent.width), ys: along(ys, part.y, part.height, sent.height) };
}

/**
 * Makes every block of `data` (RGBA, `width` px a row) one colour. Lines are px of the data, the first ones 0. Work
 * grows with the px it covers.
 */
export function averageBlocks(data: Uint8ClampedArray<ArrayBuffer>, width: number, { xs, ys }: Blocks): void {
  for (let row = 1; row < ys.length; row += 1)
    for (let column = 1; column < xs.length; column += 1)
      averageBlock(data, width, xs[column - 1] ?? 0, xs[column] ?? 0, ys[row - 1] ?? 0, ys[row] ?? 0);
}

const stepped = (value: number): number => Math.round(value / STEP) * STEP;

function averageBlock(
  data: Uint8ClampedArray<ArrayBuffer>,
  width: number,
  left: number,
  right: number,
  top: number,
  bottom: number,
): void {
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (let y = top; y < bottom; y += 1) {
    for (let at = (y * width + left) * 4; at < (y * width + right) * 4; at += 4) {
      // What cannot be seen has no say in the colour.
      const weight = data[at + 3] ?? 0;
      red += (data[at] ?? 0) * weight;
      green += (data[at + 1] ?? 0) * weight;
      blue += (data[at + 2] ?? 0) * weight;
      alpha += weight;
    }
  }
  const count = (right - left) * (bottom - top);
  const colour = new Uint8ClampedArray(4);
  if (alpha > 0)
    colour.set([stepped(red / alpha), stepped(green / alpha), stepped(blue / alpha), stepped(alpha / count)]);
  const one = new Uint32Array(colour.buffer)[0] ?? 0;
  const pixels = new Uint32Array(data.buffer, data.byteOffset, data.length / 4);
  for (let y = top; y < bottom; y += 1) pixels.fill(one, y * width + left, y * width + right);
}
