/**
 * How large a picture is once it is decoded, read from its header: a file of some hundred KiB can hold more pixels than
 * there is memory. For what core and page show, and for what is picked to be sent.
 */
import { sizeOfAvif } from './avif-size.ts';
import {
  ByteWindow,
  larger,
  MAX_STEPS,
  type ReadBytes,
  type Size,
  u16be,
  u16le,
  u24le,
  u32be,
  u32le,
} from './byte-window.ts';
import { ascii, HEAD_BYTES, imageTypeOf, type ImageType } from './picture-type.ts';

/** 50 megapixels, 200 MB once decoded: more than any phone's camera makes of one picture that is sent. */
export const MAX_PICTURE_PIXELS = 50_000_000;

/**
 * An animation is decoded frame by frame for as long as it is seen, each as large as its canvas: at most 10 megapixels
 * at a time (a screen of 4K has 8), and 5,000 in all, which are 2,400 frames of 1920 x 1080. A frame counts for a tenth
 * of a megapixel at least: players keep something of each.
 */
export const MAX_CANVAS_PIXELS = 10_000_000;
export const MAX_ANIMATION_PIXELS = 5_000_000_000;
const MIN_FRAME_PIXELS = 100_000;

export interface PictureHeader {
  type: ImageType;
  /** Largest of what the file announces: of an animation its canvas, or a frame beyond it. 0 = announces nothing. */
  width: number;
  height: number;
  /** It moves: ms of one run, as Chromium shows it. Absent = it stands still. */
  loopMs?: number;
  /** It may be decoded: it is not too large (nor are its frames), and its size is where decoders look for it. */
  showable: boolean;
  /** Of one that does not move, and says how large it is. */
  still?: StillPixels;
}

export interface StillPixels {
  /** As many are decoded. */
  pixels: number;
  /** A JPEG that does not progress: its pixels come one after the other, and are made smaller as they come. */
  inPieces: boolean;
}

/** null for what is no picture the page can show. Reads headers only, not the whole file unless it is made of them. */
export async function pictureHeaderOf(read: ReadBytes): Promise<PictureHeader | null> {
  const bytes = new ByteWindow(read);
  const type = imageTypeOf(await bytes.take(0, HEAD_BYTES));
  if (!type) return null;
  const found = await SIZES[type.extension]?.(bytes);
  const size = bytes.isSpent ? null : found;
  const { width, height } = size ?? { width: 0, height: 0 };
  const loopMs = size ? runOf(size) : null;
  return {
    type,
    width,
    height,
    showable: size !== null && size !== undefined && isBearable(size),
    ...(loopMs !== null && { loopMs }),
    ...(size && loopMs === null && { still: { pixels: pixelsOf(size), inPieces: size.inPieces === true } }),
  };
}

/** What a frame is shown for where the file says 10 ms or less. */
const HASTY_MS = 10;
const DEFAULT_FRAME_MS = 100;
const frameMs = (ms: number): number => (ms <= HASTY_MS ? DEFAULT_FRAME_MS : ms);

/** Of AVIF nobody has added the times up. */
const runOf = ({ frames = 1, ms = 0 }: Size): number | null =>
  frames <= 1 ? null : Math.round(ms > 0 ? ms : frames * DEFAULT_FRAME_MS);

/** Transparency and a gain map may be as large as the picture itself. */
const PICTURES_OF_ONE = 2;

const pixelsOf = ({ width, height, pixels = 0 }: Size): number =>
  Math.max(width * height, Math.ceil(pixels / PICTURES_OF_ONE));

function isBearable(size: Size): boolean {
  const { frames = 1 } = size;
  const pixels = pixelsOf(size);
  if (frames <= 1) return pixels <= MAX_PICTURE_PIXELS;
  return pixels <= MAX_CANVAS_PIXELS && Math.max(pixels, MIN_FRAME_PIXELS) * frames <= MAX_ANIMATION_PIXELS;
}

/** A header is within these bytes; a file that hides it behind more is not decoded. */
const MAX_HEADER_BYTES = 32 * 1024 * 1024;

/** Decoders of these formats refuse a file whose header they cannot read; there is nothing to protect them from. */
const NOTHING: Size = { width: 0, height: 0 };

/** By extension of the type. null = there is a picture, and how large it is cannot be told. */
const SIZES: Record<string, (bytes: ByteWindow) => Promise<Size | null>> = {
  png: sizeOfPng,
  jpg: sizeOfJpeg,
  gif: sizeOfGif,
  webp: sizeOfWebp,
  avif: sizeOfAvif,
  bmp: sizeOfBmp,
};

/**
 * IHDR comes first or the file is none; frames of an animation lie inside it. One that moves says so (acTL) before its
 * first picture; how many frames it says is not believed.
 */
async function sizeOfPng(bytes: ByteWindow): Promise<Size | null> {
  const head = await bytes.take(0, 24);
  if (head.length < 24) return NOTHING;
  const size = { width: u32be(head, 16), height: u32be(head, 20) };
  let moves = false;
  let frames = 0;
  let ms = 0;
  let at = 8;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const chunk = await bytes.take(at, 8);
    if (chunk.length < 8 || ascii(chunk, 4, 'IEND')) return { ...size, frames, ms };
    if (ascii(chunk, 4, 'acTL')) moves = true;
    else if (ascii(chunk, 4, 'fcTL')) {
      frames += 1;
      const delay = await bytes.take(at + 28, 4);
      // (A fraction; below it 0 stands for 100.)
      ms += frameMs((u16be(delay, 0) * 1_000) / (u16be(delay, 2) || 100));
    } else if (ascii(chunk, 4, 'IDAT') && !moves) return size;
    at += 12 + u32be(chunk, 0);
  }
  return null;
}

