/** The one thing of what a camera wrote into a picture (EXIF) that is needed to draw it: how it was held. */
import { u16be, u16le, u32be, u32le } from '../byte-window.ts';
import { ascii } from '../picture-type.ts';
import { bytesOf, joined, u16beBytes, u32beBytes } from './pieces.ts';

/** 1 to 8 as EXIF counts them; 1 = as it lies in the file. */
export type Orientation = number;

const TAG = 0x0112;
const SHORT = 3;

/** `tiff`: EXIF without the letters before it. What cannot be read is 1, as decoders have it. */
export function orientationOf(tiff: Uint8Array): Orientation {
  const little = ascii(tiff, 0, 'II*\0');
  if (!little && !ascii(tiff, 0, 'MM\0*')) return 1;
  const [u16, u32] = little ? [u16le, u32le] : [u16be, u32be];
  const ifd = u32(tiff, 4);
  const count = u16(tiff, ifd);
  for (let entry = 0; entry < count; entry += 1) {
    const at = ifd + 2 + 12 * entry;
    if (at + 12 > tiff.length) return 1;
    if (u16(tiff, at) !== TAG) continue;
    const value = u16(tiff, at + 8);
    const isOne = u16(tiff, at + 2) === SHORT && u32(tiff, at + 4) === 1;
    return isOne && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** EXIF that says this and nothing else, without the letters before it. */
export const orientationTiff = (orientation: Orientation): Uint8Array<ArrayBuffer> =>
  joined(
    bytesOf('MM\0*'),
    u32beBytes(8),
    u16beBytes(1),
    u16beBytes(TAG),
    u16beBytes(SHORT),
    u32beBytes(1),
    u16beBytes(orientation),
    u16beBytes(0),
    u32beBytes(0),
  );

/** The letters before EXIF in JPEG, and sometimes in WebP. */
export const EXIF_LETTERS = 'Exif\0\0';
