import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { cx } from './cx.ts';
import { useFocusTrap } from './focus-trap.ts';
import { placeMenu } from './menu-placement.ts';
import css from './popover.module.css';

interface PopoverProps {
  label: string;
  anchor: { x: number; y: number; avoid?: DOMRect };
  className?: string | undefined;
  onClose: () => void;
  children: ReactNode;
}

/** Over the page, beside what opened it. Esc and a click elsewhere close it, and the focus is where it was. */
export function Popover({ label, anchor, className, onClose, children }: PopoverProps) {
  const box = useRef<HTMLDivElement>(null);
  const trap = useFocusTrap(box);
  const close = useRef(onClose);
  useLayoutEffect(() => {
    close.current = onClose;
  });

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const place = (): void => {
      const { width, height } = element.getBoundingClientRect();
      const { left, top } = placeMenu(anchor, { width, height }, window);
      element.style.left = `${left}px`;
      element.style.top = `${top}px`;
    };
    place();
    // What it shows comes later, and grows.
    const watch = new ResizeObserver(place);
    watch.observe(element);
    return () => watch.disconnect();
  }, [anchor]);

  useEffect(() => {
    const outside = (event: Event): void => {
      const { target } = event;
      if (!(target instanceof Element) || box.current?.contains(target)) return;
      // Its own menu, and what is said meanwhile, lie beside it in the document.
      if (target.closest('[role="menu"], [role="status"], [role="alert"]')) return;
      close.current();
    };
    const gone = (): void => close.current();
    window.addEventListener('pointerdown', outside, true);
    window.addEventListener('resize', gone);
    return () => {
      window.removeEventListener('pointerdown', outside, true);
      window.removeEventListener('resize', gone);
    };
  }, []);

  const onKeyDown = (event: KeyboardEvent): void => {
    trap(event);
    if (event.key !== 'Escape') return;
    event.preventDefault();
    onClose();
  };
  return createPortal(
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys come from the controls inside
    <div
      ref={box}
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      className={cx(css['popover'], className)}
      onKeyDown={onKeyDown}
    >
      {children}
    </div>,
    document.body,
  );
}
