/**
 * What stands in place of a screen or a layer while its code is on its way (ui/late-part.tsx). It takes the keys: who
 * asks for something and types on means that, and neither the composer, which Enter would send, nor the message that
 * has the focus.
 */
import { type KeyboardEvent, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useT } from '../i18n/i18n.ts';
import { isFocusFree, useFocusTrap } from './focus-trap.ts';
import css from './opening.module.css';
import { Spinner } from './spinner.tsx';
import { useLater } from './use-later.ts';

/** So long nothing is to be seen of it. */
const UNSEEN_MS = 200;

/** Of a dialog, a popover or a viewer. Esc gives up waiting. */
export function LayerOpening({ onClose }: { onClose: () => void }) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const trap = useFocusTrap(box);
  const isSeen = useLater(true, UNSEEN_MS);
  const onKeyDown = (event: KeyboardEvent): void => {
    trap(event);
    event.preventDefault();
    if (event.key === 'Escape') onClose();
  };
  return createPortal(
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it has the focus, and nothing to press
    <div
      ref={box}
      role="group"
      aria-busy="true"
      aria-label={t('why.wait')}
      tabIndex={-1}
      className={css['layer']}
      onKeyDown={onKeyDown}
      data-opening=""
    >
      {isSeen && (
        <span className={css['waits']}>
          <Spinner size={20} />
        </span>
      )}
    </div>,
    document.body,
  );
}

/** Of a screen. What was pressed to get there keeps the focus. */
export function ScreenOpening() {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const isSeen = useLater(true, UNSEEN_MS);
  useLayoutEffect(() => {
    if (isFocusFree(null)) box.current?.focus();
  }, []);
  return (
    <div
      ref={box}
      role="group"
      aria-busy="true"
      aria-label={t('why.wait')}
      tabIndex={-1}
      className={css['screen']}
      data-opening=""
    >
      {isSeen && <Spinner size={20} />}
    </div>
  );
}
