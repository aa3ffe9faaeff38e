import type { LucideIcon } from 'lucide-react';
import { Sticker } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import { outlineIn } from '../../../../shared/content/sticker-words.ts';
import type { StickerArt as Art } from '../../../../shared/ipc/contract/stickers.ts';
import { call } from '../../../state/bridge.ts';
import { Icon } from '../../../ui/icon.tsx';
import { MovingDrawing } from '../../../ui/moving-drawing.tsx';
import { MovingImage } from '../../../ui/moving-image.tsx';
import css from './sticker-panel.module.css';

/** It could not be had, or is none. */
export const NO_ART: Art = { url: '' };
export const isNoArt = ({ url, json = '' }: Art): boolean => url === '' && json === '';

/** What is shown of the file at `path`, once `box` is seen: of hundreds only those that are looked at. */
export function useStickerArt(
  path: string,
  box: RefObject<Element | null>,
): [Art | null, (art: Art) => void] {
  const [art, setArt] = useState<Art | null>(null);
  useEffect(() => {
    const element = box.current;
    if (!element || path === '') return undefined;
    let gone = false;
    const read = async (): Promise<void> => {
      const found = await call('stickers.art', { path }).catch(() => NO_ART);
      if (!gone) setArt(found);
    };
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      seen.disconnect();
      void read();
    });
    seen.observe(element);
    return () => {
      gone = true;
      seen.disconnect();
    };
  }, [path, box]);
  return [art, setArt];
}

/** Until it is there, and where it is none: the outline that a drawing comes with, or a sign. */
export function StickerArt({
  art,
  placeholder,
  icon = Sticker,
  className,
  onBroken,
}: {
  art: Art | null;
  placeholder?: string | undefined;
  icon?: LucideIcon;
  className?: string | undefined;
  onBroken: () => void;
}) {
  const [shown, setShown] = useState(false);
  const outline = outlineIn(placeholder);
  const { json = '', loopMs, url = '' } = art ?? {};
  const meanwhile =
    outline === null ? (
      <Icon of={icon} size={24} />
    ) : (
      <svg viewBox="0 0 512 512" className={className} aria-hidden="true">
        <path d={outline} className={css['outline']} />
      </svg>
    );
  if (url !== '') return <MovingImage src={url} loopMs={loopMs} className={className} onBroken={onBroken} />;
  if (json === '' || loopMs === undefined) return meanwhile;
  return (
    <span className={css['drawn']}>
      {!shown && meanwhile}
      <MovingDrawing
        read={() => Promise.resolve({ json, loopMs })}
        className={className}
        onShown={() => setShown(true)}
        onBroken={onBroken}
      />
    </span>
  );
}
