/** The picture that is edited, decoded for the screen; what is sent is decoded once more, in full size. */
import { useEffect, useLayoutEffect, useState } from 'react';
import { Backdrop } from './backdrop.ts';
import type { Size } from './geometry.ts';
import { type Brush, unitOf } from './paint.ts';
import { Tiles } from './tiles.ts';

/** Px that are held while the editor is open, 4 bytes each: those of the largest screens. More is made smaller. */
const MAX_SHOWN_PIXELS = 9_216_000;

/** For `<img>`, and the bytes where the page has them: the browser decodes those beside the page. */
export interface PictureSource {
  src: string;
  blob: Blob | null;
}

export interface ShownPicture {
  source: PictureSource;
  /** Of the picture itself, px. */
  size: Size;
  image: ImageBitmap;
  brush: Brush;
  backdrop: Backdrop;
  tiles: Tiles;
}

export type PictureState = ShownPicture | 'loading' | 'failed';

/** `source` = null: it is not here yet. What was decoded is given up with the editor, in the same turn. */
export function usePicture(source: PictureSource | null): PictureState {
  const [state, setState] = useState<PictureState>('loading');
  const { src = null, blob = null } = source ?? {};
  useEffect(() => {
    if (src === null) return undefined;
    let isWanted = true;
    const show = async (): Promise<void> => {
      const picture = await decode({ src, blob }).catch(() => 'failed' as const);
      if (isWanted) setState(picture);
      else if (picture !== 'failed') giveUp(picture);
    };
    void show();
    return () => {
      isWanted = false;
    };
  }, [src, blob]);
  useLayoutEffect(() => {
    if (typeof state === 'string') return undefined;
    return () => giveUp(state);
  }, [state]);
  return state;
}

function giveUp({ backdrop, image, tiles }: ShownPicture): void {
  image.close();
  backdrop.close();
  tiles.close();
}

/** Calls `use` with the decoded picture, which is given up afterwards. */
export async function withPicture<T>(
  source: PictureSource,
  use: (image: ImageBitmap) => Promise<T>,
): Promise<T> {
  const image = await bitmapOf(source);
  try {
    return await use(image);
  } finally {
    image.close();
  }
}

async function bitmapOf({ src, blob }: PictureSource): Promise<ImageBitmap> {
  if (blob) return createImageBitmap(blob);
  const image = new Image();
  image.src = src;
  try {
    await image.decode();
    // (Of an element a large picture would be decoded again for each part that is drawn.)
    return await createImageBitmap(image);
  } finally {
    image.removeAttribute('src');
  }
}

const decode = (source: PictureSource): Promise<ShownPicture> =>
  withPicture(source, async (decoded) => {
    const size: Size = { width: decoded.width, height: decoded.height };
    const share = Math.min(1, Math.sqrt(MAX_SHOWN_PIXELS / (size.width * size.height)));
    const image = await createImageBitmap(decoded, {
      resizeWidth: Math.max(1, Math.round(size.width * share)),
      resizeHeight: Math.max(1, Math.round(size.height * share)),
      // At most to less than half: more would look at each px of it, for a second.
      resizeQuality: 'low',
    });
    const brush = { unit: unitOf(size), font: getComputedStyle(document.body).fontFamily };
    const backdrop = new Backdrop(image, size);
    return { source, size, image, brush, backdrop, tiles: new Tiles(image, size, brush) };
  });
