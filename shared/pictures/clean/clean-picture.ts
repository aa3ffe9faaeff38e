/**
 * What a camera or a program wrote into a picture beside it is left out (EXIF with places, times and devices, XMP,
 * IPTC, comments, small pictures of how it was before, what follows its end) without decoding it: pixels, movement,
 * colours and how it was held stay. Linear; nothing is copied.
 */
import { cleanGif } from './clean-gif.ts';
import { cleanJpeg } from './clean-jpeg.ts';
import { cleanPng } from './clean-png.ts';
import { cleanWebp } from './clean-webp.ts';
import type { Cleaned } from './cleaned.ts';

const CLEANERS: Readonly<
  Record<string, (file: Uint8Array<ArrayBuffer>) => Cleaned | null | Promise<Cleaned | null>>
> = { jpg: cleanJpeg, png: cleanPng, gif: cleanGif, webp: cleanWebp };

/** Whether pictures of this type (`imageTypeOf`) can be cleaned as they are. */
export const isCleanable = (extension: string): boolean => Object.hasOwn(CLEANERS, extension);

/** null when the file is damaged, or of another kind. */
export async function cleanPicture(
  file: Uint8Array<ArrayBuffer>,
  extension: string,
): Promise<Cleaned | null> {
  return (await CLEANERS[extension]?.(file)) ?? null;
}
