/** What a drag over the picture makes: a new mark, another place or size of one, another frame of the crop. Pure. */
import type { Mark, MarkShape, Point, Rect } from '../../state/image-editor/marks.ts';
import { type Editing, selectedOf, withPoint } from './editing.ts';
import { handleOf } from './draw-stage.ts';
import {
  type Grip,
  gripAt,
  isHit,
  moved,
  pointIn,
  pulled,
  rectBetween,
  type Size,
  stretched,
  type TextSize,
  wholeOf,
} from './geometry.ts';

export type Gesture = { from: Point } & (
  | { does: 'crop'; grip: Grip; rect: Rect }
  /** A frame from corner to corner. */
  | { does: 'frame' }
  | { does: 'draw'; points: readonly Point[] }
  | { does: 'move' | 'stretch'; mark: Mark }
);

/** What is seen while it goes on, and kept at its end. */
export type Live = { crop: Rect } | { drawn: MarkShape } | { changed: Mark };

export interface Ground {
  size: Size;
  textSize: TextSize;
  /** Px of the picture: how near is near enough, and the smallest side of a frame. */
  reach: number;
  least: number;
}

/** What a press at `from` begins. */
export function beginGesture(editing: Editing, from: Point, ground: Ground): Gesture {
  const { size, reach } = ground;
  if (editing.tool === 'crop') {
    const rect = editing.now.crop ?? wholeOf(size);
    const grip = gripAt(rect, from, reach);
    const isWhole = editing.now.crop === null;
    return grip === null || (grip === 'all' && isWhole)
      ? { does: 'frame', from: pointIn(size, from) }
      : { does: 'crop', from, grip, rect };
  }
  const mark = selectedOf(editing);
  if (mark) {
    const handle = handleOf(mark);
    if (handle && Math.hypot(handle.x - from.x, handle.y - from.y) <= reach)
      return { does: 'stretch', from, mark };
    if (isHit(mark, from, reach, ground.textSize)) return { does: 'move', from, mark };
  }
  const start = pointIn(size, from);
  return { does: 'draw', from: start, points: [start] };
}

/** The gesture once the pointer is at `to`, and what is seen of it; null = nothing. */
export function continueGesture(
  gesture: Gesture,
  to: Point,
  editing: Editing,
  { size, least, textSize }: Ground,
): { gesture: Gesture; live: Live | null } {
  const by = { x: to.x - gesture.from.x, y: to.y - gesture.from.y };
  switch (gesture.does) {
    case 'crop':
      return { gesture, live: { crop: pulled(gesture.rect, gesture.grip, by, size, least) } };
    case 'frame': {
      const rect = rectBetween(gesture.from, pointIn(size, to));
      return { gesture, live: rect.width < least || rect.height < least ? null : { crop: rect } };
    }
    case 'move':
      return { gesture, live: { changed: moved(gesture.mark, by, size, textSize) } };
    case 'stretch':
      return { gesture, live: { changed: stretched(gesture.mark, by, size, least) } };
    case 'draw': {
      const at = pointIn(size, to);
      const points = editing.tool === 'pen' ? withPoint(gesture.points, at) : gesture.points;
      const drawn = shapeOf(editing, gesture.from, at, points);
      return { gesture: { ...gesture, points }, live: drawn && { drawn } };
    }
    default:
      return gesture satisfies never;
  }
}

function shapeOf(
  { tool, colour, width }: Editing,
  from: Point,
  to: Point,
  points: readonly Point[],
): MarkShape | null {
  const look = { colour, width };
  switch (tool) {
    case 'box':
    case 'mosaic':
      return { ...look, kind: tool, rect: rectBetween(from, to) };
    case 'arrow':
      return { ...look, kind: 'arrow', from, to };
    case 'pen':
      return { ...look, kind: 'pen', points };
    default:
      return null;
  }
}

/** What Enter puts into the middle of what is seen, for hands that draw with keys; null: the tool needs a pointer. */
export function shapeInMiddle(
  { tool, colour, width }: Editing,
  { x, y, width: w, height: h }: Rect,
): MarkShape | null {
  const look = { colour, width };
  const rect = { x: x + w / 3, y: y + h / 3, width: w / 3, height: h / 3 };
  const right = rect.x + rect.width;
  if (tool === 'box' || tool === 'mosaic') return { ...look, kind: tool, rect };
  if (tool === 'arrow')
    return {
      ...look,
      kind: 'arrow',
      from: { x: rect.x, y: rect.y + rect.height },
      to: { x: right, y: rect.y },
    };
  return null;
}
