import { List, RotateCcw, X } from 'lucide-react';
import { type KeyboardEvent, useLayoutEffect, useRef, useState, type WheelEvent } from 'react';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { useForgetting } from '../../state/forget.ts';
import { hidePins, placeOf, turnPins, usePins } from '../../state/messages/pins.ts';
import { focusComposer, jumpTo } from '../../state/window/ui-store.ts';
import { contentLine } from '../../text/message-text.ts';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import type { MenuAnchor } from '../../ui/menu.tsx';
import { Pending } from './pending.tsx';
import { PinList } from './pin-list.tsx';
import css from './pinned-bar.module.css';
import { isFocusFree } from '../../ui/focus-trap.ts';

/** Segments beside each other; of more pins those around the one that is shown. */
const MOST_SEGMENTS = 4;

/**
 * The pinned messages of the open chat, one at a time, under its head. A click shows it and goes on to the one before;
 * the wheel, Up and Down walk.
 */
export function PinnedBar({ channel }: { channel: ChannelRef }) {
  const t = useT();
  const language = useLanguage();
  const key = channelKey(channel);
  const chat = usePins(key);
  useForgetting();
  const [list, setList] = useState<MenuAnchor | null>(null);
  const root = useRef<HTMLElement>(null);
  useFocusAfter(root);
  const { pins, gone } = chat;
  const at = placeOf(chat);
  const pin = pins[at];
  const label = t('pin.region', { n: pin ? at + 1 : 0, N: pins.length });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    turnPins(key, event.key === 'ArrowUp' ? -1 : 1);
  };
  const onWheel = ({ deltaY }: WheelEvent): void => {
    if (deltaY !== 0) turnPins(key, deltaY < 0 ? -1 : 1);
  };
  return (
    <section ref={root} className={css['bar']} aria-label={label} data-testid="pinned-bar">
      <Segments at={at} count={pins.length} />
      {gone || !pin ? (
        <p className={css['gone']} role="status" data-testid="pin-gone">
          <Icon of={RotateCcw} size={16} />
          <span className="ellipsis">{t('pin.gone')}</span>
        </p>
      ) : (
        <button
          type="button"
          className={css['jump']}
          aria-keyshortcuts="ArrowUp ArrowDown"
          onKeyDown={onKeyDown}
          onWheel={onWheel}
          onClick={() => {
            jumpTo(channel, pin.message.messageSeq);
            turnPins(key, -1);
          }}
        >
          <span className={css['label']}>
            {t('pin.title')}
            {pins.length > 1 && (
              <span className={css['place']}>
                {at + 1} / {pins.length}
              </span>
            )}
            {pin.pending && <Pending />}
          </span>
          <span className={`ellipsis ${css['line'] ?? ''}`}>
            <bdi>{contentLine(pin.message.content, language)}</bdi>
          </span>
        </button>
      )}
      {pins.length > 0 && (
        <IconButton
          icon={List}
          label={t('pin.list')}
          active={list !== null}
          aria-expanded={list !== null}
          aria-haspopup="dialog"
          onClick={({ currentTarget }) => {
            const box = currentTarget.getBoundingClientRect();
            setList({ x: box.right, y: box.bottom, avoid: box });
          }}
        />
      )}
      <IconButton icon={X} label={t('pin.hide')} onClick={() => hidePins(key)} />
      {list && pins.length > 0 && <PinList channel={channel} anchor={list} onClose={() => setList(null)} />}
    </section>
  );
}

function Segments({ at, count }: { at: number; count: number }) {
  const shown = Math.min(count, MOST_SEGMENTS);
  const first = Math.min(Math.max(0, at - shown + 2), Math.max(0, count - shown));
  return (
    <span className={css['segments']} aria-hidden="true">
      {Array.from({ length: shown }, (_, index) => (
        <i key={first + index} data-on={first + index === at ? '' : undefined} />
      ))}
    </span>
  );
}

/** The bar goes, or what of it has the focus: it is in the composer then, and not lost. */
function useFocusAfter(root: { readonly current: HTMLElement | null }): void {
  const had = useRef(false);
  useLayoutEffect(() => {
    const bar = root.current;
    if (had.current && bar && isFocusFree(bar))
      bar.querySelector<HTMLElement>('button')?.focus({ preventScroll: true });
    had.current = bar?.contains(document.activeElement) ?? false;
  });
  useLayoutEffect(() => {
    const bar = root.current;
    if (!bar) return undefined;
    const note = (): void => {
      had.current = bar.contains(document.activeElement);
    };
    document.addEventListener('focusin', note);
    return () => {
      document.removeEventListener('focusin', note);
      if (bar.contains(document.activeElement)) focusComposer();
    };
  }, [root]);
}
