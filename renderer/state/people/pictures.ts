/** The pictures of the open account, as tiles ask for them. */
import { setPictureSource } from '../../ui/avatar-pictures.ts';
import { call } from '../bridge.ts';
import { pagePath } from '../media/media-store.ts';
import { onPictures, useSession } from '../session/session-store.ts';
import { PictureCache } from './picture-cache.ts';

/** Twice the largest tile, in pixels. */
const SIDE = 144;

const isReady = (): boolean => useSession.getState().phase === 'ready';

/** Called once, before anything is drawn. */
export function followPictures(): void {
  const cache = new PictureCache({
    ask: (channels) => (isReady() ? call('avatars.get', { channels }) : Promise.resolve(null)),
    makeSmall,
    release: (small) => URL.revokeObjectURL(small),
    soon: (run) => void requestAnimationFrame(run),
    now: () => Date.now(),
  });
  setPictureSource({
    get: (channelType, channelId) => cache.get({ channelType, channelId }),
    watch: (channelType, channelId, onChange) => cache.watch({ channelType, channelId }, onChange),
  });
  onPictures((views) => cache.take(views));
  useSession.subscribe((state, before) => {
    if (state.phase === before.phase) return;
    if (state.phase === 'ready') cache.askAll();
    else cache.clear();
  });
}

/** The middle square, drawn once: of an animation that is its first frame. */
async function makeSmall(url: string): Promise<string> {
  const image = new Image();
  image.src = pagePath(url);
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  const from = Math.min(width, height);
  const side = Math.max(1, Math.min(SIDE, from));
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d');
  if (!context || from === 0) return '';
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, (width - from) / 2, (height - from) / 2, from, from, 0, 0, side, side);
  // The element keeps no picture of what may change.
  image.removeAttribute('src');
  return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/webp', quality: 0.9 }));
}
