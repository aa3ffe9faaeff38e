/** What was picked, read right before it is copied to the core: what an image or a video is, and what is sent of it. */
import { channelKey, type ChannelRef, type DraftFileKind } from '../../../shared/domain.ts';
import type { Args } from '../../../shared/ipc/contract/contract.ts';
import { HEAD_BYTES, imageTypeOf } from '../../../shared/pictures/picture-type.ts';
import { isImageType } from './attachments.ts';
import { Dropped, stageCopy } from './stored-copies.ts';
import { type Attachment, changeItem, type Original } from './tray-store.ts';

/** What is copied, and as what. */
export interface Readied {
  file: File;
  about: Omit<Args<'attachments.keep'>, 'attachmentId' | 'channel'>;
  /** Blanks what of a piece that stands at `offset` is not to be sent. */
  blank?: (offset: number, piece: Uint8Array) => void;
  /** What the tray shows of it from now on. Its address is the caller's to release. */
  patch?: Partial<Attachment>;
}

interface PickedItem {
  id: number;
  kind: DraftFileKind;
  file: File;
}

/** `wanted` is asked after each wait. @throws Dropped, or what the core says */
export async function readPicked(
  channel: ChannelRef,
  item: PickedItem,
  wanted: () => boolean,
): Promise<Readied> {
  if (!wanted()) throw new Dropped('nobody wants it any more');
  if (item.kind === 'video') return readVideo(channel, item, wanted);
  const isImage = item.kind === 'image' || (await isPicture(item.file));
  return isImage ? readImage(item, wanted) : asFile(item.file);
}

const asFile = (file: File): Readied => ({ file, about: { kind: 'file', width: 0, height: 0 } });

/**
 * Looks into a video that was picked and stages its cover; what cannot be played is a file. What its camera wrote into
 * it is blanked in both; one of which nobody can say what is in it goes as a file, as it is.
 */
async function readVideo(
  channel: ChannelRef,
  { id, file }: PickedItem,
  wanted: () => boolean,
): Promise<Readied> {
  const key = channelKey(channel);
  const { blankedOf, readFilm } = await import('./film-cover.ts');
  const patches = await blankedOf(file);
  const film = patches === 'unreadable' ? null : await readFilm(file);
  if (!wanted()) throw new Dropped('nobody wants it any more');
  const blanks = typeof patches === 'object' && patches.count > 0;
  const blank = blanks && { blank: (offset: number, piece: Uint8Array) => patches.apply(offset, piece) };
  if (!film) {
    const source: Original | null = blanks ? { file, width: 0, height: 0, kind: 'file' } : null;
    changeItem(key, id, { kind: 'file', isAsItIs: patches === 'unreadable', source });
    return { ...asFile(file), ...blank };
  }
  const { cover, width, height, seconds } = film;
  if (blanks) changeItem(key, id, { source: { file, width, height, kind: 'video', cover } });
  changeItem(key, id, { width, height, seconds, preview: URL.createObjectURL(cover) });
  const coverId = await stageCopy(new File([cover], 'cover.jpg'), channel, wanted);
  return { file, about: { kind: 'video', width, height, seconds, coverId }, ...blank };
}

/** What cannot be drawn, or read, is a file. */
async function readImage({ file }: PickedItem, wanted: () => boolean): Promise<Readied> {
  const { prepareImage } = await import('./prepare-image.ts');
  const prepared = await prepareImage(file).catch(() => null);
  if (!wanted()) throw new Dropped('nobody wants it any more');
  if (!prepared || prepared === 'tooLarge')
    return { ...asFile(file), patch: { kind: 'file', tooManyPixels: prepared !== null } };
  const { file: sent, width, height, picked } = prepared;
  const source: Original = { file, ...picked };
  const preview = URL.createObjectURL(sent);
  const patch = { kind: 'image', width, height, preview, size: sent.size, source } as const;
  return { file: sent, about: { kind: 'image', width, height }, patch };
}

/** A picture of a kind that is sent as one, whatever its name says: what cameras wrote leaves it as well. */
async function isPicture(file: Blob): Promise<boolean> {
  try {
    const type = imageTypeOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
    return type !== null && isImageType(type.mime);
  } catch {
    return false;
  }
}
