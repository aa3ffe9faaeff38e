/** What cameras and programs write into pictures beside them, for tests of what becomes of it. */
import { Buffer } from 'node:buffer';
import { crc32, deflateSync } from 'node:zlib';

const be = (value: number, size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
};
const le = (value: number, size: number): Buffer => Buffer.from(be(value, size).toReversed());
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

/** EXIF (TIFF) of a phone: maker, orientation, GPS with a place, all of which hold `mark`. */
export function exifOf(mark: string, orientation: number, little = false): Buffer {
  const n = little ? le : be;
  const name = latin(`${mark} Phone\0`);
  const place = Buffer.concat([31, 1, 14, 1, 55_123, 1_000].map((part) => n(part, 4)));
  const nameAt = 8 + 2 + 3 * 12 + 4;
  const gpsAt = nameAt + name.length + (name.length % 2);
  const entry = (tag: number, type: number, count: number, value: Buffer): Buffer =>
    Buffer.concat([n(tag, 2), n(type, 2), n(count, 4), value]);
  const gps = Buffer.concat([
    n(2, 2),
    entry(1, 2, 2, latin('N\0\0\0')),
    entry(2, 5, 3, n(gpsAt + 2 + 2 * 12 + 4, 4)),
    n(0, 4),
    place,
    latin(mark),
  ]);
  return Buffer.concat([
    latin(little ? 'II*\0' : 'MM\0*'),
    n(8, 4),
    n(3, 2),
    entry(0x010f, 2, name.length, n(nameAt, 4)),
    entry(0x0112, 3, 1, Buffer.concat([n(orientation, 2), n(0, 2)])),
    entry(0x8825, 4, 1, n(gpsAt, 4)),
    n(0, 4),
    name,
    Buffer.alloc(name.length % 2),
    gps,
  ]);
}

export const jpegSegment = (marker: number, ...body: Buffer[]): Buffer => {
  const all = Buffer.concat(body);
  return Buffer.concat([be(0xff00 + marker, 2), be(all.length + 2, 2), all]);
};

/** A JPEG as a phone makes it of `jpeg`: `mark` stands in all that is no picture, the whole picture behind its end. */
export function phoneJpeg(jpeg: Uint8Array, mark: string, orientation = 1, little = false): Buffer {
  return Buffer.concat([
    jpeg.subarray(0, 2),
    jpegSegment(0xe1, latin('Exif\0\0'), exifOf(mark, orientation, little)),
    jpegSegment(0xe1, latin(`http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>${mark}</x:xmpmeta>`)),
    jpegSegment(0xed, latin(`Photoshop 3.0\x008BIM\x04\x04${mark}`)),
    jpegSegment(0xe2, latin(`MPF\0${mark}`)),
    jpegSegment(0xfe, latin(mark)),
    jpeg.subarray(2),
    latin(`${mark} a film`),
  ]);
}

export const pngChunk = (name: string, body: Uint8Array = Buffer.alloc(0)): Buffer => {
  const named = Buffer.concat([latin(name), body]);
  return Buffer.concat([be(body.length, 4), named, be(crc32(named), 4)]);
};

/** A PNG as programs make it of `png`, which ends with IEND. */
export function programPng(png: Uint8Array, mark: string, orientation = 1): Buffer {
  return Buffer.concat([
    png.subarray(0, 33),
    pngChunk('eXIf', exifOf(mark, orientation)),
    pngChunk('tEXt', latin(`Author\0${mark}`)),
    pngChunk('zTXt', Buffer.concat([latin('Comment\0\0'), deflateSync(mark)])),
    pngChunk('iTXt', latin(`XML:com.adobe.xmp\0\0\0\0\0${mark}`)),
    pngChunk('tIME', latin('1234567')),
    pngChunk('prVW', latin(mark)),
    png.subarray(33),
    latin(`${mark} cut off`),
  ]);
}

/** A colour profile that names a screen and says how many reds there are. */
export function profileOf(mark: string): Buffer {
  const tags: [string, Buffer][] = [
    ['desc', latin(`desc\0\0\0\0${mark} `)],
    ['mmod', latin(`mmod\0\0\0\0${mark} `)],
    ['rXYZ', latin('XYZ \0\0\0\0\0\0red\0\0\0\0\0')],
    ['rTRC', latin('curv\0\0\0\0\0\0\0\u0001\u0002\u0033\0\0')],
    ['gTRC', latin('')],
  ];
  let end = 128 + 4 + 12 * tags.length;
  const table: Buffer[] = [];
  const bodies: Buffer[] = [];
  let last: [number, number] = [0, 0];
  for (const [name, body] of tags) {
    if (body.length > 0) last = [end, body.length];
    table.push(latin(name), be(last[0], 4), be(last[1], 4));
    bodies.push(body);
    end += body.length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(end, 0);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  header.write(mark.slice(0, 16), 80, 'latin1');
  return Buffer.concat([header, be(tags.length, 4), ...table, ...bodies]);
}
