import { type ReactNode, useState } from 'react';
import { endingOf } from '../../../../shared/content/sticker-words.ts';
import type { ChannelRef } from '../../../../shared/domain.ts';
import type { StickerView } from '../../../../shared/ipc/contract/stickers.ts';
import { useT } from '../../../i18n/i18n.ts';
import { removeSticker } from '../../../state/composer/sticker-store.ts';
import { cx } from '../../../ui/cx.ts';
import { TextButton } from '../../../ui/text-button.tsx';
import emoji from './emoji-panel.module.css';
import { StickerBody } from './sticker-body.tsx';
import css from './sticker-panel.module.css';
import { useTabStickers } from './sticker-views.ts';
import { useStickerPanel } from './use-sticker-panel.ts';

/** As many as the server's collection holds, stickers among them (`stickers.list`). */
const MOST = 300;
const MOVING = new Set(['gif', 'webp', 'apng']);

/** Of the collection: kinds that move as pictures do, not drawings. */
export const isGif = ({ format, path }: StickerView): boolean => MOVING.has(format ?? endingOf(path));

/**
 * What moves of the own collection (more.md 3), larger than among the stickers: a click sends one. Nobody else is asked
 * for any. What is shown is held while the panel is open and nowhere else.
 */
export function GifPanel({
  channel,
  tabs,
  onClose,
}: {
  channel: ChannelRef;
  tabs: ReactNode;
  onClose: () => void;
}) {
  const t = useT();
  const [managing, setManaging] = useState(false);
  const { root, send, closedBy } = useStickerPanel(channel, onClose);
  const own = useTabStickers({ of: 'own' });
  const shown = { ...own, stickers: own.stickers.filter(isGif) };
  const { length: count } = shown.stickers;
  const takingOut = managing && count > 0;
  const pick = async (gif: StickerView, keepOpen: boolean): Promise<void> => {
    if (takingOut) {
      await removeSticker(gif.path);
      return;
    }
    if ((await send(gif)) && !keepOpen) onClose();
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of what is inside
    <div
      ref={root}
      role="dialog"
      aria-label={t('gif.tab')}
      tabIndex={-1}
      className={emoji['panel']}
      data-testid="gif-panel"
      onKeyDown={closedBy}
    >
      <div className={emoji['top']}>{tabs}</div>
      <div className={cx(emoji['body'], css['body'])}>
        <StickerBody
          shown={shown}
          group={t('gif.tab')}
          managing={takingOut}
          look="gif"
          empty={[t('gif.empty'), t('gif.how')]}
          add={false}
          labelOf={(_, index) => t(takingOut ? 'gif.removeN' : 'gif.sendN', { n: index + 1 })}
          onPick={(gif, keepOpen) => void pick(gif, keepOpen)}
          onRemove={(gif) => void removeSticker(gif.path)}
          more={null}
        />
      </div>
      <div className={cx(emoji['foot'], css['foot'])}>
        <span className={css['count']}>{count > 0 && t('gif.count', { n: count, max: MOST })}</span>
        {count > 0 && (
          <TextButton aria-pressed={takingOut} onClick={() => setManaging(!managing)}>
            {t(takingOut ? 'action.done' : 'gif.manage')}
          </TextButton>
        )}
      </div>
    </div>
  );
}
