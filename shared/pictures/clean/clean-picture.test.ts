/** What cameras and programs wrote leaves each container; what is drawn, how it was held and its colours stay. */
import { deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  exifOf,
  jpegSegment,
  phoneJpeg,
  pngChunk,
  profileOf,
  programPng,
} from '../../testing/camera-data.ts';
import { growsFasterThanText } from '../../testing/slow-text.ts';
import { pictureHeaderOf } from '../picture-size.ts';
import { cleanGif } from './clean-gif.ts';
import { cleanJpeg } from './clean-jpeg.ts';
import { cleanPicture, isCleanable } from './clean-picture.ts';
import { cleanWebp } from './clean-webp.ts';
import { cleanProfile } from './colour-profile.ts';
import { orientationOf, orientationTiff } from './orientation.ts';

const MARK = 'Zx9SecretPlace';
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const le = (value: number, size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntLE(value, 0, size);
  return bytes;
};

/** A frame of 40 x 30 in two scans, a restart and a stuffed byte among its pixels. */
const SCAN = Buffer.from('ffda0008010100003f00', 'hex');
const JPEG = Buffer.concat([
  Buffer.from('ffd8', 'hex'),
  jpegSegment(0xdb, Buffer.alloc(65, 1)),
  jpegSegment(0xc2, Buffer.from('08001e0028010111ff'.slice(0, 18), 'hex')),
  jpegSegment(0xc4, Buffer.alloc(20, 2)),
  SCAN,
  Buffer.from('1234ff00ffd05678', 'hex'),
  jpegSegment(0xc4, Buffer.alloc(20, 3)),
  SCAN,
  Buffer.from('9abcff00', 'hex'),
  Buffer.from('ffd9', 'hex'),
]);

const IHDR = Buffer.from('00000028000000000802000000', 'hex');
IHDR.writeUInt32BE(30, 4);
const PNG = Buffer.concat([
  latin('\u0089PNG\r\n\u001a\n'),
  pngChunk('IHDR', IHDR),
  pngChunk('gAMA', Buffer.alloc(4, 1)),
  pngChunk('IDAT', deflateSync(Buffer.alloc(100))),
  pngChunk('IDAT', latin('more')),
  pngChunk('IEND'),
]);
const APNG = Buffer.concat([
  PNG.subarray(0, 33),
  pngChunk('acTL', Buffer.alloc(8, 2)),
  pngChunk('fcTL', Buffer.alloc(26)),
  pngChunk('IDAT', latin('one')),
  pngChunk('fcTL', Buffer.alloc(26)),
  pngChunk('fdAT', latin('0000two')),
  pngChunk('IEND'),
]);

const GIF_FRAME = latin('!\u00f9\u0004\u0001\u0002\0\0\0,\0\0\0\0\u0028\0\u001e\0\0\u0008\u0003abc\u0001d\0');
const GIF_LOOP = latin('!\u00ff\u000bNETSCAPE2.0\u0003\u0001\0\0\0');
const gif = (...blocks: Buffer[]): Buffer =>
  Buffer.concat([latin('GIF89a\u0028\0\u001e\0\u0080\0\0rgbRGB'), ...blocks, latin(';')]);
const GIF = gif(GIF_LOOP, GIF_FRAME, GIF_FRAME);
const gifBlocks = (text: string): Buffer =>
  Buffer.concat([Buffer.of(text.length), latin(text), Buffer.of(0)]);

const riffChunk = (name: string, body: Buffer): Buffer =>
  Buffer.concat([latin(name), le(body.length, 4), body, Buffer.alloc(body.length % 2)]);
const webp = (...chunks: Buffer[]): Buffer => {
  const body = Buffer.concat([latin('WEBP'), ...chunks]);
  return Buffer.concat([latin('RIFF'), le(body.length, 4), body]);
};
const vp8x = (flags: number): Buffer =>
  riffChunk('VP8X', Buffer.concat([Buffer.of(flags, 0, 0, 0), le(39, 3), le(29, 3)]));
const VP8L = riffChunk('VP8L', latin('/\u0027\u0040\u0007\0pixels!'));
const anmf = (...inside: Buffer[]): Buffer =>
  riffChunk('ANMF', Buffer.concat([Buffer.alloc(16, 7), ...inside]));
