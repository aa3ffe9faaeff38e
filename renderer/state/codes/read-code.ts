/** The QR code in a picture: of a message, or one that somebody gives. */
import { cleanName } from '../../../shared/display-name.ts';
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

/** So long the page may stand still for it at a time. */
const SLICE_MS = 6;

type Drawable = HTMLImageElement | ImageBitmap;

/**
 * Of a file; null = it is no picture that can be shown, or holds no code, or `isWanted` has said meanwhile that nobody
 * waits for it any more.
 */
export async function codeInFile(file: Blob, isWanted: () => boolean): Promise<string | null> {
  const header = await pictureHeaderOf(
    async (offset, length) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
  );
  if (!header?.showable) return null;
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  try {
    return await codeIn(bitmap, bitmap.width, bitmap.height, isWanted);
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
  if (!there()) return;
  const isHere = media?.state === 'ready' && media.src !== '';
  const link = isHere ? await codeInImage(media.src, there).catch(() => undefined) : undefined;
  if (!there()) return;
  if (link === undefined) showToast({ text: t('code.unread'), tone: 'error' });
  else if (link === null) showToast({ text: t('code.none') });
  else openDialog({ kind: 'joinGroup', link, message: { channel, key } });
}

async function codeInImage(src: string, isWanted: () => boolean): Promise<string | null> {
  const image = new Image();
  image.src = src;
  try {
    await image.decode();
    return await codeIn(image, image.naturalWidth, image.naturalHeight, isWanted);
  } finally {
    image.removeAttribute('src');
  }
}

async function codeIn(
  picture: Drawable,
  width: number,
  height: number,
  isWanted: () => boolean,
): Promise<string | null> {
  const { lookInPicture } = await import('./qr-picture.ts');
  const longer = Math.max(width, height);
  for (const side of SIDES.filter((each, at) => at === 0 || each < longer)) {
    const share = Math.min(1, side / longer);
    const small = {
      width: Math.max(1, Math.round(width * share)),
      height: Math.max(1, Math.round(height * share)),
    };
    const pixels = await inSlices(scaled(picture, small), isWanted);
    const words = pixels && (await inSlices(lookInPicture(pixels), isWanted));
    // Nothing in it that is not seen, or that turns what follows round.
    if (words !== null) return cleanName(words) || null;
  }
  return null;
}

/** The pixels of a picture, drawn smaller. Nothing of it stays here: its message may be recalled in a moment. */
function* scaled(
  picture: Drawable,
  { width, height }: { width: number; height: number },
): Generator<void, ImageData | null> {
  const canvas = new OffscreenCanvas(width, height);
  try {
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return null;
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, 0, 0, width, height);
    yield;
    return context.getImageData(0, 0, width, height);
  } finally {
    canvas.width = 0;
    canvas.height = 0;
  }
}

/** Does it between what else the page does; null = nobody wants it any more. */
async function inSlices<T>(work: Generator<void, T>, isWanted: () => boolean): Promise<T | null> {
  const { port1, port2 } = new MessageChannel();
  // (Not a timer: those of a window that is covered come once a second.)
  const rest = (): Promise<void> =>
    new Promise((resolve) => {
      port1.addEventListener('message', () => resolve(), { once: true });
      port2.postMessage(null);
    });
  port1.start();
  try {
    for (;;) {
      for (const until = performance.now() + SLICE_MS; performance.now() < until;) {
        const step = work.next();
        if (step.done) return step.value;
      }
      await rest();
      if (!isWanted()) return null;
    }
  } finally {
    port1.close();
    work.return(undefined as T);
  }
}
