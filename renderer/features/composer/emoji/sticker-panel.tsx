import { Sticker, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { ChannelRef } from '../../../../shared/domain.ts';
import { channelKey } from '../../../../shared/domain.ts';
import type { Value } from '../../../../shared/ipc/contract/contract.ts';
import type { StickerView } from '../../../../shared/ipc/contract/stickers.ts';
import { useT } from '../../../i18n/i18n.ts';
import { call } from '../../../state/bridge.ts';
import { cancelReply, useComposer } from '../../../state/composer/composer-store.ts';
import {
  collectFile,
  loadStickers,
  removeSticker,
  sendSticker,
  useStickers,
} from '../../../state/composer/sticker-store.ts';
import { ImageInput } from '../../../ui/image-input.tsx';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { MovingImage } from '../../../ui/moving-image.tsx';
import { takeRovingKey } from '../../../ui/roving-keys.ts';
import { TextButton } from '../../../ui/text-button.tsx';
import { usePressElsewhere } from '../../../ui/use-press-elsewhere.ts';
import emoji from './emoji-panel.module.css';
import css from './sticker-panel.module.css';

const COLUMNS = 4;

/** The own collection: a click sends one. Pictures are held while the panel is open and nowhere else. */
export function StickerPanel({
  channel,
  tabs,
  onClose,
}: {
  channel: ChannelRef;
  tabs: ReactNode;
  onClose: () => void;
}) {
  const t = useT();
  const { stickers, failed } = useStickers();
  const [managing, setManaging] = useState(false);
  const [at, setAt] = useState(0);
  const root = useRef<HTMLDivElement>(null);
  const reply = useComposer((state) => state.writings[channelKey(channel)]?.reply);
  usePressElsewhere(root, onClose, { isPart: (element) => element.closest('[data-emoji-button]') !== null });
  const cells = (): HTMLElement[] => [
    ...(root.current?.querySelectorAll<HTMLElement>('[data-sticker]') ?? []),
  ];
  useEffect(() => (root.current?.querySelector<HTMLElement>('[data-sticker]') ?? root.current)?.focus(), []);
  const pick = async (sticker: StickerView): Promise<void> => {
    if (managing) {
      await removeSticker(sticker.path);
      return;
    }
    const replyTo = reply && !reply.gone ? reply.messageId : null;
    if (!(await sendSticker(channel, sticker, replyTo))) return;
    cancelReply(channel);
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      onClose();
      return;
    }
    if (!(event.target instanceof HTMLElement) || event.target.dataset['sticker'] === undefined) return;
    const all = cells();
    const moveTo = (index: number): void => {
      setAt(index);
      all[index]?.focus();
    };
    const here = all.indexOf(event.target);
    if (takeRovingKey(event, { count: all.length, at: here, columns: COLUMNS, edges: true, moveTo })) return;
    const chosen = stickers[here];
    if (event.key === 'Delete' && chosen) void removeSticker(chosen.path);
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the cells inside
    <div
      ref={root}
      role="dialog"
      aria-label={t('sticker.tab')}
      tabIndex={-1}
      className={emoji['panel']}
      data-testid="sticker-panel"
      onKeyDown={onKeyDown}
    >
      <div className={emoji['top']}>{tabs}</div>
      <div className={cx(emoji['body'], css['body'])}>
        {failed ? (
          <p className={css['empty']} role="status">
            {t('sticker.failed')}{' '}
            <TextButton onClick={() => void loadStickers()}>{t('error.retry')}</TextButton>
          </p>
        ) : stickers.length === 0 ? (
          <p className={css['empty']} role="status">
            <Icon of={Sticker} size={32} />
            <span>{t('sticker.empty')}</span>
            <span>{t('sticker.how')}</span>
          </p>
        ) : (
          <div role="group" aria-label={t('sticker.tab')} className={css['grid']}>
            {stickers.map((sticker, index) => (
              <StickerCell
                key={sticker.path}
                sticker={sticker}
                label={t(managing ? 'sticker.removeN' : 'sticker.sendN', { n: index + 1 })}
                managing={managing}
                tabIndex={index === Math.min(at, stickers.length - 1) ? 0 : -1}
                onPick={() => void pick(sticker)}
              />
            ))}
          </div>
        )}
      </div>
      <div className={emoji['foot']}>
        <AddFile />
        {stickers.length > 0 && (
          <TextButton aria-pressed={managing} onClick={() => setManaging(!managing)}>
            {t(managing ? 'action.done' : 'sticker.manage')}
          </TextButton>
        )}
      </div>
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
    <span className={css['add']}>
      <TextButton disabled={busy} onClick={() => input.current?.click()}>
        {t(busy ? 'sticker.adding' : 'sticker.addFile')}
      </TextButton>
      <span className={css['limit']}>{t('sticker.limit')}</span>
      <ImageInput ref={input} testId="pick-sticker" onPick={(file) => void pick(file)} />
    </span>
  );
}

/** It could not be had, or is none. */
const NONE: Value<'stickers.picture'> = { url: '' };

function StickerCell({
  sticker,
  label,
  managing,
  tabIndex,
  onPick,
}: {
  sticker: StickerView;
  label: string;
  managing: boolean;
  tabIndex: 0 | -1;
  onPick: () => void;
}) {
  const ref = useRef<HTMLButtonElement>(null);
  const [picture, setPicture] = useState<Value<'stickers.picture'> | null>(null);
  const { path } = sticker;
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    let gone = false;
    const read = async (): Promise<void> => {
      const found = await call('stickers.picture', { path }).catch(() => NONE);
      if (!gone) setPicture(found);
    };
    // Of hundreds only those that are looked at.
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
  }, [path]);
  return (
    <button
      ref={ref}
      type="button"
      data-sticker=""
      className={css['cell']}
      aria-label={label}
      tabIndex={tabIndex}
      disabled={picture?.url === '' && !managing}
      onClick={onPick}
    >
      {picture?.url ? (
        <MovingImage
          src={picture.url}
          loopMs={picture.loopMs}
          className={css['art']}
          onBroken={() => setPicture(NONE)}
        />
      ) : (
        <Icon of={Sticker} size={24} />
      )}
      {managing && (
        <span className={css['remove']}>
          <Icon of={X} size={14} />
        </span>
      )}
    </button>
  );
}
