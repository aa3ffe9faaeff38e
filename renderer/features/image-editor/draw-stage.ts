/** Draws the stage: the picture with its marks, the frame of the crop, what is selected. */
import type { Mark, MarkShape, Rect } from '../../state/image-editor/marks.ts';
import { boundsOf, wholeOf } from './geometry.ts';
import { type Context, lineWidth, paintMarks, textSize } from './paint.ts';
import type { Placed } from './stage-view.ts';
import type { ShownPicture } from './use-picture.ts';

/** more.md 0: a scrim on pictures. */
const DIM = 'rgb(10 20 18 / 0.66)';
const CORNER = 14;
const CORNER_LINE = 3;
export const HANDLE = 10;

export interface Scene {
  /** Those that are there, with what is being drawn or moved now. */
  marks: readonly Mark[];
  /** What is kept of the picture; everything else is cut off, or dim while the crop is chosen. */
  crop: Rect | null;
  isCropping: boolean;
  selected: Mark | undefined;
}

/** `density`: px of the canvas that are one of the screen. */
export function drawStage(
  canvas: HTMLCanvasElement,
  picture: ShownPicture,
  at: Placed,
  { marks, crop, isCropping, selected }: Scene,
  density: number,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { backdrop, size, brush, tiles } = picture;
  const kept = crop ?? wholeOf(size);
  const shown = isCropping ? wholeOf(size) : kept;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.save();
  const { scale, left, top } = at;
  context.setTransform(scale * density, 0, 0, scale * density, left * density, top * density);
  context.beginPath();
  context.rect(shown.x, shown.y, shown.width, shown.height);
  context.clip();
  backdrop.draw(context, canvas, at, density);
  tiles.keep(marks);
  paintMarks(context, marks, brush, (mark, below) => tiles.cover(context, mark, below));
  context.restore();
  context.setTransform(density, 0, 0, density, 0, 0);
  if (isCropping) drawCrop(context, onScreen(wholeOf(size), at), onScreen(kept, at));
  if (selected) drawSelection(context, selected, picture, at);
}

const onScreen = ({ x, y, width, height }: Rect, { scale, left, top }: Placed): Rect => ({
  x: left + x * scale,
  y: top + y * scale,
  width: width * scale,
  height: height * scale,
});

function drawCrop(context: Context, whole: Rect, kept: Rect): void {
  context.fillStyle = DIM;
  context.beginPath();
  context.rect(whole.x, whole.y, whole.width, whole.height);
  context.rect(kept.x, kept.y, kept.width, kept.height);
  context.fill('evenodd');
  context.strokeStyle = 'rgb(255 255 255 / 0.8)';
  context.lineWidth = 1;
  context.strokeRect(kept.x - 0.5, kept.y - 0.5, kept.width + 1, kept.height + 1);
  context.strokeStyle = '#ffffff';
  context.lineWidth = CORNER_LINE;
  context.beginPath();
  for (const [x, toX] of [
    [kept.x - CORNER_LINE / 2, 1],
    [kept.x + kept.width + CORNER_LINE / 2, -1],
  ] as const)
    for (const [y, toY] of [
      [kept.y - CORNER_LINE / 2, 1],
      [kept.y + kept.height + CORNER_LINE / 2, -1],
    ] as const) {
      context.moveTo(x + toX * CORNER, y);
      context.lineTo(x, y);
      context.lineTo(x, y + toY * CORNER);
    }
  context.stroke();
}

/** Where a mark can be pulled longer: its far corner, or its head. */
export function handleOf(mark: MarkShape): { x: number; y: number } | null {
  if (mark.kind === 'box' || mark.kind === 'mosaic')
    return { x: mark.rect.x + mark.rect.width, y: mark.rect.y + mark.rect.height };
  return mark.kind === 'arrow' ? mark.to : null;
}

function drawSelection(context: Context, mark: Mark, { brush }: ShownPicture, at: Placed): void {
  const bounds = onScreen(
    boundsOf(mark, (text) => textSize(context, text, brush)),
    at,
  );
  const around =
    mark.kind === 'mosaic' || mark.kind === 'text' ? 2 : (lineWidth(mark.width, brush) * at.scale) / 2 + 3;
  context.lineWidth = 1;
  context.setLineDash([]);
  context.strokeStyle = '#15211f';
  const frame = [
    bounds.x - around,
    bounds.y - around,
    bounds.width + 2 * around,
    bounds.height + 2 * around,
  ] as const;
  context.strokeRect(...frame);
  context.strokeStyle = '#ffffff';
  context.setLineDash([4, 4]);
  context.strokeRect(...frame);
  context.setLineDash([]);
  const handle = handleOf(mark);
  if (!handle) return;
  context.fillStyle = '#ffffff';
  context.strokeStyle = '#15211f';
  context.beginPath();
  context.arc(at.left + handle.x * at.scale, at.top + handle.y * at.scale, HANDLE / 2, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}
