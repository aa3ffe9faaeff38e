import { describe, expect, it } from 'vitest';
import { MAX_PICTURE_PIXELS, pictureHeaderOf } from './picture-size.ts';
import { imageTypeOf, otherPictureExtension } from './picture-type.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0) & 0xff);
const be = (value: number, size: number): string =>
  String.fromCharCode(
    ...Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** (size - 1 - i)) & 0xff),
  );
const le = (value: number, size: number): string => Array.from(be(value, size)).toReversed().join('');
const box = (name: string, body: string): string => be(8 + body.length, 4) + name + body;

describe('image types by their bytes', () => {
  it.each([
    ['\u0089PNG\r\n\u001a\n....', 'image/png', 'png'],
    ['\u00ff\u00d8\u00ff\u00e0', 'image/jpeg', 'jpg'],
    ['GIF89a', 'image/gif', 'gif'],
    ['GIF87a', 'image/gif', 'gif'],
    ['RIFF\u0000\u0000\u0000\u0000WEBPVP8 ', 'image/webp', 'webp'],
    ['\u0000\u0000\u0000\u0020ftypavif', 'image/avif', 'avif'],
    ['BM1234567890ab\u0028\u0000\u0000\u0000', 'image/bmp', 'bmp'],
  ])('%j is %s', (head, mime, extension) => expect(imageTypeOf(bytes(head))).toEqual({ mime, extension }));

  it.each([
    '<svg xmlns="http://www.w3.org/2000/svg">',
    '<?xml version="1.0"?><svg>',
    '<html>',
    'RIFF\u0000\u0000\u0000\u0000WAVE',
    '\u0089PNG',
    'BM, a text that begins so',
    '\u0000\u0000\u0000\u0018ftypheic',
    ' GIF89a',
    '',
  ])('%j is none', (head) => expect(imageTypeOf(bytes(head))).toBeNull());
});

it.each([
  ['\u0000\u0000\u0000\u0018ftypheic', 'heic'],
  ['\u0000\u0000\u0000\u0018ftypmif1', 'heic'],
  ['II*\u0000', 'tiff'],
  ['<svg', 'bin'],
  ['MZ', 'bin'],
])('%j, which the page cannot show, is called %s', (head, extension) =>
  expect(otherPictureExtension(bytes(head))).toBe(extension),
);

const png = (w: number, h: number): string =>
  `\u0089PNG\r\n\u001a\n${be(13, 4)}IHDR${be(w, 4)}${be(h, 4)}\b\u0006\0\0\0`;
const jpeg = (w: number, h: number, before = '', sof = '\u00c0'): string =>
  `\u00ff\u00d8${before}\u00ff${sof}${be(17, 2)}\b${be(h, 2)}${be(w, 2)}\u0003`;
const frame = (x: number, y: number, w: number, h: number): string =>
  `,${le(x, 2)}${le(y, 2)}${le(w, 2)}${le(h, 2)}\0\b\u0002ab\u0001c\0`;
const gif = (w: number, h: number, ...blocks: string[]): string =>
  `GIF89a${le(w, 2)}${le(h, 2)}\u0080\0\0rgbrgb${blocks.join('')};`;
const webp = (chunk: string): string => `RIFF${le(100, 4)}WEBP${chunk}`;
const avif = (...boxes: string[]): string => box('ftyp', 'avif') + boxes.join('');
const ispe = (w: number, h: number): string => box('ispe', `\0\0\0\0${be(w, 4)}${be(h, 4)}`);
const meta = (...sizes: string[]): string =>
  box('meta', `\0\0\0\0${box('iprp', box('ipco', sizes.join('')))}`);
const bmp = (w: number, h: number): string =>
  `BM${'\0'.repeat(12)}${le(40, 4)}${le(w, 4)}${h < 0 ? le(2 ** 32 + h, 4) : le(h, 4)}`;

/** EXIF with a small picture of its own, whose frame header is not the one that counts. */
const exif = (length: number): string => {
  const inside = jpeg(160, 120).padEnd(length, 'x');
  return `\u00ff\u00e1${be(inside.length + 2, 2)}${inside}`;
};
const comment = `!\u00fe\u0003abc\0`;
const track = (w: number, h: number): string =>
  box('moov', box('trak', box('tkhd', `\0${'\0'.repeat(75)}${be(w, 2)}\0\0${be(h, 2)}\0\0`)));

