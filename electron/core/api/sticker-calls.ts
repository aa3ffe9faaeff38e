/** Collected stickers (tsdd-api.md 6.3). A server without them answers 404: `notCompatible`. */
import { endingOf } from '../../../shared/content/sticker-words.ts';
import type { StickerView } from '../../../shared/ipc/contract/stickers.ts';
import type { Caller } from './caller.ts';
import { listIn, stickersIn } from './sticker-rows.ts';

/** TSDD refuses a sticker without a size, and those of messages (12, 13) have none. */
const USUAL_PX = 256;

export function stickerCalls({ request }: Caller) {
  return {
    async stickers(): Promise<StickerView[]> {
      return stickersIn(listIn('sticker/user', await request({ method: 'GET', path: '/sticker/user' })));
    },
    async addSticker({ path, width, height, ...more }: StickerView): Promise<void> {
      const { category = '', format = endingOf(path), placeholder = '' } = more;
      const size = { width: Math.round(width) || USUAL_PX, height: Math.round(height) || USUAL_PX };
      await request({
        method: 'POST',
        path: '/sticker/user',
        body: { path, ...size, format, category, placeholder },
      });
    },
    async removeSticker(path: string): Promise<void> {
      await request({ method: 'DELETE', path: '/sticker/user', body: { paths: [path] } });
    },
  };
}
