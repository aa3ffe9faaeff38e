/** How large an image is sent, and under which name. Pure. */

/** Px of the longer side: few screens show more of a picture at once. */
const LONG_SIDE = 2048;
/** Px that the shorter side keeps: long screenshots and panoramas stay readable. */
const SHORT_SIDE = 1080;

export interface PictureSize {
  width: number;
  height: number;
}

/** What an image of this size is scaled to; the same where it is small enough. */
export function sentSize({ width, height }: PictureSize): PictureSize {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  const scale = Math.min(1, Math.max(LONG_SIDE / long, SHORT_SIDE / short));
  if (scale === 1) return { width, height };
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

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