const WEBP = webp(vp8x(0x10), VP8L);
const MOVING_WEBP = webp(vp8x(0x12), riffChunk('ANIM', Buffer.alloc(6)), anmf(VP8L), anmf(VP8L));

async function clean(file: Buffer, extension: string) {
  const result = await cleanPicture(new Uint8Array(file), extension);
  return result && { ...result, bytes: Buffer.concat(result.parts) };
}
const header = (file: Uint8Array) =>
  pictureHeaderOf(async (offset, length) => file.subarray(offset, offset + length));

describe('nothing of what was written beside the picture stays, and nothing of the picture goes', () => {
  it.each([
    ['a JPEG', 'jpg', phoneJpeg(JPEG, MARK), JPEG],
    [
      'a JPEG with fill bytes',
      'jpg',
      Buffer.from(
        phoneJpeg(JPEG, MARK).toString('latin1').replaceAll('\u00ff\u00db', '\u00ff\u00ff\u00ff\u00db'),
        'latin1',
      ),
      JPEG,
    ],
    ['a PNG', 'png', programPng(PNG, MARK), PNG],
    ['a PNG that moves', 'png', programPng(APNG, MARK), APNG],
    [
      'a GIF',
      'gif',
      gif(
        latin('!\u00fe'),
        gifBlocks(MARK).subarray(0),
        GIF_LOOP,
        latin('!\u00ff\u000bXMP DataXMP'),
        gifBlocks(MARK),
        GIF_FRAME,
        latin('!\u00f9\u0004\u0001\u0002\0\0\0!\u0001\u000c'),
        Buffer.alloc(12),
        gifBlocks(MARK),
        GIF_FRAME,
      ),
      GIF,
    ],
    [
      'a WebP',
      'webp',
      webp(
        vp8x(0x1c),
        VP8L,
        riffChunk('EXIF', exifOf(MARK, 1)),
        riffChunk('XMP ', latin(MARK)),
        riffChunk('abcd', latin(MARK)),
      ),
      WEBP,
    ],
    [
      'a WebP that moves',
      'webp',
      Buffer.concat([
        webp(
          vp8x(0x1e),
          riffChunk('ANIM', Buffer.alloc(6)),
          anmf(VP8L, riffChunk('note', latin(MARK))),
          anmf(VP8L),
          riffChunk('EXIF', exifOf(MARK, 1)),
        ),
        latin(MARK),
      ]),
      MOVING_WEBP,
    ],
  ])('%s', async (_, extension, dirty, picture) => {
    expect(isCleanable(extension)).toBe(true);
    const cleaned = await clean(dirty, extension);
    expect(cleaned?.bytes.equals(picture)).toBe(true);
    expect(cleaned?.bytes.includes(MARK)).toBe(false);
    expect(cleaned?.orientation).toBe(1);
    expect(cleaned?.frames).toBe(extension === 'jpg' || picture === PNG || picture === WEBP ? 1 : 2);
    expect(await header(cleaned?.bytes ?? Buffer.alloc(0))).toMatchObject({ width: 40, height: 30 });
  });
});

describe('how it was held stays', () => {
  it.each([2, 3, 4, 5, 6, 7, 8])('orientation %i, in both orders of bytes', async (orientation) => {
    for (const little of [false, true]) {
      const cleaned = await clean(phoneJpeg(JPEG, MARK, orientation, little), 'jpg');
      expect(cleaned?.orientation).toBe(orientation);
      expect(cleaned?.bytes.includes(MARK)).toBe(false);
      const exif = cleaned?.bytes.subarray((cleaned.bytes.indexOf('Exif\0\0') ?? 0) + 6) ?? Buffer.alloc(0);
      expect(orientationOf(exif)).toBe(orientation);
      expect(cleaned?.bytes).toHaveLength(JPEG.length + 4 + 6 + 26);
      // Once more: it is what it was.
      expect((await clean(cleaned?.bytes ?? JPEG, 'jpg'))?.bytes.equals(cleaned?.bytes ?? PNG)).toBe(true);
    }
    const png = await clean(programPng(PNG, MARK, orientation), 'png');
    expect(png?.bytes.subarray(-12).equals(pngChunk('IEND'))).toBe(true);
    expect(png?.bytes.includes(pngChunk('eXIf', Buffer.from(orientationTiff(orientation))))).toBe(true);
    const kept = await clean(
      webp(
        vp8x(0x18),
        VP8L,
        riffChunk('EXIF', Buffer.concat([latin('Exif\0\0'), exifOf(MARK, orientation)])),
      ),
      'webp',
    );
    expect(
      kept?.bytes.equals(
        webp(vp8x(0x18), VP8L, riffChunk('EXIF', Buffer.from(orientationTiff(orientation)))),
      ),
    ).toBe(true);
  });

  it.each([
    ['none', Buffer.alloc(0)],
    ['another kind of number', Buffer.from('4d4d002a0000000800010112000400000001000000060000', 'hex')],
    ['9', exifOf(MARK, 9)],
    ['a table behind the end', Buffer.from('4d4d002affffffff', 'hex')],
    ['more entries than there are', Buffer.from('4d4d002a00000008ffff', 'hex')],
  ])('%s is 1', (_, tiff) => expect(orientationOf(tiff)).toBe(1));
});

