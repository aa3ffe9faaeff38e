/** The picture of a chat as a notification takes it. */
import { nativeImage, type NativeImage } from 'electron';

/** Larger than any system shows one; Linux sends its pixels over the bus. */
const SIDE = 128;

/**
 * The picture in this file; null where it is gone, or of a kind that Electron does not decode here (all but PNG and
 * JPEG). Not its path: a notification whose icon cannot be read might not be shown at all.
 */
export function chatPicture(path: string): NativeImage | null {
  const image = nativeImage.createFromPath(path);
  if (image.isEmpty()) return null;
  const { width, height } = image.getSize();
  return width <= SIDE && height <= SIDE
    ? image
    : image.resize(width > height ? { width: SIDE } : { height: SIDE });
}
