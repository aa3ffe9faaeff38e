/** Rectangles and distances, in px of the picture. Pure. */
import type { Mark, MarkShape, Point, Rect } from '../../state/image-editor/marks.ts';

export interface Size {
  width: number;
  height: number;
}

export const wholeOf = ({ width, height }: Size): Rect => ({ x: 0, y: 0, width, height });

const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), Math.max(low, high));

export const pointIn = ({ width, height }: Size, { x, y }: Point): Point => ({
  x: clamp(x, 0, width),
  y: clamp(y, 0, height),
});

/** Between two corners, whichever they are. */
export const rectBetween = (a: Point, b: Point): Rect => ({
  x: Math.min(a.x, b.x),
  y: Math.min(a.y, b.y),
  width: Math.abs(a.x - b.x),
  height: Math.abs(a.y - b.y),
});

/** What two have in common; null = nothing. */
export function common(a: Rect, b: Rect): Rect | null {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

/** Moved back into the picture, and made smaller where it is larger than that. */
export function rectIn(size: Size, rect: Rect): Rect {
  const width = Math.min(rect.width, size.width);
  const height = Math.min(rect.height, size.height);
  return {
    x: clamp(rect.x, 0, size.width - width),
    y: clamp(rect.y, 0, size.height - height),
    width,
    height,
  };
}

/** Whole px, at least one, inside the picture: what a canvas can be made of. */
export function wholePixels(size: Size, rect: Rect): Rect {
  const x = clamp(Math.round(rect.x), 0, size.width - 1);
  const y = clamp(Math.round(rect.y), 0, size.height - 1);
  const right = clamp(Math.round(rect.x + rect.width), x + 1, size.width);
  const bottom = clamp(Math.round(rect.y + rect.height), y + 1, size.height);
  return { x, y, width: right - x, height: bottom - y };
}

const SIDES = ['n', 'e', 's', 'w', 'nw', 'ne', 'se', 'sw'] as const;
/** Part of a frame that is pulled, by the compass; `all` moves it. */
export type Grip = (typeof SIDES)[number] | 'all';

/** Which part of a frame is at a point; null = none. `reach`: how far from an edge still counts. */
export function gripAt(rect: Rect, { x, y }: Point, reach: number): Grip | null {
  const left = Math.abs(x - rect.x) <= reach;
  const right = Math.abs(x - rect.x - rect.width) <= reach;
  const top = Math.abs(y - rect.y) <= reach;
  const bottom = Math.abs(y - rect.y - rect.height) <= reach;
  const across = x >= rect.x - reach && x <= rect.x + rect.width + reach;
  const along = y >= rect.y - reach && y <= rect.y + rect.height + reach;
  if (!across || !along) return null;
  const side = `${top ? 'n' : bottom ? 's' : ''}${left ? 'w' : right ? 'e' : ''}`;
  return SIDES.find((each) => each === side) ?? 'all';
}

/** A frame whose grip was pulled by `by`: never smaller than `least`, never outside the picture. */
export function pulled(rect: Rect, grip: Grip, by: Point, size: Size, least: number): Rect {
  if (grip === 'all') return rectIn(size, { ...rect, x: rect.x + by.x, y: rect.y + by.y });
  let { x, y } = rect;
  let right = rect.x + rect.width;
  let bottom = rect.y + rect.height;
  if (grip.includes('w')) x = clamp(x + by.x, 0, right - least);
  if (grip.includes('e')) right = clamp(right + by.x, x + least, size.width);
  if (grip.includes('n')) y = clamp(y + by.y, 0, bottom - least);
  if (grip.includes('s')) bottom = clamp(bottom + by.y, y + least, size.height);
  return { x, y, width: right - x, height: bottom - y };
}

export type TextSize = (mark: Extract<MarkShape, { kind: 'text' }>) => Size;

/** The smallest frame around what a mark draws, without the width of its line. */
export function boundsOf(mark: MarkShape, textSize: TextSize): Rect {
  switch (mark.kind) {
    case 'box':
    case 'mosaic':
      return mark.rect;
    case 'arrow':
      return rectBetween(mark.from, mark.to);
    case 'text':
      return { ...mark.at, ...textSize(mark) };
    case 'pen': {
      let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
      for (const { x, y } of mark.points) {
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
      return { x: left, y: top, width: right - left, height: bottom - top };
    }
    default:
      return mark satisfies never;
  }
}

/** A mark elsewhere; its middle stays in the picture. */
export function moved<M extends MarkShape>(mark: M, by: Point, size: Size, textSize: TextSize): M {
  const { x, y, width, height } = boundsOf(mark, textSize);
  const middle = { x: x + width / 2, y: y + height / 2 };
  const to = pointIn(size, { x: middle.x + by.x, y: middle.y + by.y });
  const shift = ({ x: atX, y: atY }: Point): Point => ({
    x: atX + to.x - middle.x,
    y: atY + to.y - middle.y,
  });
  switch (mark.kind) {
    case 'box':
    case 'mosaic':
      return { ...mark, rect: { ...mark.rect, ...shift(mark.rect) } };
    case 'arrow':
      return { ...mark, from: shift(mark.from), to: shift(mark.to) };
    case 'text':
      return { ...mark, at: shift(mark.at) };
    case 'pen':
      return { ...mark, points: mark.points.map(shift) };
    default:
      return mark satisfies never;
  }
}

/** What is pulled at its end grows or shrinks: the far corner of a frame, the head of an arrow. */
export function stretched<M extends MarkShape>(mark: M, by: Point, size: Size, least: number): M {
  if (mark.kind === 'box' || mark.kind === 'mosaic')
    return { ...mark, rect: pulled(mark.rect, 'se', by, size, least) };
  if (mark.kind === 'arrow')
    return { ...mark, to: pointIn(size, { x: mark.to.x + by.x, y: mark.to.y + by.y }) };
  return mark;
}

function distanceToLine(at: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : clamp(((at.x - a.x) * dx + (at.y - a.y) * dy) / length, 0, 1);
  return Math.hypot(at.x - a.x - along * dx, at.y - a.y - along * dy);
}

const inside = (rect: Rect, { x, y }: Point, reach: number): boolean =>
  x >= rect.x - reach &&
  x <= rect.x + rect.width + reach &&
  y >= rect.y - reach &&
  y <= rect.y + rect.height + reach;

/** Whether a click at `at` means this mark: the line of a box, all of a text and of a mosaic. */
export function isHit(mark: MarkShape, at: Point, reach: number, textSize: TextSize): boolean {
  const bounds = boundsOf(mark, textSize);
  if (!inside(bounds, at, reach)) return false;
  switch (mark.kind) {
    case 'box': {
      const grip = gripAt(bounds, at, reach);
      return grip !== null && grip !== 'all';
    }
    case 'arrow':
      return distanceToLine(at, mark.from, mark.to) <= reach;
    case 'pen':
      return mark.points.some(
        (point, index) => distanceToLine(at, mark.points[index - 1] ?? point, point) <= reach,
      );
    case 'text':
    case 'mosaic':
      return true;
    default:
      return mark satisfies never;
  }
}

/** The topmost mark at a point. */
export const markAt = (
  marks: readonly Mark[],
  at: Point,
  reach: number,
  textSize: TextSize,
): Mark | undefined => marks.findLast((mark) => isHit(mark, at, reach, textSize));