async function sizeOfBmp(bytes: ByteWindow): Promise<Size | null> {
  const head = await bytes.take(0, 34);
  if (head.length < 26) return NOTHING;
  // A JPEG or PNG in the place of pixels, with a size of its own.
  if (head[14] !== 12 && [4, 5].includes(u32le(head, 30))) return null;
  if (head[14] === 12) return { width: u16le(head, 18), height: u16le(head, 20) };
  // Signed: a picture from top to bottom has a negative height.
  return { width: Math.abs(u32le(head, 18) | 0), height: Math.abs(u32le(head, 22) | 0) };
}

/** Up to the frame header; what stands before it (EXIF with a small picture of its own, profiles) is stepped over. */
async function sizeOfJpeg(bytes: ByteWindow): Promise<Size | null> {
  let at = 2;
  for (let step = 0; step < MAX_STEPS && at < MAX_HEADER_BYTES; step += 1) {
    const segment = await bytes.take(at, 9);
    if (segment.length < 4) return NOTHING;
    const marker = segment[1] ?? 0;
    // Fill bytes, and rubbish between segments, which decoders step over too.
    if (segment[0] !== 0xff || marker === 0xff || marker === 0) at += 1;
    // Without a length: TEM, RSTn, SOI.
    else if (marker === 1 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker === 0xd9) return NOTHING;
    // SOF0 to SOF15 without DHT, JPG and DAC.
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      // (C0 and C1 are those whose pixels come one after the other.)
      return { height: u16be(segment, 5), width: u16be(segment, 7), inPieces: marker <= 0xc1 };
    else at += 2 + Math.max(2, u16be(segment, 2));
  }
  return null;
}

/** Bytes of the colours that follow, by the flags before them. */
const tableAfter = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/** The logical screen, and frames that reach beyond it: decoders make room for them. */
async function sizeOfGif(bytes: ByteWindow): Promise<Size | null> {
  const head = await bytes.take(0, 13);
  if (head.length < 13) return NOTHING;
  let size: Size = { width: u16le(head, 6), height: u16le(head, 8) };
  let at = 13 + tableAfter(head[10] ?? 0);
  let frames = 0;
  let ms = 0;
  let delay = 0;
  /** Steps over blocks of data, each with its length in front. */
  const skipBlocks = async (steps: { left: number }): Promise<void> => {
    while (steps.left > 0) {
      steps.left -= 1;
      const length = (await bytes.take(at, 1))[0] ?? 0;
      at += 1 + length;
      if (length === 0) return;
    }
  };
  const steps = { left: MAX_STEPS };
  while (steps.left > 0) {
    steps.left -= 1;
    const block = await bytes.take(at, 10);
    if (block[0] === 0x21) {
      // What stands before a frame says how long it is shown, in hundredths of a second.
      if (block[1] === 0xf9) delay = u16le(block, 4) * 10;
      at += 2;
      await skipBlocks(steps);
    } else if (block[0] === 0x2c && block.length === 10) {
      const frame = { width: u16le(block, 1) + u16le(block, 5), height: u16le(block, 3) + u16le(block, 7) };
      size = larger(size, frame);
      frames += 1;
      ms += frameMs(delay);
      delay = 0;
      at += 10 + tableAfter(block[9] ?? 0) + 1;
      await skipBlocks(steps);
      // The end, or where decoders stop as well.
    } else return { ...size, frames, ms };
  }
  return null;
}

async function sizeOfWebp(bytes: ByteWindow): Promise<Size | null> {
  const head = await bytes.take(12, 18);
  if (head.length < 18) return NOTHING;
  // A canvas; pictures that do not fit it are refused by the decoder.
  if (ascii(head, 0, 'VP8X')) {
    const moves = ((head[8] ?? 0) & 2) === 0 ? { frames: 1 } : await framesOfWebp(bytes);
    return moves && { width: u24le(head, 12) + 1, height: u24le(head, 15) + 1, ...moves };
  }
  if (ascii(head, 0, 'VP8L')) {
    const bits = u32le(head, 9);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (ascii(head, 0, 'VP8 ')) {
    const frame = await bytes.take(26, 4);
    return { width: u16le(frame, 0) & 0x3fff, height: u16le(frame, 2) & 0x3fff };
  }
  return null;
}

async function framesOfWebp(bytes: ByteWindow): Promise<{ frames: number; ms: number } | null> {
  let frames = 0;
  let ms = 0;
  let at = 12;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const chunk = await bytes.take(at, 8);
    if (chunk.length < 8) return { frames, ms };
    if (ascii(chunk, 0, 'ANMF')) {
      frames += 1;
      ms += frameMs(u24le(await bytes.take(at + 20, 3), 0));
    }
    const length = u32le(chunk, 4);
    at += 8 + length + (length % 2);
  }
  return null;
}
