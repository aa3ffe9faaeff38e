/** What is cut out of a picked picture: the square, and nothing beside it, leaves this computer. */
import { pictureHeaderOf } from '../../shared/pictures/picture-size.ts';

/** Px of what is uploaded. */
export const AVATAR_SIDE = 512;
/** TSDD keeps whatever comes under `.png`, and puts groups' pictures together with decoders that know no WebP. */
const TYPE = 'image/jpeg';
const QUALITY = 0.9;

export interface Square {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Looked at before anything decodes it. */
export async function isCroppable(file: File): Promise<boolean> {
  try {
    const header = await pictureHeaderOf(
      async (offset, length) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
    );
    return header?.showable === true && header.width > 0;
  } catch {
    return false;
  }
}

/** Width and height of the picture once it is turned by quarters. */
export function turned(width: number, height: number, quarters: number): { width: number; height: number } {
  return quarters % 2 === 0 ? { width, height } : { width: height, height: width };
}

/** `square`: in px of the turned picture. */
export async function cropped(
  url: string,
  square: Square,
  quarters: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const whole = turned(image.naturalWidth, image.naturalHeight, quarters);
  const canvas = new OffscreenCanvas(AVATAR_SIDE, AVATAR_SIDE);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.imageSmoothingQuality = 'high';
  // A JPEG has no holes.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, AVATAR_SIDE, AVATAR_SIDE);
  const scale = AVATAR_SIDE / Math.max(1, square.width);
  context.scale(scale, scale);
  context.translate(whole.width / 2 - square.x, whole.height / 2 - square.y);
  context.rotate((quarters * Math.PI) / 2);
  context.drawImage(image, -image.naturalWidth / 2, -image.naturalHeight / 2);
  const blob = await canvas.convertToBlob({ type: TYPE, quality: QUALITY });
  return new Uint8Array(await blob.arrayBuffer());
}
