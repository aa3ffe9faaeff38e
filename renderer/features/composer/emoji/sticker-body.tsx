import { ImagePlay, Plus, Sticker } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { StickerView } from '../../../../shared/ipc/contract/stickers.ts';
import { useT } from '../../../i18n/i18n.ts';
import { collectFile } from '../../../state/composer/sticker-store.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { ImageInput } from '../../../ui/image-input.tsx';
import { takeRovingKey } from '../../../ui/roving-keys.ts';
import { TextButton } from '../../../ui/text-button.tsx';
import { useLater } from '../../../ui/use-later.ts';
import { StickerCell } from './sticker-cell.tsx';
import css from './sticker-panel.module.css';
import type { ShownStickers } from './sticker-views.ts';

/** Of stickers, and of pictures that move, which are drawn wider. */
const COLUMNS = { sticker: 4, gif: 3 } as const;

interface StickerBodyProps {
  shown: ShownStickers;
  /** Names the grid. */
  group: string;
  managing: boolean;
  look?: keyof typeof COLUMNS;
  /** Said where there is none, and how the own collection is filled. */
  empty: readonly string[];
  /** With the tile that takes one of a file. */
  add: boolean;
  labelOf: (sticker: StickerView, index: number) => string;
  onPick: (sticker: StickerView, keepOpen: boolean) => void;
  onRemove: ((sticker: StickerView) => void) | null;
  more: (() => void) | null;
}

/** The grid of a panel, or what is said in its place. */
export function StickerBody({
  shown,
  group,
  managing,
  look = 'sticker',
  empty,
  add,
  labelOf,
  onPick,
  onRemove,
  more,
}: StickerBodyProps) {
  const t = useT();
  const [at, setAt] = useState(0);
  const grid = useRef<HTMLDivElement>(null);
  const { retry, state, stickers } = shown;
  const count = stickers.length;
  const waits = useLater(state === 'loading', 200);
  // What had the focus was taken out: whoever goes by keys goes on with its neighbour, or with the panel.
  useEffect(() => {
    const box = grid.current;
    if (!box || (document.activeElement ?? document.body) !== document.body) return;
    const cells = box.querySelectorAll<HTMLElement>('[data-sticker]');
    const next = cells[Math.min(at, count - 1)] ?? box.closest<HTMLElement>('[role="dialog"]');
    next?.focus();
  }, [at, count]);
  if (state === 'loading') return waits ? <Waiting label={group} look={look} /> : <div aria-busy="true" />;
  if (state !== 'ready')
    return (
      <p className={css['empty']} role="status">
        {t(state === 'unreached' ? 'off.need' : 'sticker.failed')}{' '}
        <TextButton onClick={retry}>{t('error.retry')}</TextButton>
      </p>
    );
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.target instanceof HTMLElement) || event.target.dataset['sticker'] === undefined) return;
    const all = [...(grid.current?.querySelectorAll<HTMLElement>('[data-sticker]') ?? [])];
    const moveTo = (index: number): void => {
      setAt(index);
      all[index]?.focus();
    };
    const here = all.indexOf(event.target);
    if (takeRovingKey(event, { count: all.length, at: here, columns: COLUMNS[look], edges: true, moveTo }))
      return;
    const chosen = stickers[here];
    if (event.key === 'Delete' && chosen) onRemove?.(chosen);
  };
  return (
    <>
      {stickers.length === 0 && (
        <p className={css['empty']} role="status">
          <Icon of={look === 'gif' ? ImagePlay : Sticker} size={32} />
          {empty.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </p>
      )}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of the cells inside */}
      <div ref={grid} className={cx(css['grid'], css[look])} onKeyDown={onKeyDown}>
        {stickers.length > 0 && (
          <div role="group" aria-label={group} className={css['cells']}>
            {stickers.map((sticker, index) => (
              <StickerCell
                key={sticker.path}
                sticker={sticker}
                label={labelOf(sticker, index)}
                managing={managing}
                look={look}
                tabIndex={index === Math.min(at, stickers.length - 1) ? 0 : -1}
                onPick={(keepOpen) => onPick(sticker, keepOpen)}
              />
            ))}
          </div>
        )}
        {add && <AddFile />}
      </div>
      {more && (
        <p className={css['more']}>
          <TextButton onClick={more}>{t('pack.more')}</TextButton>
        </p>
      )}
    </>
  );
}

function Waiting({ label, look }: { label: string; look: keyof typeof COLUMNS }) {
  return (
    <div role="status" aria-label={label} aria-busy="true" className={cx(css['grid'], css[look])}>
      {Array.from({ length: 8 }, (_, index) => (
        <span key={index} className={css['waiting']} />
      ))}
    </div>
  );
}

/** Takes a picture of this computer into the collection, and says what one may be. */
function AddFile() {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const pick = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    setBusy(true);
    await collectFile(file).finally(() => setBusy(false));
  };
  return (
    <>
      <button
        type="button"
        className={css['add']}
        // Not `disabled`: it has the focus.
        aria-busy={busy || undefined}
        onClick={() => busy || input.current?.click()}
      >
        <Icon of={Plus} size={18} />
        <span>{t(busy ? 'sticker.adding' : 'sticker.addFile')}</span>
        <span className={css['limit']}>{t('sticker.limit')}</span>
      </button>
      <ImageInput ref={input} testId="pick-sticker" onPick={(file) => void pick(file)} />
    </>
  );
}
