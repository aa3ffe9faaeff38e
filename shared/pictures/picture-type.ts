/** What a file's first bytes say it is, whatever its sender says. */

export interface ImageType {
  mime: string;
  extension: string;
}

/** Bytes of a file's beginning that are looked at. */
export const HEAD_BYTES = 32;

export const ascii = (bytes: Uint8Array, from: number, text: string): boolean =>
  bytes.length >= from + text.length &&
  Array.from(text).every((char, index) => bytes[from + index] === char.charCodeAt(0));

/** Pixel images that the page can show. Never SVG: that is a document with scripts. */
export function imageTypeOf(head: Uint8Array): ImageType | null {
  if (ascii(head, 0, '\u0089PNG\r\n\u001a\n')) return { mime: 'image/png', extension: 'png' };
  if (ascii(head, 0, '\u00ff\u00d8\u00ff')) return { mime: 'image/jpeg', extension: 'jpg' };
  if (ascii(head, 0, 'GIF87a') || ascii(head, 0, 'GIF89a')) return { mime: 'image/gif', extension: 'gif' };
  if (ascii(head, 0, 'RIFF') && ascii(head, 8, 'WEBP')) return { mime: 'image/webp', extension: 'webp' };
  if (ascii(head, 4, 'ftypavi')) return { mime: 'image/avif', extension: 'avif' };
  if (ascii(head, 0, 'BM') && isBitmapHeader(head)) return { mime: 'image/bmp', extension: 'bmp' };
  return null;
}

/** Two letters alone would make a picture of many a text: the sizes of the known headers follow them. */
const isBitmapHeader = (head: Uint8Array): boolean =>
  [12, 40, 52, 56, 64, 108, 124].includes(head[14] ?? 0) && head[15] === 0 && head[16] === 0;

const HEIF = ['heic', 'heix', 'hevc', 'heim', 'heis', 'hevm', 'mif1', 'msf1'];

/** Extension of a picture that the page cannot show and other programs can; 'bin' for anything else. */
export function otherPictureExtension(head: Uint8Array): string {
  if (ascii(head, 4, 'ftyp') && HEIF.some((brand) => ascii(head, 8, brand))) return 'heic';
  if (ascii(head, 0, 'II*\0') || ascii(head, 0, 'MM\0*')) return 'tiff';
  if (ascii(head, 0, '\u00ff\u000a') || ascii(head, 4, 'JXL ')) return 'jxl';
  if (ascii(head, 4, 'jP  ')) return 'jp2';
  return 'bin';
}
