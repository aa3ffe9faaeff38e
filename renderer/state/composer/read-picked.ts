/** What was picked, read right before it is copied to the core: what an image or a video is, and what is sent of it. */
import { channelKey, type ChannelRef, type DraftFileKind } from '../../../shared/domain.ts';
import type { Args } from '../../../shared/ipc/contract/contract.ts';
import { FILM_HEAD_BYTES, filmTypeOf } from '../../../shared/pictures/film-type.ts';
import { imageTypeOf, otherPictureExtension } from '../../../shared/pictures/picture-type.ts';
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

/**
 * Decided by its bytes: names and what the system makes of them are often wrong or missing. `wanted` is asked after
 * each wait. @throws Dropped, or what the core says
 */
export async function readPicked(
  channel: ChannelRef,
  item: PickedItem,
  wanted: () => boolean,
): Promise<Readied> {
  if (!wanted()) throw new Dropped('nobody wants it any more');
  const head = await headOf(item.file);
  if (imageTypeOf(head)) return readImage(item, wanted);
  // (Sound is in the same containers.)
  if (filmTypeOf(head) && !item.file.type.startsWith('audio/')) return readVideo(channel, item, wanted);
  const isPicture = otherPictureExtension(head) !== 'bin' || item.kind === 'image';
  return { ...asFile(item.file), patch: { kind: 'file', asItIs: isPicture ? 'unread' : null } };
}

const asFile = (file: File): Readied => ({ file, about: { kind: 'file', width: 0, height: 0 } });

/** Nothing of what cannot be read: whoever copies it says so. */
const headOf = async (file: Blob): Promise<Uint8Array> =>
  file
    .slice(0, FILM_HEAD_BYTES)
    .arrayBuffer()
    .then(
      (bytes) => new Uint8Array(bytes),
      () => new Uint8Array(),
    );

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
  const film = patches === 'unreadable' ? null : await readFilm(file).catch(() => null);
  if (!wanted()) throw new Dropped('nobody wants it any more');
  const saysSo = file.type.startsWith('video/');
  const blanks = typeof patches === 'object' && patches.count > 0 && (film !== null || saysSo);
  const blank = blanks && { blank: (offset: number, piece: Uint8Array) => patches.apply(offset, piece) };
  if (!film) {
    const source: Original | null = blanks ? { file, width: 0, height: 0, kind: 'file' } : null;
    // Nobody knows what it is then: it is sent as it was picked, be it sound or somebody's own container.
    const isUnread = saysSo ? patches === 'unreadable' : typeof patches === 'object' && patches.count > 0;
    changeItem(key, id, { kind: 'file', asItIs: isUnread ? 'unread' : null, source });
    return { ...asFile(file), ...blank };
  }
  const { cover, width, height, seconds } = film;
  if (blanks) changeItem(key, id, { source: { file, width, height, kind: 'video', cover } });
  changeItem(key, id, { kind: 'video', width, height, seconds, preview: URL.createObjectURL(cover) });
  const coverId = await stageCopy(new File([cover], 'cover.jpg'), channel, wanted);
  return { file, about: { kind: 'video', width, height, seconds, coverId }, ...blank };
}

/** What cannot be drawn, or read, is a file. */
async function readImage({ file }: PickedItem, wanted: () => boolean): Promise<Readied> {
  const { prepareImage } = await import('./prepare-image.ts');
  const prepared = await prepareImage(file).catch(() => 'unread' as const);
  if (!wanted()) throw new Dropped('nobody wants it any more');
  if (typeof prepared === 'string') return { ...asFile(file), patch: { kind: 'file', asItIs: prepared } };
  const { file: sent, width, height, picked } = prepared;
  const source: Original = { file, ...picked };
  const preview = URL.createObjectURL(sent);
  const patch = { kind: 'image', width, height, preview, size: sent.size, source } as const;
  return { file: sent, about: { kind: 'image', width, height }, patch };
}
