import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { cx } from './cx.ts';
import { FOCUSABLE } from './focus-trap.ts';
import { ToastHost } from './toast.tsx';
import css from './main-region.module.css';

interface MainRegionProps {
  label: string;
  className?: string | undefined;
  /** A page that scrolls as a whole: where it has no control, the focus can be put into it, so that keys scroll it. */
  scrolls?: boolean;
  children: ReactNode;
}

/** The main landmark of a screen: the skip link and F6 lead here, and toasts show at its end. */
export function MainRegion({ label, className, scrolls = false, children }: MainRegionProps) {
  const region = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const element = region.current;
    if (element) element.tabIndex = scrolls && !element.querySelector(FOCUSABLE) ? 0 : -1;
  });
  return (
    <main
      ref={region}
      id="messages"
      tabIndex={-1}
      className={cx(css['main'], className)}
      aria-label={label}
      data-region="main"
    >
      {children}
      <ToastHost />
    </main>
  );
}
