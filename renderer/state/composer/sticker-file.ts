/**
 * A sticker of a picture, picked or of a message: without what a camera wrote, no larger than stickers are. Loaded with
 * the first.
 */
import { MAX_STICKER_BYTES } from '../../../shared/ipc/contract/limits.ts';
import { pictureHeaderOf } from '../../../shared/pictures/picture-size.ts';
import { prepareImage } from './prepare-image.ts';

/** Px of the larger side. */
const STICKER_SIDE = 512;

export interface StickerFile {
  bytes: Uint8Array<ArrayBuffer>;
  width: number;
  height: number;
}

/** One that moves keeps its pixels, and may be too large for that. */
export async function stickerFile(picked: File): Promise<StickerFile | 'noPicture' | 'tooLarge'> {
  const prepared = await prepareImage(picked).catch(() => 'unread' as const);
  if (typeof prepared === 'string') return prepared === 'tooManyPixels' ? 'tooLarge' : 'noPicture';
  const { file, width, height } = prepared;
  const header = await pictureHeaderOf(
    async (offset, length) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
  );
  if (!header?.showable) return 'noPicture';
  const small = Math.max(width, height) <= STICKER_SIDE && file.size <= MAX_STICKER_BYTES;
  if (header.loopMs === undefined && !small) return scaled(file, width, height);
  if (file.size > MAX_STICKER_BYTES) return 'tooLarge';
  return { bytes: new Uint8Array(await file.arrayBuffer()), width, height };
}

/** Of a picture that the page may show and that does not move; `src`: its address. */
export async function stickerOfPicture(src: string): Promise<StickerFile | 'noPicture' | 'tooLarge'> {
  const image = new Image();
  image.src = src;
  try {
    await image.decode();
    return await scaled(image, image.naturalWidth, image.naturalHeight);
  } catch {
    return 'noPicture';
  } finally {
    image.removeAttribute('src');
  }
}

async function scaled(
  source: File | HTMLImageElement,
  width: number,
  height: number,
): Promise<StickerFile | 'noPicture' | 'tooLarge'> {
  const share = Math.min(1, STICKER_SIDE / Math.max(width, height));
  const size = {
    width: Math.max(1, Math.round(width * share)),
    height: Math.max(1, Math.round(height * share)),
  };
  const bitmap = await createImageBitmap(source).catch(() => null);
  if (!bitmap) return 'noPicture';
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d');
  if (context) context.imageSmoothingQuality = 'high';
  context?.drawImage(bitmap, 0, 0, size.width, size.height);
  bitmap.close();
  // (A PNG keeps its holes.)
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  canvas.width = 0;
  if (blob.size > MAX_STICKER_BYTES) return 'tooLarge';
  return { bytes: new Uint8Array(await blob.arrayBuffer()), ...size };
}
