/**
 * Decodes a picture beside the page, no larger than it is needed where its format allows that, and draws it smaller a
 * band at a time, so that the page draws its own frames meanwhile. Nothing of it stays here.
 */
import { MAX_PICTURE_PIXELS } from '../../../shared/pictures/picture-size.ts';
import { fitsWhole, type PictureSize } from './image-size.ts';

/** What is known of a picture before it is decoded. */
export interface EncodedPicture extends PictureSize {
  /** Px as they lie in the file: it may be turned when it is drawn. */
  bytes: Blob;
  mime: string;
}

export interface DecodedPicture {
  /** Turned as it was held. It is the caller's to close. */
  bitmap: ImageBitmap;
  /** Of the whole picture, px, turned as it was held: the bitmap may be smaller. */
  whole: PictureSize;
}

/** Pixels that are drawn at a time: some ms. */
const BAND_PIXELS = 2_000_000;
/** Rows of what is drawn that a band looks at beyond its edges, so that no seam is seen. */
const BEYOND_ROWS = 8;
/** Bands begin and end at such rows: halved a few times, they have the same rows as the whole picture halved. */
const ALIGNED = 32;
/** JPEG is decoded in eighths of its size, from what it is made of. */
const EIGHTHS = 8;
/** Made smaller twice a picture is a little less sharp: worth it for half of it, or where it is too large otherwise. */
const HALF = 4;

/**
 * Decodes a picture, at least `scale` of its size. Of a JPEG only so much is decoded: one of 200 megapixels takes no
 * more memory than it is drawn with. Everything else is decoded whole. @throws when this Chromium cannot decode it
 */
export async function decodeAtLeast(picture: EncodedPicture, scale: number): Promise<DecodedPicture> {
  return (await decodedInEighths(picture, Math.ceil(scale * EIGHTHS))) ?? decodedWhole(picture);
}

/** The same, of at most `pixels` px if it can be, for what is only looked at. */
export async function decodeAtMost(picture: EncodedPicture, pixels: number): Promise<DecodedPicture> {
  const { width, height } = picture;
  const eighths = Math.max(1, Math.floor(EIGHTHS * Math.sqrt(pixels / (width * height))));
  return (await decodedInEighths(picture, eighths)) ?? decodedWhole(picture);
}

/** Of this computer, as far as pages may know: at most 16 or 32. 0 = nobody says. */
export const memoryGiB = (): number => (navigator as { deviceMemory?: number }).deviceMemory ?? 0;

async function decodedWhole({ bytes, width, height }: EncodedPicture): Promise<DecodedPicture> {
  // (A damaged JPEG, which was to be decoded in pieces, may be as large as can be.)
  if (!fitsWhole(width * height, memoryGiB())) throw new Error('more pixels than may be decoded at once');
  const bitmap = await createImageBitmap(bytes);
  return { bitmap, whole: { width: bitmap.width, height: bitmap.height } };
}

/** null where that cannot be: another format, nothing to spare, a damaged file (which is shown as far as it goes). */
async function decodedInEighths(
  { bytes, mime, width, height }: EncodedPicture,
  eighths: number,
): Promise<DecodedPicture | null> {
  const most = width * height > MAX_PICTURE_PIXELS ? EIGHTHS - 1 : HALF;
  if (mime !== 'image/jpeg' || eighths > most || width * height === 0) return null;
  const share = eighths / EIGHTHS;
  const decoder = new ImageDecoder({
    data: bytes.stream(),
    type: mime,
    desiredWidth: Math.ceil(width * share),
    desiredHeight: Math.ceil(height * share),
  });
  try {
    const { image } = await decoder.decode();
    try {
      const isTurned = image.codedWidth !== image.displayWidth;
      const whole = isTurned ? { width: height, height: width } : { width, height };
      return { bitmap: await createImageBitmap(image), whole };
    } finally {
      image.close();
    }
  } catch {
    return null;
  } finally {
    decoder.close();
  }
}

/**
 * Draws a part of a picture (px of the bitmap, not always whole ones) over all of a canvas, or null when there is no
 * room for it. `stay` is called between the bands and ends it by throwing.
 */
export async function drawnInBands(
  bitmap: ImageBitmap,
  part: { x: number; y: number } & PictureSize,
  size: PictureSize,
  stay: () => void = () => undefined,
): Promise<OffscreenCanvas | null> {
  const canvas = new OffscreenCanvas(size.width, size.height);
  // Read back below, and by whoever draws on it: it is to lie in memory.
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.imageSmoothingQuality = 'high';
  const perRow = part.height / size.height;
  const perColumn = part.width / size.width;
  const bands = Math.min(size.height, Math.ceil((part.width * part.height) / BAND_PIXELS));
  try {
    for (let band = 0; band < bands; band += 1) {
      const [from, to] = [band, band + 1].map((n) => Math.round((n * size.height) / bands)) as [
        number,
        number,
      ];
      // Drawn smaller, a picture is first made so as a whole: of a band that is the band.
      const top = Math.max(0, ALIGNED * Math.floor((part.y + (from - BEYOND_ROWS) * perRow) / ALIGNED));
      const below = ALIGNED * Math.ceil((part.y + (to + BEYOND_ROWS) * perRow) / ALIGNED);
      const end = Math.min(bitmap.height, below);
      const piece = copied(bitmap, top, end - top);
      context.save();
      context.beginPath();
      context.rect(0, from, size.width, to - from);
      context.clip();
      const place = [-part.x / perColumn, (top - part.y) / perRow] as const;
      context.drawImage(piece, ...place, bitmap.width / perColumn, (end - top) / perRow);
      context.restore();
      // Until somebody reads, nothing is drawn, and then all of it.
      context.getImageData(0, from, 1, 1);
      piece.width = 0;
      await nextTask();
      stay();
    }
    return canvas;
  } catch (error) {
    canvas.width = 0;
    canvas.height = 0;
    throw error;
  }
}

/** (Not by `createImageBitmap`: of a picture that its camera turned Chromium cuts another part out.) */
function copied(bitmap: ImageBitmap, top: number, height: number): OffscreenCanvas {
  const { width } = bitmap;
  const piece = new OffscreenCanvas(width, height);
  piece
    .getContext('2d', { willReadFrequently: true })
    ?.drawImage(bitmap, 0, top, width, height, 0, 0, width, height);
  return piece;
}

/** The page has its turn. */
export const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
