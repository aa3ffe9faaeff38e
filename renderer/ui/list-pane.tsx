import type { ComponentProps } from 'react';
import { cx } from './cx.ts';
import css from './list-pane.module.css';

/** The pane between rail and main region. Its width is the owner's. */
export function ListPane({ className, ...aside }: ComponentProps<'aside'>) {
  return <aside {...aside} className={cx(css['pane'], className)} />;
}
