/** What was picked, read right before it is copied to the core: what an image or a video is, and what is sent of it. */
import { channelKey, type ChannelRef, type DraftFileKind } from '../../../shared/domain.ts';
import type { Args } from '../../../shared/ipc/contract/contract.ts';
import { pictureHeaderOf } from '../../../shared/pictures/picture-size.ts';
import { Dropped, stageCopy } from './stored-copies.ts';
import { changeItem } from './tray-store.ts';

/** What is copied, and as what. */
export interface Readied {
  file: File;
  about: Omit<Args<'attachments.keep'>, 'attachmentId' | 'channel'>;
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
  if (item.kind === 'image') return readImage(channel, item, wanted);
  return asFile(item.file);
}

const asFile = (file: File): Readied => ({ file, about: { kind: 'file', width: 0, height: 0 } });

/** Looks into a video that was picked and stages its cover; what cannot be played is a file. */
async function readVideo(
  channel: ChannelRef,
  { id, file }: PickedItem,
  wanted: () => boolean,
): Promise<Readied> {
  const key = channelKey(channel);
  const { readFilm } = await import('./film-cover.ts');
  const film = await readFilm(file);
  if (!wanted()) throw new Dropped('nobody wants it any more');
  if (!film) {
    changeItem(key, id, { kind: 'file' });
    return asFile(file);
  }
  const { width, height, seconds } = film;
  changeItem(key, id, { width, height, seconds, preview: URL.createObjectURL(film.cover) });
  const coverId = await stageCopy(new File([film.cover], 'cover.jpg'), channel, wanted);
  return { file, about: { kind: 'video', width, height, seconds, coverId } };
}

/** What cannot be shown is a file. */
async function readImage(
  channel: ChannelRef,
  { id, file }: PickedItem,
  wanted: () => boolean,
): Promise<Readied> {
  const key = channelKey(channel);
  const shown = await shownImage(file);
  if (!wanted()) {
    if (shown) URL.revokeObjectURL(shown.preview);
    throw new Dropped('nobody wants it any more');
  }
  if (!shown) {
    changeItem(key, id, { kind: 'file', source: null });
    return asFile(file);
  }
  const { preview, width, height } = shown;
  changeItem(key, id, { width, height, preview });
  return { file, about: { kind: 'image', width, height } };
}

async function shownImage(file: File): Promise<{ preview: string; width: number; height: number } | null> {
  if (!(await isShowable(file))) return null;
  const preview = URL.createObjectURL(file);
  const image = new Image();
  image.src = preview;
  try {
    await image.decode();
    return { preview, width: image.naturalWidth, height: image.naturalHeight };
  } catch {
    // Not what its type says: sent as a file, which it is.
    URL.revokeObjectURL(preview);
    return null;
  } finally {
    image.removeAttribute('src');
  }
}

/** Looked at before it is decoded: a small file can hold more pixels than there is memory. */
async function isShowable(file: Blob): Promise<boolean> {
  try {
    const header = await pictureHeaderOf(
      async (offset, length) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
    );
    return header?.showable === true;
  } catch {
    return false;
  }
}
