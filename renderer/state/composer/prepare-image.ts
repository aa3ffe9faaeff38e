/**
 * What is sent of a picked image: scaled to what screens show, and without what a camera or a program wrote into it.
 * One that moves, and one that is small enough, keeps its pixels as they are. Decoding is the browser's, in a thread of
 * its own; what is drawn here is drawn in bands. Its code is loaded when somebody picks one. Nothing of it stays here.
 */
import { cleanPicture, isCleanable } from '../../../shared/pictures/clean/clean-picture.ts';
import {
  MAX_PICTURE_PIXELS,
  pictureHeaderOf,
  type PictureHeader,
} from '../../../shared/pictures/picture-size.ts';
import { ascii, HEAD_BYTES } from '../../../shared/pictures/picture-type.ts';
import { decodeAtLeast, drawnInBands, memoryGiB } from './decode-picture.ts';
import { encodePicture } from './encode-picture.ts';
import { isReadable, nameAs, sentSize, type PictureSize } from './image-size.ts';
import type { WhyAsItIs } from './tray-store.ts';

export interface PreparedImage extends PictureSize {
  file: File;
  /** How large it was picked, and what it is without all this. */
  picked: PictureSize & { kind: 'image' | 'file' };
}

/** It is read whole. */
const MAX_IMAGE_BYTES = 100 * 1024 * 1024;
/** What a message may say (`attachments.keep`). */
const MAX_SIDE = 100_000;
/**
 * A name for what is sent as a file, as it is: no picture, one that this Chromium shows nothing of, a damaged one; one
 * that has more pixels than can be made smaller here; an AVIF that moves.
 */
export async function prepareImage(file: File): Promise<PreparedImage | WhyAsItIs> {
  if (file.size > MAX_IMAGE_BYTES) return 'unread';
  const header = await headerOf(file);
  if (!header || (!header.showable && !header.still)) return 'unread';
  if (!header.showable && !isReadable(header, memoryGiB())) return 'tooManyPixels';
  const { extension, mime } = header.type;
  const size = { width: header.width, height: header.height };
  if (!isCleanable(extension))
    return (await isStill(file, extension))
      ? ((await drawnAnew(file, { extension, mime, ...size, scaled: 'always' })) ?? 'unread')
      : 'movingAvif';
  const cleaned = await cleanPicture(new Uint8Array(await file.arrayBuffer()), extension);
  if (!cleaned) return 'unread';
  const clean = new File(cleaned.parts, nameAs(file.name, extension), { type: mime });
  const scaled = cleaned.frames > 1 || extension === 'gif' ? 'never' : 'whenLarge';
  return (await drawnAnew(clean, { extension, mime, ...size, scaled })) ?? 'unread';
}

/** BMP, and AVIF that does not move: no other client shows them, so they are drawn as what all show. */
const isStill = async (file: Blob, extension: string): Promise<boolean> =>
  extension === 'bmp' ||
  (extension === 'avif' &&
    ascii(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()), 4, 'ftypavif'));

interface Drawing extends PictureSize {
  extension: string;
  mime: string;
  scaled: 'never' | 'whenLarge' | 'always';
}

/** `width`, `height`: as its header says. */
async function drawnAnew(
  file: File,
  { extension, mime, width, height, scaled }: Drawing,
): Promise<PreparedImage | null> {
  const announced = sentSize({ width, height });
  const needed = scaled === 'never' || width === 0 ? 1 : announced.width / width;
  const decoded = await decodeAtLeast({ bytes: file, mime, width, height }, needed).catch(() => null);
  if (!decoded) return null;
  const { bitmap, whole } = decoded;
  try {
    const isHuge = whole.width * whole.height > MAX_PICTURE_PIXELS;
    const kind = isCleanable(extension) && !isHuge ? 'image' : 'file';
    const picked = { ...whole, kind } as const;
    if (Math.max(whole.width, whole.height) > MAX_SIDE) return null;
    const size = sentSize(whole);
    const asItIs = isHuge ? null : { file, picked, ...whole };
    if (scaled === 'never' || (scaled === 'whenLarge' && size.width === whole.width)) return asItIs;
    const drawn = await drawnInBands(
      bitmap,
      { x: 0, y: 0, width: bitmap.width, height: bitmap.height },
      size,
    );
    const encoded = drawn && (await encodePicture(drawn, extension));
    if (drawn) drawn.width = 0;
    if (!encoded) return scaled === 'always' ? null : asItIs;
    if (scaled === 'whenLarge' && asItIs && encoded.size >= file.size) return asItIs;
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
