/** Draws marks: on the screen and into the picture that is sent with the same steps, in px of the picture. */
import type { Mark, MarkColour, MarkShape, MarkWidth, Point } from '../../state/image-editor/marks.ts';
import type { Size } from './geometry.ts';

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** more.md 12, as the mock has them. */
export const COLOURS: Record<MarkColour, string> = {
  red: '#e2483d',
  yellow: '#f2b53a',
  green: '#2fa866',
  blue: '#4aa3df',
  white: '#ffffff',
  black: '#15211f',
};
const DARK = '#15211f';
/** Words in these have a dark seam. */
export const LIGHT: ReadonlySet<MarkColour> = new Set(['white', 'yellow']);

/** On a picture whose longer side has 900 px; on others in proportion. */
const LINE: Record<MarkWidth, number> = { thin: 3, medium: 6, thick: 11 };
const LETTERS: Record<MarkWidth, number> = { thin: 18, medium: 28, thick: 44 };
const LONGER_SIDE = 900;
const LEAST_UNIT = 0.4;
const LINE_HEIGHT = 1.35;

/** How marks look on one picture. */
export interface Brush {
  /** Px of the picture that are one of the design. */
  unit: number;
  /** Family of the letters. */
  font: string;
}

export const unitOf = ({ width, height }: Size): number =>
  Math.max(LEAST_UNIT, Math.max(width, height) / LONGER_SIDE);

export const lineWidth = (width: MarkWidth, { unit }: Brush): number => LINE[width] * unit;
export const letterSize = (width: MarkWidth, { unit }: Brush): number => LETTERS[width] * unit;
export const fontOf = (width: MarkWidth, brush: Brush): string =>
  `600 ${letterSize(width, brush)}px ${brush.font}`;

/** Of words as they are drawn. */
export function textSize(
  context: Context,
  { text, width }: Extract<MarkShape, { kind: 'text' }>,
  brush: Brush,
): Size {
  context.save();
  context.font = fontOf(width, brush);
  const lines = text.split('\n');
  const widest = lines.reduce((most, line) => Math.max(most, context.measureText(line).width), 0);
  context.restore();
  return { width: widest, height: lines.length * letterSize(width, brush) * LINE_HEIGHT };
}

/** Every mark in its order; `cover` draws a mosaic over what is there. */
export function paintMarks(
  context: Context,
  marks: readonly Mark[],
  brush: Brush,
  cover: (mark: Extract<Mark, { kind: 'mosaic' }>, below: readonly Mark[]) => void,
): void {
  for (const [index, mark] of marks.entries())
    if (mark.kind === 'mosaic') cover(mark, marks.slice(0, index));
    else paintMark(context, mark, brush);
}

export function paintMark(
  context: Context,
  mark: Exclude<MarkShape, { kind: 'mosaic' }>,
  brush: Brush,
): void {
  context.save();
  const line = lineWidth(mark.width, brush);
  context.strokeStyle = COLOURS[mark.colour];
  context.fillStyle = COLOURS[mark.colour];
  context.lineWidth = line;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  if (mark.kind === 'box') {
    const { x, y, width, height } = mark.rect;
    context.roundRect(x, y, width, height, Math.min(line, width / 2, height / 2));
    context.stroke();
  } else if (mark.kind === 'arrow') traceArrow(context, mark.from, mark.to, line);
  else if (mark.kind === 'pen') tracePen(context, mark.points);
  else paintText(context, mark, brush);
  context.restore();
}

function traceArrow(context: Context, from: Point, to: Point, line: number): void {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const head = Math.min(line * 4.5, length * 0.6);
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  for (const side of [-1, 1]) {
    const turned = angle + (side * Math.PI * 5) / 6;
    context.moveTo(to.x, to.y);
    context.lineTo(to.x + head * Math.cos(turned), to.y + head * Math.sin(turned));
  }
  context.stroke();
}

/** Through the middles of its points, which makes it round. */
function tracePen(context: Context, points: readonly Point[]): void {
  const [first, ...others] = points;
  if (!first) return;
  context.moveTo(first.x, first.y);
  for (const [index, point] of others.entries()) {
    const next = others[index + 1] ?? point;
    context.quadraticCurveTo(point.x, point.y, (point.x + next.x) / 2, (point.y + next.y) / 2);
  }
  // (A point alone is a dot.)
  context.lineTo(points.at(-1)?.x ?? first.x, points.at(-1)?.y ?? first.y);
  context.stroke();
}

/** With a seam of the other brightness, so that it is read on any picture. */
function paintText(
  context: Context,
  { at, text, colour, width }: Extract<MarkShape, { kind: 'text' }>,
  brush: Brush,
): void {
  const size = letterSize(width, brush);
  context.font = fontOf(width, brush);
  context.textBaseline = 'middle';
  context.lineWidth = size / 5;
  context.strokeStyle = LIGHT.has(colour) ? DARK : COLOURS.white;
  for (const [index, line] of text.split('\n').entries()) {
    const y = at.y + (index + 0.5) * size * LINE_HEIGHT;
    context.strokeText(line, at.x, y);
    context.fillText(line, at.x, y);
  }
}
