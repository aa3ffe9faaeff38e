/** What a video's first bytes say it is, whatever its sender says. */
import { ascii } from './picture-type.ts';

export interface FilmType {
  /** Under which it is served to the page; '' = of a kind that Chromium plays in none of its forms. */
  mime: string;
  extension: string;
}

/** Under which a film is served. Whether this Chromium has the codec is found out by playing it. */
export const FILM_TYPES: ReadonlySet<string> = new Set(['video/mp4', 'video/webm', 'video/ogg']);

/** Bytes of a file's beginning that are looked at: the kind of a Matroska file stands behind its header's numbers. */
export const FILM_HEAD_BYTES = 64;

const MP4 = 'video/mp4';
/** Boxes that a QuickTime film may begin with, which is older than `ftyp`. */
const QUICKTIME = ['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'];

/** null for what is no film at all. */
export function filmTypeOf(head: Uint8Array): FilmType | null {
  if (ascii(head, 4, 'ftyp')) return ofBrand(head);
  if (QUICKTIME.some((box) => ascii(head, 4, box))) return { mime: MP4, extension: 'mov' };
  if (ascii(head, 0, '\u001aE\u00df\u00a3')) {
    const isMatroska = String.fromCharCode(...head.subarray(0, FILM_HEAD_BYTES)).includes('matroska');
    return { mime: 'video/webm', extension: isMatroska ? 'mkv' : 'webm' };
  }
  if (ascii(head, 0, 'OggS')) return { mime: 'video/ogg', extension: 'ogv' };
  if (ascii(head, 0, 'RIFF') && ascii(head, 8, 'AVI ')) return { mime: '', extension: 'avi' };
  if (ascii(head, 0, '0&\u00b2u\u008ef\u00cf\u0011')) return { mime: '', extension: 'wmv' };
  if (ascii(head, 0, '\0\0\u0001\u00ba') || ascii(head, 0, '\0\0\u0001\u00b3'))
    return { mime: '', extension: 'mpg' };
  if (ascii(head, 0, 'FLV\u0001')) return { mime: '', extension: 'flv' };
  return null;
}

/** Pictures (AVIF, HEIF) are in the same boxes. */
function ofBrand(head: Uint8Array): FilmType | null {
  if (['avi', 'hei', 'hev', 'mif', 'msf', 'jxl', 'crx'].some((brand) => ascii(head, 8, brand))) return null;
  if (ascii(head, 8, 'qt  ')) return { mime: MP4, extension: 'mov' };
  if (ascii(head, 8, '3g')) return { mime: MP4, extension: '3gp' };
  return { mime: MP4, extension: ascii(head, 8, 'M4V') ? 'm4v' : 'mp4' };
}
