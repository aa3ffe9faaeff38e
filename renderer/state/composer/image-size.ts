/** How large an image is sent, and under which name. Pure. */
import { MAX_PICTURE_PIXELS, type StillPixels } from '../../../shared/pictures/picture-size.ts';

/** Px of the longer side: few screens show more of a picture at once. */
const LONG_SIDE = 2048;
/** Px that the shorter side keeps: long screenshots and panoramas stay readable. */
const SHORT_SIDE = 1080;

export interface PictureSize {
  width: number;
  height: number;
}

/** What an image of this size is scaled to; the same where it is small enough. Never more than is shown anywhere. */
export function sentSize({ width, height }: PictureSize): PictureSize {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  const bearable = Math.sqrt(MAX_PICTURE_PIXELS / Math.max(1, width * height));
  const scale = Math.min(1, Math.max(LONG_SIDE / long, SHORT_SIDE / short), bearable);
  if (scale === 1) return { width, height };
  const whole = scale === bearable ? Math.floor : Math.round;
  return { width: Math.max(1, whole(width * scale)), height: Math.max(1, whole(height * scale)) };
}

/** Of a picture that is picked: it is made smaller before anybody is shown it. */
export const MAX_PICKED_PIXELS = 200_000_000;
/** Bytes of a pixel that is decoded. */
const PIXEL_BYTES = 4;
/** What one picture may take of the computer's memory. */
const MEMORY_SHARE = 1 / 16;

/** Px of a side that Chromium decodes in pieces (of its frames of films). */
const MAX_PIECES_SIDE = 32_767;

/**
 * Whether a still picture with more pixels than are shown can be read to be made smaller. What is decoded whole needs
 * the memory for it; `memoryGiB`: 0 = nobody says how much there is.
 */
export function isReadable(
  { width, height, still }: PictureSize & { still?: StillPixels },
  memoryGiB: number,
): boolean {
  if (!still || still.pixels > MAX_PICKED_PIXELS) return false;
  if (still.inPieces && Math.max(width, height) <= MAX_PIECES_SIDE) return true;
  return fitsWhole(still.pixels, memoryGiB);
}

/** Whether so many pixels may be decoded at once. */
export const fitsWhole = (pixels: number, memoryGiB: number): boolean =>
  pixels <= MAX_PICTURE_PIXELS || pixels * PIXEL_BYTES <= memoryGiB * 2 ** 30 * MEMORY_SHARE;

/** Endings that say the same. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  jpg: ['jpg', 'jpeg', 'jpe', 'jfif'],
  png: ['png', 'apng'],
  gif: ['gif'],
  webp: ['webp'],
};
/** Endings that say that something is a picture, also those of cameras. */
const PICTURES: ReadonlySet<string> = new Set([
  ...Object.values(ENDINGS).flat(),
  ...'heic heif hif avif bmp svg tif tiff jxl jp2 dng raw cr2 cr3 nef arw orf rw2 raf psd'.split(' '),
]);

const endingOf = (name: string): string => /\.([^.\s]{1,10})$/.exec(name)?.[1]?.toLowerCase() ?? '';

/** Whether what is sent as a file is a picture by its name: what a camera wrote into it goes along. */
export const isPictureName = (name: string): boolean => PICTURES.has(endingOf(name));

/** The name of what was made of a picture: with the ending of what it is now. */
export function nameAs(name: string, extension: string): string {
  const ending = endingOf(name);
  if (ENDINGS[extension]?.includes(ending)) return name;
  return PICTURES.has(ending) ? `${name.slice(0, -ending.length)}${extension}` : `${name}.${extension}`;
}
