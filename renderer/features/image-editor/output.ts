/**
 * The picture that is sent: cut, as large as it is sent, its mosaics in the px themselves. What lay below is in no
 * byte. It is decoded and written once.
 */
import { decodeAtLeast, drawnInBands } from '../../state/composer/decode-picture.ts';
import { encodePicture } from '../../state/composer/encode-picture.ts';
import { type PictureSize, sentSize } from '../../state/composer/image-size.ts';
import type { Mark, Picture, Rect } from '../../state/image-editor/marks.ts';
import { type Size, wholeOf, wholePixels } from './geometry.ts';
import { averageBlocks, type Blocks, blocksUnder, cutBlocks, scaledBlocks } from './mosaic.ts';
import { type Brush, type Context, paintMark } from './paint.ts';
import { drawnFrom, type PictureSource } from './picture-source.ts';

/** Of a JPEG that keeps its px: no difference can be seen. */
const QUALITY = 0.95;
/** Work between two looks at whether it is still wanted, ms. */
const SLICE_MS = 12;

/** A JPEG stays one; everything else loses nothing as a PNG. By the name of the file. */
export const outputType = (name: string): string => (/\.jpe?g$/i.test(name) ? 'image/jpeg' : 'image/png');

/** Nobody wants it any more: the picture was recalled, or the editor left. */
export class Abandoned extends Error {}

/**
 * Draws it into a file of type `mime`, or of what is smaller where it is made smaller (`encodePicture`). `isWanted` is
 * asked between the steps, none of which takes long.
 *
 * @throws Abandoned, or Error when the browser has no room for it
 */
export async function renderPicture(
  source: PictureSource,
  size: Size,
  { crop, marks }: Picture,
  brush: Brush,
  { mime, isWanted }: { mime: string; isWanted: () => boolean },
): Promise<Blob> {
  const stay = (): void => {
    if (!isWanted()) throw new Abandoned('nobody wants it any more');
  };
  const part = wholePixels(size, crop ?? wholeOf(size));
  const sent = sentSize(part);
  const canvas = await partOf(source, size, part, sent, stay);
  try {
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('no canvas');
    const scale = { x: sent.width / part.width, y: sent.height / part.height };
    for (const mark of marks) {
      if (mark.kind === 'mosaic') await coverExactly(context, mark, size, part, sent, stay);
      else {
        context.setTransform(scale.x, 0, 0, scale.y, -part.x * scale.x, -part.y * scale.y);
        paintMark(context, mark, brush);
      }
    }
    const isSmaller = sent.width < part.width;
    const blob = isSmaller
      ? await encodePicture(canvas, mime === 'image/jpeg' ? 'jpg' : 'png')
      : await canvas.convertToBlob({ type: mime, quality: QUALITY });
    stay();
    if (!blob || (!isSmaller && blob.type !== mime)) throw new Error('the picture could not be written');
    return blob;
  } finally {
    canvas.width = 0;
    canvas.height = 0;
  }
}

/** What is kept of the picture, as large as it is sent. */
async function partOf(
  source: PictureSource,
  size: Size,
  part: Rect,
  sent: PictureSize,
  stay: () => void,
): Promise<OffscreenCanvas> {
  const { encoded } = source;
  if (!encoded) return drawnFrom(source.src, part, sent);
  const { bitmap } = await decodeAtLeast(encoded, sent.width / part.width);
  try {
    stay();
    const share = { x: bitmap.width / size.width, y: bitmap.height / size.height };
    const place = {
      x: part.x * share.x,
      y: part.y * share.y,
      width: part.width * share.x,
      height: part.height * share.y,
    };
    const canvas = await drawnInBands(bitmap, place, sent, stay);
    if (!canvas) throw new Error('no canvas');
    return canvas;
  } finally {
    bitmap.close();
  }
}

async function coverExactly(
  context: Context,
  mark: Extract<Mark, { kind: 'mosaic' }>,
  size: Size,
  part: Rect,
  sent: PictureSize,
  stay: () => void,
): Promise<void> {
  const cut = cutBlocks(blocksUnder(mark.rect, size, mark.width), part);
  if (!cut) return;
  const { xs, ys } = scaledBlocks(cut, part, sent);
  const left = xs[0] ?? 0;
  const width = (xs.at(-1) ?? 0) - left;
  const columns = xs.map((x) => x - left);
  let begun = performance.now();
  for (let row = 1; row < ys.length; row += 1) {
    const top = ys[row - 1] ?? 0;
    const height = (ys[row] ?? 0) - top;
    const line: Blocks = { xs: columns, ys: [0, height] };
    const pixels = context.getImageData(left, top, width, height);
    averageBlocks(pixels.data, width, line);
    context.putImageData(pixels, left, top);
    if (performance.now() - begun < SLICE_MS) continue;
    await new Promise((goOn) => setTimeout(goOn));
    stay();
    begun = performance.now();
  }
}
