/** The picture that is edited, decoded for the screen; what is sent is decoded once more, as large as it is sent. */
import { useEffect, useLayoutEffect, useState } from 'react';
import { Backdrop } from './backdrop.ts';
import type { Size } from './geometry.ts';
import { type Brush, unitOf } from './paint.ts';
import { decodedForScreen, pictureSource, type PictureSource } from './picture-source.ts';
import { Tiles } from './tiles.ts';

/** Px that are held while the editor is open, 4 bytes each: those of the largest screens. More is made smaller. */
const MAX_SHOWN_PIXELS = 9_216_000;

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
export function usePicture(source: { src: string; blob: Blob | null } | null): PictureState {
  const [state, setState] = useState<PictureState>('loading');
  const { src = null, blob = null } = source ?? {};
  useEffect(() => {
    if (src === null) return undefined;
    let isWanted = true;
    const stay = (): void => {
      if (!isWanted) throw new Error('nobody wants it any more');
    };
    const show = async (): Promise<void> => {
      const decoding = pictureSource(src, blob).then((from) => decode(from, stay));
      const picture = await decoding.catch(() => 'failed' as const);
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

async function decode(source: PictureSource, stay: () => void): Promise<ShownPicture> {
  const { bitmap: image, whole: size } = await decodedForScreen(source, MAX_SHOWN_PIXELS, stay);
  const brush = { unit: unitOf(size), font: getComputedStyle(document.body).fontFamily };
  const backdrop = new Backdrop(image, size);
  return { source, size, image, brush, backdrop, tiles: new Tiles(image, size, brush) };
}