const checkProfile = (profile: Uint8Array | null): void => {
  const bytes = Buffer.from(profile ?? []);
  expect(bytes.includes(MARK)).toBe(false);
  expect(bytes.includes('XYZ \0\0\0\0\0\0red')).toBe(true);
  expect(bytes.readUInt32BE(0)).toBe(bytes.length);
  const tag = (name: string): [number, number] => {
    const at = bytes.indexOf(name, 128);
    return [bytes.readUInt32BE(at + 4), bytes.readUInt32BE(at + 8)];
  };
  expect(tag('gTRC')).toEqual(tag('rTRC'));
  const [from, size] = tag('rTRC');
  expect(bytes.subarray(from, from + size).toString('latin1')).toMatch(/^curv/);
};
const profilePart = (n: number, bytes: Buffer) =>
  jpegSegment(0xe2, latin('ICC_PROFILE\0'), Buffer.of(n, 2), bytes);

describe('colours stay, whose screen it was does not', () => {
  it('of a JPEG, also in two parts that came the wrong way round', async () => {
    const profile = profileOf(MARK);
    const file = Buffer.concat([
      JPEG.subarray(0, 2),
      profilePart(2, profile.subarray(100)),
      profilePart(1, profile.subarray(0, 100)),
      JPEG.subarray(2),
    ]);
    const { bytes = JPEG } = (await clean(file, 'jpg')) ?? {};
    expect(bytes.includes(MARK)).toBe(false);
    const at = bytes.indexOf('ICC_PROFILE\0') + 14;
    checkProfile(bytes.subarray(at, at + bytes.readUInt32BE(at)));
  });
  it('of a PNG, where it is packed, and of a WebP', async () => {
    const packed = Buffer.concat([latin(`${MARK}\0\0`), deflateSync(profileOf(MARK))]);
    const png = Buffer.concat([PNG.subarray(0, 33), pngChunk('iCCP', packed), PNG.subarray(33)]);
    const { bytes = PNG } = (await clean(png, 'png')) ?? {};
    expect(bytes.includes(MARK)).toBe(false);
    const at = bytes.indexOf('iCCP');
    checkProfile(inflateSync(bytes.subarray(at + 4 + 5, at + 4 + bytes.readUInt32BE(at - 4))));
    const moved = cleanWebp(new Uint8Array(webp(vp8x(0x30), riffChunk('ICCP', profileOf(MARK)), VP8L)));
    const file = Buffer.concat(moved?.parts ?? []);
    expect(file[20]).toBe(0x30);
    checkProfile(file.subarray(38, 38 + file.readUInt32LE(34)));
  });
  it('what is no profile, or fills the memory once it is unpacked, is left out', async () => {
    expect(cleanProfile(Buffer.from(MARK))).toBeNull();
    expect(cleanProfile(Buffer.concat([profileOf(MARK).subarray(0, 128), Buffer.alloc(4, 255)]))).toBeNull();
    const bomb = Buffer.concat([latin('x\0\0'), deflateSync(Buffer.alloc(64 * 1024 * 1024))]);
    const png = Buffer.concat([PNG.subarray(0, 33), pngChunk('iCCP', bomb), PNG.subarray(33)]);
    expect((await clean(png, 'png'))?.bytes.equals(PNG)).toBe(true);
  });
  it('how CMYK is stored stays', async () => {
    const adobe = jpegSegment(0xee, latin('Adobe\0\u0064\0\0\0\0\u0002'));
    const file = Buffer.concat([JPEG.subarray(0, 2), adobe, JPEG.subarray(2)]);
    expect((await clean(file, 'jpg'))?.bytes.equals(file)).toBe(true);
    const longer = jpegSegment(0xee, latin(`Adobe\0\u0064\0\0\0\0\u0002${MARK}`));
    const more = Buffer.concat([JPEG.subarray(0, 2), longer, JPEG.subarray(2)]);
    expect((await clean(more, 'jpg'))?.bytes.equals(file)).toBe(true);
  });
  it('of JFIF the density, not its small picture', async () => {
    const jfif = latin('JFIF\0\u0001\u0002\u0001\0\u0048\0\u0048');
    const file = (thumb: Buffer): Buffer =>
      Buffer.concat([JPEG.subarray(0, 2), jpegSegment(0xe0, jfif, thumb), JPEG.subarray(2)]);
    const small = Buffer.concat([Buffer.of(1, 1), latin(MARK)]);
    expect((await clean(file(small), 'jpg'))?.bytes.equals(file(Buffer.of(0, 0)))).toBe(true);
  });
});

