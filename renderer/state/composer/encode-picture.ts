/** Writes what was drawn as a file, in the page's idle time: as what it was, or what is smaller and looks the same. */
import { nextTask } from './decode-picture.ts';

/** Of JPEG and WebP: nobody sees a difference, at a fraction of the bytes a camera writes. */
const QUALITY = 0.85;
/** A PNG of fewer bytes stays one: drawings and words are sharp in it. */
const SMALL_PNG_BYTES = 400_000;
/** A larger opaque one becomes a JPEG if that is smaller than this share of it: it is a photo. */
const PHOTO_SHARE = 0.5;

/** `extension`: of the picture's type (`imageTypeOf`). null when it cannot be written: too long a side, no room. */
export async function encodePicture(canvas: OffscreenCanvas, extension: string): Promise<Blob | null> {
  try {
    const as = (type: string): Promise<Blob> =>
      canvas.convertToBlob({ type: `image/${type}`, quality: QUALITY });
    if (extension === 'jpg') return await as('jpeg');
    if (extension === 'webp') return await as('webp');
    const png = await as('png');
    if (png.size <= SMALL_PNG_BYTES || (await hasHoles(canvas))) return png;
    const jpeg = await as('jpeg');
    return jpeg.size < png.size * PHOTO_SHARE ? jpeg : png;
  } catch {
    return null;
  }
}

/** Rows that are looked at between two tasks. */
const ROWS = 256;

/** Whether anything of it is seen through. */
async function hasHoles(canvas: OffscreenCanvas): Promise<boolean> {
  const context = canvas.getContext('2d');
  if (!context) return true;
  for (let row = 0; row < canvas.height; row += ROWS) {
    const { data } = context.getImageData(0, row, canvas.width, Math.min(ROWS, canvas.height - row));
    for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
    await nextTask();
  }
  return false;
}