const chunk = (name: string, body: string): string => `${be(body.length, 4)}${name}${body}crc!`;
const apng = (w: number, h: number, frames: number, announced = frames): string =>
  [
    `${png(w, h)}crc!`,
    chunk('acTL', be(announced, 4) + be(0, 4)),
    chunk('IDAT', 'x'),
    (chunk('fcTL', 'y'.repeat(26)) + chunk('fdAT', '....z')).repeat(frames),
    chunk('IEND', ''),
  ].join('');
const movingWebp = (w: number, h: number, frames: number): string =>
  webp(
    `VP8X${le(10, 4)}\u0002\0\0\0${le(w - 1, 3)}${le(h - 1, 3)}` +
      `ANMF${le(17, 4)}${'x'.repeat(17)}\0`.repeat(frames),
  );
const samples = (count: number): string => box('stsz', `\0\0\0\0${be(1, 4)}${be(count, 4)}`);
const movingAvif = (w: number, h: number, frames: number): string =>
  avif(meta(ispe(w, h)), box('moov', box('trak', box('mdia', box('minf', box('stbl', samples(frames)))))));
const movingGif = (w: number, h: number, frames: number): string =>
  gif(w, h, comment, frame(0, 0, 1, 1).repeat(frames));

/** Before a frame, in hundredths of a second. */
const shownFor = (delay: number): string => `!\u00f9\u0004\0${le(delay, 2)}\0\0`;
const anmf = (ms: number): string => `ANMF${le(16, 4)}${'x'.repeat(12)}${le(ms, 3)}x`;
/** The fraction of a second that a frame of a PNG is shown for. */
const fctl = (over: number, under: number): string =>
  chunk('fcTL', `${'y'.repeat(20)}${be(over, 2)}${be(under, 2)}zz`);
const moved = (...frames: string[]): string =>
  `${png(4, 3)}crc!${chunk('acTL', be(frames.length, 4) + be(0, 4))}${frames.join('')}${chunk('IEND', '')}`;

const sizeOf = async (text: string) => {
  const all = bytes(text);
  return pictureHeaderOf(async (offset, length) => all.subarray(offset, offset + length));
};

