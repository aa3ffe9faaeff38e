/** The picture that is edited, decoded for the screen; what is sent is decoded once more, in full size. */
import { useEffect, useLayoutEffect, useState } from 'react';
import type { Size } from './geometry.ts';
import { type Brush, unitOf } from './paint.ts';
import { Tiles } from './tiles.ts';

/** Px that are held while the editor is open, 4 bytes each: those of the largest screens. More is made smaller. */
const MAX_SHOWN_PIXELS = 9_216_000;

export interface ShownPicture {
  src: string;
  /** Of the picture itself, px. */
  size: Size;
  image: ImageBitmap;
  brush: Brush;
  tiles: Tiles;
}

export type PictureState = ShownPicture | 'loading' | 'failed';

/** `src` = null: it is not here yet. What was decoded is given up with the editor, in the same turn. */
export function usePicture(src: string | null): PictureState {
  const [state, setState] = useState<PictureState>('loading');
  useEffect(() => {
    if (src === null) return undefined;
    let isWanted = true;
    const show = async (): Promise<void> => {
      const picture = await decode(src).catch(() => 'failed' as const);
      if (isWanted) setState(picture);
      else if (picture !== 'failed') giveUp(picture);
    };
    void show();
    return () => {
      isWanted = false;
    };
  }, [src]);
  useLayoutEffect(() => {
    if (typeof state === 'string') return undefined;
    return () => giveUp(state);
  }, [state]);
  return state;
}

function giveUp({ image, tiles }: ShownPicture): void {
  image.close();
  tiles.close();
}

/** Calls `use` with the decoded picture, which keeps nothing afterwards. */
export async function withPicture<T>(src: string, use: (image: HTMLImageElement) => Promise<T>): Promise<T> {
  const image = new Image();
  image.src = src;
  try {
    await image.decode();
    return await use(image);
  } finally {
    image.removeAttribute('src');
  }
}

const decode = (src: string): Promise<ShownPicture> =>
  withPicture(src, async (element) => {
    const size: Size = { width: element.naturalWidth, height: element.naturalHeight };
    const share = Math.min(1, Math.sqrt(MAX_SHOWN_PIXELS / (size.width * size.height)));
    const image = await createImageBitmap(element, {
      resizeWidth: Math.max(1, Math.round(size.width * share)),
      resizeHeight: Math.max(1, Math.round(size.height * share)),
      resizeQuality: 'high',
    });
    const brush = { unit: unitOf(size), font: getComputedStyle(document.body).fontFamily };
    return { src, size, image, brush, tiles: new Tiles(image, size, brush) };
  });
