import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { ToastHost } from './toast.tsx';
import css from './main-region.module.css';

interface MainRegionProps {
  label: string;
  className?: string | undefined;
  children: ReactNode;
}

/** The main landmark of a screen: the skip link and F6 lead here, and toasts show at its end. */
export function MainRegion({ label, className, children }: MainRegionProps) {
  return (
    <main
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
