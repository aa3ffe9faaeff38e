/** Where the picture that is edited comes from, and how it is decoded. */
import { pictureHeaderOf } from '../../../shared/pictures/picture-size.ts';
import {
  decodeAtMost,
  type DecodedPicture,
  drawnInBands,
  type EncodedPicture,
} from '../../state/composer/decode-picture.ts';
import type { PictureSize } from '../../state/composer/image-size.ts';
import type { Rect } from '../../state/image-editor/marks.ts';
import { wholeOf } from './geometry.ts';

export interface PictureSource {
  /** For `<img>`. */
  src: string;
  /** Its bytes where the page has them: the browser decodes those beside the page. */
  encoded: EncodedPicture | null;
}

/** @throws when its bytes cannot be read, or are no picture's */
export async function pictureSource(src: string, blob: Blob | null): Promise<PictureSource> {
  if (!blob) return { src, encoded: null };
  const header = await pictureHeaderOf(
    async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  );
  if (!header) throw new Error('no picture');
  const { type, width, height } = header;
  return { src, encoded: { bytes: blob, mime: type.mime, width, height } };
}

/** Of at most `pixels` px, for the screen. `stay` ends it by throwing. */
export async function decodedForScreen(
  { src, encoded }: PictureSource,
  pixels: number,
  stay: () => void,
): Promise<DecodedPicture> {
  if (!encoded) return fromElement(src, pixels);
  const { bitmap, whole } = await decodeAtMost(encoded, pixels);
  const size = within(whole, pixels);
  if (bitmap.width <= size.width) return { bitmap, whole };
  try {
    stay();
    const drawn = await drawnInBands(bitmap, wholeOf(bitmap), size, stay);
    if (!drawn) throw new Error('no canvas');
    return { bitmap: drawn.transferToImageBitmap(), whole };
  } finally {
    bitmap.close();
  }
}

function within({ width, height }: PictureSize, pixels: number): PictureSize {
  const share = Math.min(1, Math.sqrt(pixels / (width * height)));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

/** Of an address no bytes are to be had. Drawn at once: the browser decodes an element anew for each part of it. */
export async function drawnFrom(src: string, part: Rect, size: PictureSize): Promise<OffscreenCanvas> {
  return withElement(src, (image) => drawn(image, part, size));
}

const fromElement = (src: string, pixels: number): Promise<DecodedPicture> =>
  withElement(src, (image) => {
    const whole = { width: image.naturalWidth, height: image.naturalHeight };
    return { bitmap: drawn(image, wholeOf(whole), within(whole, pixels)).transferToImageBitmap(), whole };
  });

async function withElement<T>(src: string, use: (image: HTMLImageElement) => T): Promise<T> {
  const image = new Image();
  image.src = src;
  try {
    await image.decode();
    return use(image);
  } finally {
    image.removeAttribute('src');
  }
}

function drawn(image: HTMLImageElement, part: Rect, size: PictureSize): OffscreenCanvas {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, part.x, part.y, part.width, part.height, 0, 0, size.width, size.height);
  return canvas;
}
