import type { ComponentProps } from 'react';
import css from './text-button.module.css';

/** A button in running text: looks like a link. */
export function TextButton(props: Omit<ComponentProps<'button'>, 'className' | 'type'>) {
  return <button {...props} type="button" className={css['textButton']} />;
}
