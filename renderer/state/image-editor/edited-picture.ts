/** The picture that the editor opens, and where what it makes goes. */
import { ImageOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { channelKey } from '../../../shared/domain.ts';
import { t } from '../../i18n/i18n.ts';
import { showToast } from '../../ui/toast.tsx';
import { attachFiles, detach } from '../composer/attachment-store.ts';
import { Dropped } from '../composer/stored-copies.ts';
import { findItem, useTrays } from '../composer/tray-store.ts';
import { imageToEdit, replaceImage } from '../composer/waiting-image.ts';
import { loadMedia, useLoadedMedia } from '../media/media-store.ts';
import { watchGone } from '../messages/gone-messages.ts';
import { loadedMessage } from '../messages/message-store.ts';
import { editedName } from './edited-name.ts';
import { closeImageEditor, type EditedPicture, isThere, isTold, useImageEditor } from './editor-store.ts';

export interface Source {
  /** Address for `<img>`, and the bytes where the page has them; null = it is being loaded, or is not there. */
  source: { src: string; blob: Blob | null } | null;
  hasFailed: boolean;
}

export function useSource(open: EditedPicture): Source {
  const [waiting] = useState(() => (open.of === 'tray' ? imageToEdit(open.channel, open.id) : null));
  useEffect(() => waiting?.done, [waiting]);
  const media = useLoadedMedia(open.channel, open.of === 'message' ? open.key : '');
  const isMissing = open.of === 'message' && (media === undefined || media.state === 'held');
  useEffect(() => {
    if (isMissing) void loadMedia(open.channel, open.key, { asked: true });
  }, [isMissing, open]);
  if (open.of === 'tray') return { source: waiting, hasFailed: waiting === null };
  if (media?.state === 'ready' && media.src !== '')
    return { source: { src: media.src, blob: null }, hasFailed: false };
  return { source: null, hasFailed: !isMissing && media?.state !== 'loading' };
}

/** As it is called; '' = it has no name. */
export function nameOf(open: EditedPicture): string {
  const key = channelKey(open.channel);
  if (open.of === 'tray') return findItem(key, open.id)?.name ?? '';
  const content = loadedMessage(key, open.key)?.content;
  return content?.kind === 'image' ? (content.name ?? lastPart(content.url)) : '';
}

/** TSDD's clients send no name; the address ends with one, which says what it is. */
const lastPart = (url: string): string => /[^/?#]*(?=$|[?#])/.exec(url)?.[0] ?? '';

/**
 * Puts it into the place of the image that waits, or into the tray of the message's chat, and closes the editor. Throws
 * what the core says. A message that was recalled meanwhile leaves nothing.
 */
export async function deliverPicture(open: EditedPicture, picture: Blob): Promise<void> {
  if (useImageEditor.getState().open !== open) return;
  const file = new File([picture], editedName(nameOf(open), picture.type), { type: picture.type });
  if (open.of === 'tray') {
    try {
      await replaceImage(open.channel, open.id, file);
    } catch (error) {
      if (!(error instanceof Dropped)) throw error;
    }
  } else {
    const ids = await attachFiles(open.channel, [file], 0, { isKept: false });
    // Why not was said; what was drawn is not lost for that.
    if (ids.length === 0 && isThere(open.channel, open.key)) return;
    for (const id of ids) goesWith(open, id);
  }
  if (useImageEditor.getState().open === open) closeImageEditor();
}

/**
 * What was made of a message's picture leaves the tray when that is recalled or deleted, and the disk with this page: a
 * recall that comes later would not find it.
 */
function goesWith({ channel, key }: Extract<EditedPicture, { of: 'message' }>, id: number): void {
  const tray = channelKey(channel);
  let isGone = !isThere(channel, key);
  const drop = (): void => detach(channel, id);
  const end = (): void => {
    endWatching();
    endTrays();
    window.removeEventListener('pagehide', drop);
  };
  const endWatching = watchGone(
    () => ({ channel, keys: [key] }),
    ({ recalled }) => {
      if (!isGone && recalled.length > 0 && !isTold(key))
        showToast({ text: t('imageEditor.goneMade'), icon: ImageOff });
      isGone = true;
      drop();
    },
  );
  // (While it is handed over for sending it cannot be taken out: it goes if that fails.)
  const endTrays = useTrays.subscribe(() => {
    if (!findItem(tray, id)) end();
    else if (isGone) drop();
  });
  window.addEventListener('pagehide', drop);
  if (isGone) drop();
}
