/** The picture that is sent: made at full size, cut, its mosaics in the px themselves. What lay below is in no byte. */
import type { Mark, Picture, Rect } from '../../state/image-editor/marks.ts';
import { type Size, wholeOf, wholePixels } from './geometry.ts';
import { averageBlocks, type Blocks, blocksUnder, cutBlocks } from './mosaic.ts';
import { type Brush, type Context, paintMark } from './paint.ts';

/** A JPEG is made anew once: no difference can be seen. */
const QUALITY = 0.95;
/** Px that are drawn at a time: some ms. */
const BAND_PIXELS = 2_000_000;
/** Work between two looks at whether it is still wanted, ms. */
const SLICE_MS = 12;

/** A JPEG stays one; everything else loses nothing as a PNG. By the name of the file. */
export const outputType = (name: string): string => (/\.jpe?g$/i.test(name) ? 'image/jpeg' : 'image/png');

/** Nobody wants it any more: the picture was recalled, or the editor left. */
export class Abandoned extends Error {}

/**
 * Draws it into a file of type `mime`. `isWanted` is asked between the steps, none of which takes long.
 *
 * @throws Abandoned, or Error when the browser has no room for it
 */
export async function renderPicture(
  image: ImageBitmap,
  size: Size,
  { crop, marks }: Picture,
  brush: Brush,
  { mime, isWanted }: { mime: string; isWanted: () => boolean },
): Promise<Blob> {
  const part = wholePixels(size, crop ?? wholeOf(size));
  const canvas = new OffscreenCanvas(part.width, part.height);
  try {
    // Read back below: it is to lie in memory.
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('no canvas');
    context.translate(-part.x, -part.y);
    await drawInBands(context, image, part, isWanted);
    for (const mark of marks) {
      if (mark.kind === 'mosaic') await coverExactly(context, mark, size, part, isWanted);
      else paintMark(context, mark, brush);
    }
    const blob = await canvas.convertToBlob({ type: mime, quality: QUALITY });
    if (!isWanted()) throw new Abandoned('nobody wants it any more');
    if (blob.type !== mime) throw new Error('the picture could not be written');
    return blob;
  } finally {
    canvas.width = 0;
    canvas.height = 0;
  }
}

/** What is kept of the picture, so many px at a time that the page draws its frames between them. */
async function drawInBands(
  context: Context,
  image: ImageBitmap,
  { x, y, width, height }: Rect,
  isWanted: () => boolean,
): Promise<void> {
  const rows = Math.max(1, Math.floor(BAND_PIXELS / width));
  for (let top = 0; top < height; top += rows) {
    const some = Math.min(rows, height - top);
    context.drawImage(image, x, y + top, width, some, x, y + top, width, some);
    // Until somebody reads, nothing is drawn, and then all of it.
    context.getImageData(0, top, 1, 1);
    if (top + rows < height) await giveWay(isWanted);
  }
}

async function giveWay(isWanted: () => boolean): Promise<void> {
  await new Promise((goOn) => setTimeout(goOn));
  if (!isWanted()) throw new Abandoned('nobody wants it any more');
}

async function coverExactly(
  context: Context,
  mark: Extract<Mark, { kind: 'mosaic' }>,
  size: Size,
  part: Rect,
  isWanted: () => boolean,
): Promise<void> {
  const blocks = cutBlocks(blocksUnder(mark.rect, size, mark.width), part);
  if (!blocks) return;
  const { xs, ys } = blocks;
  const left = xs[0] ?? 0;
  const width = (xs.at(-1) ?? 0) - left;
  const columns = xs.map((x) => x - left);
  let begun = performance.now();
  for (let row = 1; row < ys.length; row += 1) {
    const top = ys[row - 1] ?? 0;
    const height = (ys[row] ?? 0) - top;
    const line: Blocks = { xs: columns, ys: [0, height] };
    const pixels = context.getImageData(left - part.x, top - part.y, width, height);
    averageBlocks(pixels.data, width, line);
    context.putImageData(pixels, left - part.x, top - part.y);
    if (performance.now() - begun < SLICE_MS) continue;
    await giveWay(isWanted);
    begun = performance.now();
  }
}