/** What a cleaner does when `text` follows the beginning of a picture. */
const after = (run: (file: Uint8Array<ArrayBuffer>) => unknown, before: Buffer) => (text: string) =>
  run(new Uint8Array(Buffer.concat([before, latin(text)])));

describe('damaged and hostile files', () => {
  const dirty: [string, Buffer][] = [
    ['jpg', phoneJpeg(JPEG, MARK, 6)],
    ['png', programPng(APNG, MARK, 6)],
    ['gif', gif(latin('!\u00fe'), gifBlocks(MARK), GIF_LOOP, GIF_FRAME, GIF_FRAME)],
    ['webp', webp(vp8x(0x1e), anmf(VP8L), anmf(VP8L), riffChunk('EXIF', exifOf(MARK, 6)))],
  ];
  it.each(dirty)(
    '%s cut off anywhere is cleaned or refused, and keeps no secret',
    async (extension, file) => {
      for (let length = 0; length < file.length; length += 1) {
        const { bytes = Buffer.alloc(0) } = (await clean(file.subarray(0, length), extension)) ?? {};
        expect([bytes.includes(MARK), bytes.length <= length + 50]).toEqual([false, true]);
      }
    },
  );
  it.each(dirty)(
    '%s with any byte changed: an answer, and never more than there was',
    async (extension, file) => {
      for (let at = 0; at < file.length; at += 1) {
        const changed = Buffer.from(file);
        changed[at] = 255 - (changed[at] ?? 0);
        const { bytes = changed } = (await clean(changed, extension)) ?? {};
        expect(bytes.length).toBeLessThanOrEqual(file.length + 50);
      }
    },
  );
  it('what is cut off ends where its last whole part ends', async () => {
    const cut = await clean(GIF.subarray(0, GIF.length - 8), 'gif');
    expect(cut?.bytes.equals(gif(GIF_LOOP, GIF_FRAME))).toBe(true);
    expect((await clean(JPEG.subarray(0, JPEG.length - 2), 'jpg'))?.bytes.equals(JPEG)).toBe(true);
    expect(await clean(PNG.subarray(0, PNG.length - 12), 'png')).toBeNull();
    expect(await clean(Buffer.alloc(0), 'png')).toBeNull();
    expect(await clean(PNG, 'heic')).toBeNull();
  });
  it('the work grows with the file, not faster', () => {
    const jpegs = [
      '\u00ff',
      '\u00ff\u0000',
      '\u00ff\u00d8',
      '\u00ff\u00fe\u0000\u0002',
      'x',
      SCAN.toString('latin1'),
    ];
    expect(growsFasterThanText(after(cleanJpeg, JPEG.subarray(0, -2)), ...jpegs)).toEqual([]);
    expect(
      growsFasterThanText(
        after(cleanGif, GIF.subarray(0, -1)),
        '!\u00fe\0',
        '\u0001x',
        GIF_FRAME.toString('latin1'),
      ),
    ).toEqual([]);
    expect(
      growsFasterThanText(
        (text) => cleanWebp(new Uint8Array(webp(vp8x(2), anmf(latin(text))))),
        'ALPH\0\0\0\0',
        'nope\0\0\0\0',
      ),
    ).toEqual([]);
  });
});
