import { TriangleAlert } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import css from './under-note.module.css';

/** A line under a bubble: what is going on with the message, or what went wrong. */
export function UnderNote({
  error = false,
  children,
  ...rest
}: Omit<ComponentProps<'div'>, 'className'> & { error?: boolean }) {
  return (
    <div {...rest} className={cx(css['under'], error && css['underError'])}>
      {error && <Icon of={TriangleAlert} size={14} />}
      {children}
    </div>
  );
}
