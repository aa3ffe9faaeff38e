import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import css from './kbd.module.css';

export function Kbd({ children, className }: { children: ReactNode; className?: string | undefined }) {
  return <kbd className={cx(css['kbd'], className)}>{children}</kbd>;
}
