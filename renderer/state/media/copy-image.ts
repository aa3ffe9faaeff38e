/** 复制图片: the picture of a message on the clipboard, as it is drawn. */
import { channelKey, type MessageView } from '../../../shared/domain.ts';
import { MAX_COPIED_PICTURE_BYTES } from '../../../shared/ipc/contract/limits.ts';
import { t } from '../../i18n/i18n.ts';
import { call, codeOf } from '../bridge.ts';
import { showToast } from '../../ui/toast.tsx';
import { burns } from '../messages/flames.ts';
import { isRecalled } from '../messages/is-recalled.ts';
import { loadedMessage } from '../messages/message-store.ts';
import { loadMedia, useMediaStore } from './media-store.ts';
import { mediaKey } from './transfer-store.ts';

/** Whether there is a picture to be copied: not of what burns, is not shown, or waits at a foreign host. */
export function canCopyImage(message: MessageView): boolean {
  if (message.content.kind !== 'image' || burns(message) || isRecalled(message)) return false;
  const state = useMediaStore.getState().loaded.get(mediaKey(message.channel, message.key))?.state;
  return state !== 'foreign' && state !== 'hidden' && state !== 'failed';
}

/** Only while the message stands there: it is looked at again after each wait, and by the main process last. */
export async function copyImage({ channel, key }: Pick<MessageView, 'channel' | 'key'>): Promise<void> {
  const there = (): boolean => {
    const message = loadedMessage(channelKey(channel), key);
    return message !== undefined && canCopyImage(message);
  };
  try {
    if (there()) await loadMedia(channel, key, { asked: true });
    const media = useMediaStore.getState().loaded.get(mediaKey(channel, key));
    if (!there() || media?.state !== 'ready' || media.src === '') return;
    const bytes = await decoded(media.src);
    if (!there()) return;
    if (bytes.length > MAX_COPIED_PICTURE_BYTES) throw new Error('too large for the clipboard');
    await call('shell.copyImage', { channel, key, bytes });
    showToast({ text: t('media.copied'), tone: 'success' });
  } catch (error) {
    // Recalled meanwhile: there is nothing to complain about.
    if (codeOf(error) !== 'invalidState') showToast({ tone: 'error', text: t('media.notCopied') });
  }
}

/** PNG of what the page shows: of an animation its first frame. Nothing of it stays here. */
async function decoded(src: string): Promise<Uint8Array<ArrayBuffer>> {
  const image = new Image();
  image.src = src;
  const canvas = document.createElement('canvas');
  try {
    await image.decode();
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(image, 0, 0);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (!blob) throw new Error('the picture could not be encoded');
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    image.removeAttribute('src');
    canvas.width = 0;
    canvas.height = 0;
  }
}
