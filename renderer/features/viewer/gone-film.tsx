import { X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useT } from '../../i18n/i18n.ts';
import { closeGone, leaveGone } from '../../state/media/viewer-store.ts';
import { useCovering } from '../../ui/covered.ts';
import { cx } from '../../ui/cx.ts';
import { useFocusTrap } from '../../ui/focus-trap.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import css from './gone-film.module.css';
import frame from './viewer-frame.module.css';

/** So long it is read, before what stands beside it comes. */
const SAID_MS = 2_000;

/** In place of a film that was recalled while it was watched: that, and nothing of it (docs/design/more.md 2). */
export function GoneFilm() {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const trap = useFocusTrap(box);
  useCovering();
  useEffect(() => {
    const timer = setTimeout(() => void leaveGone(1), SAID_MS);
    return () => clearTimeout(timer);
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    trap(event);
    const by = { PageUp: -1 as const, PageDown: 1 as const }[event.key];
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape') closeGone();
    else if (by === undefined) return;
    else void leaveGone(by);
    event.preventDefault();
  };
  return createPortal(
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a modal dialog has its keys
    <div
      ref={box}
      role="dialog"
      aria-modal="true"
      aria-label={t('video.gone')}
      tabIndex={-1}
      className={cx(frame['frame'], frame['still'])}
      onKeyDown={onKeyDown}
      data-testid="film-gone"
    >
      <div className={frame['head']}>
        <span />
        <span className={frame['tools']}>
          <IconButton icon={X} label={t('action.close')} onClick={closeGone} />
        </span>
      </div>
      <div className={frame['stage']}>
        {/* The focus is here, not on a button: the key that would have paused the film presses nothing. */}
        <span className={css['words']} tabIndex={-1} data-autofocus>
          {t('video.stopped')}
        </span>
      </div>
    </div>,
    document.body,
  );
}
