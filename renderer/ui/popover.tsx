import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { cx } from './cx.ts';
import { useFocusTrap } from './focus-trap.ts';
import { placeMenu } from './menu-placement.ts';
import { useOverToasts } from './toast.tsx';
import { usePressElsewhere } from './use-press-elsewhere.ts';
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
  useOverToasts();
  usePressElsewhere(box, onClose, {
    // Its own menu, and what is said meanwhile, lie beside it in the document.
    isPart: (at) => at.closest('[role="menu"], [role="status"], [role="alert"]') !== null,
    also: ['resize'],
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
