/** Collected stickers (tsdd-api.md 6.3). A server without them answers 404: `notCompatible`. */
import { isOwnFile } from '../../../shared/content/own-file.ts';
import type { StickerView } from '../../../shared/ipc/contract/stickers.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { isObject } from '../../../shared/json.ts';
import type { Caller } from './caller.ts';

const MOST_STICKERS = 300;
const side = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= 100_000 ? value : 0;

/** Drawings that a program would have to move have no place in a panel of pictures. */
const isPicture = (path: string): boolean => !/\.(?:lim|tgs|json|lottie)$/i.test(path);

function stickersOf(rows: readonly unknown[]): StickerView[] {
  const found = rows.flatMap((row): StickerView[] => {
    if (!isObject(row)) return [];
    const { path } = row;
    if (typeof path !== 'string' || !isOwnFile(path) || !isPicture(path)) return [];
    return [{ path, width: side(row['width']), height: side(row['height']) }];
  });
  return [...new Map(found.map((one) => [one.path, one])).values()].slice(0, MOST_STICKERS);
}

export function stickerCalls({ request }: Caller) {
  return {
    async stickers(): Promise<StickerView[]> {
      const rows = await request({ method: 'GET', path: '/sticker/user' });
      // (Go's empty list.)
      if (rows === null) return [];
      if (!Array.isArray(rows)) throw new CodedError('notCompatible', 'sticker/user: the answer is no list');
      return stickersOf(rows);
    },
    async addSticker({ path, width, height }: StickerView): Promise<void> {
      const format = /\.(\w{1,5})$/.exec(path)?.[1] ?? '';
      await request({ method: 'POST', path: '/sticker/user', body: { path, width, height, format } });
    },
    async removeSticker(path: string): Promise<void> {
      await request({ method: 'DELETE', path: '/sticker/user', body: { paths: [path] } });
    },
  };
}
