import { type ReactElement, cloneElement, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import css from './tooltip.module.css';

const DELAY_MS = 500;
const GAP = 6;

interface TriggerProps {
  onMouseEnter?: (event: React.MouseEvent<HTMLElement>) => void;
  onMouseLeave?: () => void;
  onPointerDownCapture?: (event: React.PointerEvent<HTMLElement>) => void;
  onKeyDownCapture?: (event: React.KeyboardEvent<HTMLElement>) => void;
  onFocus?: (event: React.FocusEvent<HTMLElement>) => void;
  onBlur?: () => void;
}

/**
 * Shows `text` after 500 ms over its child, which must be an element without hover handlers of its own. For eyes only.
 * '' = nothing.
 */
export function Tooltip({ text, children }: { text: string; children: ReactElement<TriggerProps> }) {
  const [anchor, setAnchor] = useState<DOMRect | null>(null);
  const timer = useRef<number | undefined>(undefined);

  const hide = (): void => {
    window.clearTimeout(timer.current);
    setAnchor(null);
  };
  const arm = (element: HTMLElement): void => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setAnchor(element.getBoundingClientRect()), DELAY_MS);
  };
  /** Who has pressed it knows what it does; who has pressed what does nothing is told why. */
  const press = (element: HTMLElement): void => {
    if (element.getAttribute('aria-disabled') !== 'true') hide();
  };
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the timer of the last moment
  useEffect(() => () => window.clearTimeout(timer.current), []);
  useEffect(() => {
    if (!anchor) return undefined;
    const close = (): void => setAnchor(null);
    window.addEventListener('pointerdown', close, true);
    window.addEventListener('keydown', close, true);
    return () => {
      window.removeEventListener('pointerdown', close, true);
      window.removeEventListener('keydown', close, true);
    };
  }, [anchor]);

  // oxlint-disable-next-line react/refs -- the timer is used in the handlers only
  const trigger = cloneElement(children, {
    onMouseEnter: (event: React.MouseEvent<HTMLElement>) => arm(event.currentTarget),
    onMouseLeave: hide,
    onPointerDownCapture: (event: React.PointerEvent<HTMLElement>) => press(event.currentTarget),
    onKeyDownCapture: (event: React.KeyboardEvent<HTMLElement>) => press(event.currentTarget),
    onFocus: (event: React.FocusEvent<HTMLElement>) => {
      if (event.currentTarget.matches(':focus-visible')) arm(event.currentTarget);
    },
    onBlur: hide,
  });
  return (
    <>
      {trigger}
      {anchor && text !== '' && createPortal(<Bubble text={text} anchor={anchor} />, document.body)}
    </>
  );
}

function Bubble({ text, anchor }: { text: string; anchor: DOMRect }) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const box = element.getBoundingClientRect();
    const left = Math.min(
      Math.max(4, anchor.left + anchor.width / 2 - box.width / 2),
      window.innerWidth - box.width - 4,
    );
    const below = anchor.bottom + GAP;
    const top = below + box.height > window.innerHeight - 4 ? anchor.top - GAP - box.height : below;
    element.style.left = `${left}px`;
    element.style.top = `${top}px`;
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another text has another size
  }, [anchor, text]);
  return (
    <div ref={ref} className={css['tooltip']} aria-hidden="true">
      {text}
    </div>
  );
}
