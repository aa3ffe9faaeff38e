/**
 * An image that waits in a tray, for whoever changes it before it is sent (the image editor). The changed picture takes
 * its place in tray and draft; what it was before leaves page and disk, and is never sent.
 */
import { MAX_PICTURE_PIXELS } from '../../../shared/pictures/picture-size.ts';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { type Readied, readPicked } from './read-picked.ts';
import { discardCopy, Dropped, stageCopy, storeCopy } from './stored-copies.ts';
import { copyOf, enqueue } from './tray-copies.ts';
import { changeItem, findItem, release, trayEpoch, trayOf } from './tray-store.ts';

/** What an editor draws. */
export interface EditableImage {
  /** For `<img src>`: turned as its camera said, as `<img>` and canvas draw it anyhow. */
  src: string;
  /** Its bytes, where the page has them: `createImageBitmap` decodes those beside the page. */
  blob: Blob | null;
  /** Ends the address if it was made for this; call it when the editor closes. */
  done: () => void;
}

/**
 * The picture as it was picked, while this page has it and it can be shown, else the copy that waits; null when there
 * is no such image (any more), or its tray is being sent. An editor closes when the item leaves `useTrays`.
 */
export function imageToEdit(channel: ChannelRef, id: number): EditableImage | null {
  const key = channelKey(channel);
  const item = findItem(key, id);
  if (item?.kind !== 'image' || trayOf(key).busy) return null;
  // (One that is too large to be shown is edited as it is sent.)
  if (item.source && item.source.width * item.source.height <= MAX_PICTURE_PIXELS) {
    const { file } = item.source;
    const src = URL.createObjectURL(file);
    return { src, blob: file, done: () => URL.revokeObjectURL(src) };
  }
  return item.preview === null ? null : { src: item.preview, blob: null, done: () => undefined };
}

/**
 * `picture`: PNG or JPEG of the whole changed image, as large as it is sent (`sentSize`, so that it is not made anew
 * once more), named as what it is now. Resolves once the core has it in the place of the image before. From the call on
 * nothing of that is sent: the tray waits for this.
 *
 * @throws Dropped when the image is not there any more (removed, sent, another account); else what the core says, and
 *   the image before is still there.
 */
export async function replaceImage(channel: ChannelRef, id: number, picture: File): Promise<void> {
  const key = channelKey(channel);
  const mine = trayEpoch();
  const wanted = (): boolean => mine === trayEpoch() && findItem(key, id) !== undefined;
  const found = findItem(key, id);
  if (found?.kind !== 'image' || trayOf(key).busy) throw new Dropped('this image does not wait any more');
  const before = copyOf(id);
  await enqueue(id, async () => {
    // It failed by itself, and was said.
    await before?.catch(() => undefined);
    const copy = findItem(key, id)?.copy ?? null;
    let readied: Readied | undefined;
    try {
      readied = await readPicked(channel, { id, kind: 'image', file: picture }, wanted);
      changeItem(key, id, { stored: false });
      const about = { channel, ...readied.about, ...(copy !== null && { insteadOf: copy }) };
      let now = '';
      if (found.isKept) await storeCopy(readied.file, about, { wanted, begun: (name) => (now = name) });
      else {
        now = await stageCopy(readied.file, channel, wanted);
        if (copy !== null) await discardCopy(copy);
      }
      const { name, size } = readied.file;
      changeItem(key, id, {
        ...readied.patch,
        copy: now,
        stored: true,
        edited: true,
        source: null,
        name,
        size,
      });
    } catch (error) {
      if (readied?.patch) release([readied.patch]);
      changeItem(key, id, { stored: copy !== null });
      if (error instanceof Dropped && copy !== null) await discardCopy(copy).catch(() => undefined);
      throw error;
    }
  });
}
