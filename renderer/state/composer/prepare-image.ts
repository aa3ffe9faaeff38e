/**
 * What is sent of a picked image: scaled to what screens show, and without what a camera or a program wrote into it.
 * One that moves, and one that is small enough, keeps its pixels as they are. Decoding is the browser's, in a thread of
 * its own; what is drawn here is drawn in bands. Its code is loaded when somebody picks one. Nothing of it stays here.
 */
import { cleanPicture, isCleanable } from '../../../shared/pictures/clean/clean-picture.ts';
import { pictureHeaderOf, type PictureHeader } from '../../../shared/pictures/picture-size.ts';
import { ascii, HEAD_BYTES } from '../../../shared/pictures/picture-type.ts';
import { nameAs, sentSize, type PictureSize } from './image-size.ts';

export interface PreparedImage extends PictureSize {
  file: File;
  /** How large it was picked, and what it is without all this. */
  picked: PictureSize & { kind: 'image' | 'file' };
}

/** Of JPEG and WebP: nobody sees a difference, at a fraction of the bytes a camera writes. */
const QUALITY = 0.85;
/** It is read whole. */
const MAX_IMAGE_BYTES = 100 * 1024 * 1024;
/** What a message may say (`attachments.keep`). */
const MAX_SIDE = 100_000;
/** Source pixels that are drawn at a time: some ms. */
const BAND_PIXELS = 4_000_000;
/** A PNG of fewer bytes stays one: drawings and words are sharp in it. */
const SMALL_PNG_BYTES = 400_000;
/** A larger opaque one becomes a JPEG if that is smaller than this share of it: it is a photo. */
const PHOTO_SHARE = 0.5;

/**
 * null for what is sent as a file, as it is: no picture, one that this Chromium shows nothing of, one with too many
 * pixels, a damaged one, and an AVIF that moves.
 */
export async function prepareImage(file: File): Promise<PreparedImage | null> {
  if (file.size > MAX_IMAGE_BYTES) return null;
  const header = await headerOf(file);
  if (!header?.showable) return null;
  const { extension, mime } = header.type;
  if (!isCleanable(extension))
    return (await isStill(file, extension)) ? drawnAnew(file, extension, null) : null;
  const cleaned = await cleanPicture(new Uint8Array(await file.arrayBuffer()), extension);
  if (!cleaned) return null;
  const clean = new File(cleaned.parts, nameAs(file.name, extension), { type: mime });
  return drawnAnew(clean, extension, cleaned.frames > 1 || extension === 'gif' ? 'never' : 'whenLarge');
}

/** BMP, and AVIF that does not move: no other client shows them, so they are drawn as what all show. */
const isStill = async (file: Blob, extension: string): Promise<boolean> =>
  extension === 'bmp' ||
  (extension === 'avif' &&
    ascii(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()), 4, 'ftypavif'));

/** `scaled`: null = drawn anew whatever its size. */
async function drawnAnew(
  file: File,
  extension: string,
  scaled: 'never' | 'whenLarge' | null,
): Promise<PreparedImage | null> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  try {
    const kind = isCleanable(extension) ? 'image' : 'file';
    const picked = { width: bitmap.width, height: bitmap.height, kind } as const;
    if (Math.max(picked.width, picked.height) > MAX_SIDE) return null;
    const size = sentSize(picked);
    const asItIs = { file, picked, width: picked.width, height: picked.height };
    if (scaled === 'never' || (scaled === 'whenLarge' && size.width === picked.width)) return asItIs;
    const drawn = await drawnInBands(bitmap, size);
    const encoded = drawn && (await encode(drawn, extension));
    if (drawn) drawn.width = 0;
    if (!encoded) return scaled === null ? null : asItIs;
    if (scaled !== null && encoded.size >= file.size) return asItIs;
    const name = nameAs(
      file.name,
      encoded.type === 'image/jpeg' ? 'jpg' : encoded.type.slice('image/'.length),
    );
    return { file: new File([encoded], name, { type: encoded.type }), picked, ...size };
  } finally {
    bitmap.close();
  }
}

/** Looked at before it is decoded: a small file can hold more pixels than there is memory. */
async function headerOf(file: Blob): Promise<PictureHeader | null> {
  try {
    return await pictureHeaderOf(
      async (offset, length) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
    );
  } catch {
    return null;
  }
}

/** The page draws its own frames between the bands. null when there is no room for it. */
async function drawnInBands(bitmap: ImageBitmap, size: PictureSize): Promise<OffscreenCanvas | null> {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.imageSmoothingQuality = 'high';
  const { width, height } = bitmap;
  const bands = Math.min(size.height, Math.ceil((width * height) / BAND_PIXELS));
  for (let band = 0; band < bands; band += 1) {
    const [from, to] = [band, band + 1].map((n) => Math.round((n * size.height) / bands)) as [number, number];
    const scale = height / size.height;
    context.drawImage(bitmap, 0, from * scale, width, (to - from) * scale, 0, from, size.width, to - from);
    // Until somebody reads, nothing is drawn, and then all of it.
    context.getImageData(0, from, 1, 1);
    await nextTask();
  }
  return canvas;
}

const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0);
  });

async function encode(canvas: OffscreenCanvas, extension: string): Promise<Blob | null> {
  try {
    const as = (type: string): Promise<Blob> =>
      canvas.convertToBlob({ type: `image/${type}`, quality: QUALITY });
    if (extension === 'jpg') return await as('jpeg');
    if (extension === 'webp') return await as('webp');
    const png = await as('png');
    if (png.size <= SMALL_PNG_BYTES || (await hasHoles(canvas))) return png;
    const jpeg = await as('jpeg');
    return jpeg.size < png.size * PHOTO_SHARE ? jpeg : png;
  } catch {
    return null;
  }
}

/** Rows that are looked at between two tasks. */
const ROWS = 256;

/** Whether anything of it is seen through. */
async function hasHoles(canvas: OffscreenCanvas): Promise<boolean> {
  const context = canvas.getContext('2d');
  if (!context) return true;
  for (let row = 0; row < canvas.height; row += ROWS) {
    const { data } = context.getImageData(0, row, canvas.width, Math.min(ROWS, canvas.height - row));
    for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
    await nextTask();
  }
  return false;
}