describe('the size of a picture, from its header', () => {
  it.each([
    ['PNG', png(16_000, 16_000), 16_000, 16_000],
    ['PNG, large numbers', png(2_147_483_647, 1), 2_147_483_647, 1],
    ['JPEG', jpeg(65_000, 30), 65_000, 30],
    ['progressive JPEG', jpeg(640, 480, '', '\u00c2'), 640, 480],
    ['JPEG behind EXIF', jpeg(8_000, 9_000, exif(40_000)), 8_000, 9_000],
    ['JPEG behind many segments', jpeg(8_000, 9_000, exif(60_000).repeat(30)), 8_000, 9_000],
    [
      'JPEG with fill bytes and rubbish',
      jpeg(7, 5, '\u00ff\u00ff\u00fe\0\u0004abrubbish\u00ff\0\u00ff\u00d0'),
      7,
      5,
    ],
    ['GIF', gif(20, 10, frame(0, 0, 20, 10)), 20, 10],
    [
      'GIF with a frame beyond its screen',
      gif(1, 1, comment, frame(0, 0, 1, 1), frame(5, 6, 60_000, 50_000)),
      60_005,
      50_006,
    ],
    ['WebP, lossy', webp(`VP8 ${le(30, 4)}abc\u009d\u0001*${le(9_000, 2)}${le(8_000, 2)}`), 9_000, 8_000],
    [
      'WebP, lossless',
      webp(`VP8L${le(30, 4)}/${le((1_999 << 14) | 2_999, 4)}${'\0'.repeat(9)}`),
      3_000,
      2_000,
    ],
    ['WebP, extended', webp(`VP8X${le(10, 4)}\0\0\0\0${le(15_999, 3)}${le(14_999, 3)}`), 16_000, 15_000],
    ['AVIF', avif(meta(ispe(400, 300))), 400, 300],
    ['AVIF of several items', avif(meta(ispe(400, 300), ispe(20_000, 3), ispe(4, 30_000))), 20_000, 30_000],
    ['AVIF sequence', avif(meta(ispe(4, 3)), track(9_000, 8_000)), 9_000, 8_000],
    ['BMP', bmp(640, 480), 640, 480],
    ['BMP from top to bottom', bmp(20_000, -9_000), 20_000, 9_000],
  ])('%s', async (_, file, width, height) => {
    const showable = width * height <= MAX_PICTURE_PIXELS;
    expect(await sizeOf(file)).toMatchObject({ width, height, showable });
  });

  it.each([
    ['GIF', movingGif],
    ['WebP', movingWebp],
    ['PNG', apng],
    ['PNG that announces one frame', (w: number, h: number, frames: number) => apng(w, h, frames, 1)],
    ['AVIF', movingAvif],
  ])('an animated %s is as large as all its frames', async (_, file) => {
    const shown = async (w: number, h: number, frames: number) =>
      (await sizeOf(file(w, h, frames)))?.showable;
    // One frame is a picture.
    expect(await shown(8_000, 5_000, 1)).toBe(true);
    expect(await shown(8_000, 5_000, 2)).toBe(false);
    expect(await shown(3_840, 2_160, 500)).toBe(true);
    expect(await shown(3_840, 2_160, 700)).toBe(false);
    expect(await shown(1_920, 1_080, 2_400)).toBe(true);
    expect(await shown(480, 270, 10_000)).toBe(true);
    // Of no size, and a million of them.
    expect(await shown(1, 1, 60_000)).toBe(false);
  });

  it.each([
    ['GIF', gif(4, 3, shownFor(5), frame(0, 0, 4, 3), shownFor(30), frame(0, 0, 1, 1)), 350],
    ['GIF that hurries', gif(4, 3, shownFor(1), frame(0, 0, 4, 3), frame(0, 0, 1, 1)), 200],
    ['GIF of one frame', gif(4, 3, shownFor(5), frame(0, 0, 4, 3)), undefined],
    ['WebP', webp(`VP8X${le(10, 4)}\u0002\0\0\0${le(3, 3)}${le(2, 3)}${anmf(40)}${anmf(0)}`), 140],
    ['WebP that stands still', webp(`VP8X${le(10, 4)}\0\0\0\0${le(3, 3)}${le(2, 3)}`), undefined],
    ['PNG', moved(fctl(1, 4), fctl(50, 0), fctl(0, 5)), 250 + 500 + 100],
    ['PNG of one frame', moved(fctl(1, 4)), undefined],
    ['AVIF, whose times nobody adds up', movingAvif(4, 3, 7), 700],
    ['JPEG', jpeg(4, 3), undefined],
  ])('how long a run takes: %s', async (_, file, ms) => expect((await sizeOf(file))?.loopMs).toBe(ms));

  it('says how many pixels of a picture are decoded, unless it moves', async () => {
    expect((await sizeOf(png(10_000, 5_001)))?.still).toEqual({ pixels: 50_010_000, inPieces: false });
    expect((await sizeOf(jpeg(12_000, 9_000)))?.still).toEqual({ pixels: 108_000_000, inPieces: true });
    const progressive = jpeg(12_000, 9_000).replaceAll('\u00ff\u00c0', '\u00ff\u00c2');
    expect((await sizeOf(progressive))?.still).toEqual({ pixels: 108_000_000, inPieces: false });
    expect((await sizeOf(movingAvif(8_000, 5_000, 2)))?.still).toBeUndefined();
  });

  it('50 megapixels are shown, one row more is not', async () => {
    expect(await sizeOf(png(10_000, 5_000))).toMatchObject({ showable: true });
    expect(await sizeOf(png(10_000, 5_001))).toMatchObject({ showable: false });
  });

  it.each([
    ['BMP with a JPEG in it', `${bmp(64, 48)}\u0001\0\u0018\0${le(4, 4)}`],
    ['BMP with a PNG in it', `${bmp(64, 48)}\u0001\0\u0018\0${le(5, 4)}`],
    ['AVIF without a size', avif(box('mdat', 'x'))],
    ['AVIF of too many boxes', avif(box('free', '').repeat(20_000), meta(ispe(4, 3)))],
    ['WebP of a kind nobody knows', webp(`VP9 ${'\0'.repeat(20)}`)],
    [
      'JPEG that hides its size',
      `\u00ff\u00d8${'\u00ff\u00fe\0\u0002'.repeat(600_000)}${jpeg(60_000, 60_000).slice(2)}`,
    ],
  ])('%s is not shown', async (_, file) => {
    expect(await sizeOf(file)).toMatchObject({ showable: false });
  });

  it('what is cut off or none says so, and no byte makes it fail', async () => {
    for (const file of [
      png(4, 3),
      jpeg(4, 3, exif(99)),
      gif(4, 3, frame(0, 0, 4, 3)),
      avif(meta(ispe(4, 3)), track(1, 1)),
    ])
      for (let end = 0; end < Math.min(file.length, 200); end += 1) await sizeOf(file.slice(0, end));
    expect(await sizeOf('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">')).toBeNull();
    expect(await sizeOf('')).toBeNull();
  });
});
