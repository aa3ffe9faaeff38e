import type { ComponentProps } from 'react';
import css from './line.module.css';

/** A line of its own in the flow, in the middle: what happened, or what became of a message. */
export function Line(props: Omit<ComponentProps<'div'>, 'className'>) {
  return <div {...props} className={css['line']} />;
}
