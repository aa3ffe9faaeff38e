/** The QR code in a picture: of a message, or one that somebody gives. */
import { channelKey, type MessageView } from '../../../shared/domain.ts';
import { pictureHeaderOf } from '../../../shared/pictures/picture-size.ts';
import { t } from '../../i18n/i18n.ts';
import { showToast } from '../../ui/toast.tsx';
import { canCopyImage } from '../media/copy-image.ts';
import { loadMedia, useMediaStore } from '../media/media-store.ts';
import { mediaKey } from '../media/transfer-store.ts';
import { loadedMessage } from '../messages/message-store.ts';
import { openDialog } from '../window/ui-store.ts';

/** Px of the longer side at which it is looked for: small in a large screenshot, or a photo with much noise. */
const SIDES = [1_600, 600] as const;

type Drawable = HTMLImageElement | ImageBitmap;

/** Of a file; null = it is no picture that can be shown, or holds no code. */
export async function codeInFile(file: Blob): Promise<string | null> {
  const header = await pictureHeaderOf(
    async (offset, length) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
  );
  if (!header?.showable) return null;
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  try {
    return await codeIn(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

/**
 * Looks for one in the picture of a message, and asks the server where it leads. Only while the message stands there:
 * its recall closes what was opened.
 */
export async function scanMessage({ channel, key }: Pick<MessageView, 'channel' | 'key'>): Promise<void> {
  const there = (): boolean => {
    const message = loadedMessage(channelKey(channel), key);
    return message !== undefined && canCopyImage(message);
  };
  if (there()) await loadMedia(channel, key, { asked: true });
  const media = useMediaStore.getState().loaded.get(mediaKey(channel, key));
  if (!there() || media?.state !== 'ready' || media.src === '') return;
  const link = await codeInImage(media.src).catch(() => null);
  if (!there()) return;
  if (link === null) showToast({ text: t('code.none') });
  else openDialog({ kind: 'joinGroup', link, message: { channel, key } });
}

async function codeInImage(src: string): Promise<string | null> {
  const image = new Image();
  image.src = src;
  try {
    await image.decode();
    return await codeIn(image, image.naturalWidth, image.naturalHeight);
  } finally {
    image.removeAttribute('src');
  }
}

async function codeIn(picture: Drawable, width: number, height: number): Promise<string | null> {
  const { readPicture } = await import('./qr-picture.ts');
  const longer = Math.max(width, height);
  for (const side of SIDES.filter((each, at) => at === 0 || each < longer)) {
    const share = Math.min(1, side / longer);
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(width * share)),
      Math.max(1, Math.round(height * share)),
    );
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return null;
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    // Nothing of the picture stays here: its message may be recalled in a moment.
    canvas.width = 0;
    canvas.height = 0;
    const words = readPicture(pixels);
    if (words !== null) return words;
  }
  return null;
}
