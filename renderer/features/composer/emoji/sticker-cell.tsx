import { X } from 'lucide-react';
import { useRef } from 'react';
import type { StickerView } from '../../../../shared/ipc/contract/stickers.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { isNoArt, NO_ART, StickerArt, useStickerArt } from './sticker-art.tsx';
import css from './sticker-panel.module.css';

/** One in the grid of the panel. What cannot be shown is not sent, and can be taken out. */
export function StickerCell({
  sticker,
  label,
  managing,
  look = 'sticker',
  tabIndex,
  onPick,
}: {
  sticker: StickerView;
  label: string;
  managing: boolean;
  look?: 'sticker' | 'gif';
  tabIndex: 0 | -1;
  onPick: (keepOpen: boolean) => void;
}) {
  const ref = useRef<HTMLButtonElement>(null);
  const [art, setArt] = useStickerArt(sticker.path, ref);
  return (
    <button
      ref={ref}
      type="button"
      data-sticker=""
      className={cx(css['cell'], css[look])}
      aria-label={label}
      title={sticker.title}
      tabIndex={tabIndex}
      disabled={art !== null && isNoArt(art) && !managing}
      onClick={(event) => onPick(event.shiftKey)}
    >
      <StickerArt
        art={art}
        placeholder={sticker.placeholder}
        className={css['art']}
        onBroken={() => setArt(NO_ART)}
      />
      {look === 'gif' && (
        <span className={css['mark']} aria-hidden="true">
          GIF
        </span>
      )}
      {managing && (
        <span className={css['remove']}>
          <Icon of={X} size={14} />
        </span>
      )}
    </button>
  );
}
