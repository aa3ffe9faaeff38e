import { type ComponentProps, useId } from 'react';
import { Tooltip } from './tooltip.tsx';
import { WhyText } from './why-text.tsx';
import css from './text-button.module.css';

interface TextButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'type'> {
  /** As of `Button`. */
  why?: string | null;
  whyAt?: string;
}

/** A button in running text: looks like a link. */
export function TextButton({ why, whyAt, onClick, ...rest }: TextButtonProps) {
  const id = useId();
  const blocked = why != null;
  const button = (
    <button
      {...rest}
      type="button"
      {...(blocked ? { 'aria-disabled': true, 'aria-describedby': whyAt ?? id } : {})}
      onClick={(event) => !blocked && onClick?.(event)}
      className={css['textButton']}
    />
  );
  if (why === undefined || whyAt !== undefined) return button;
  return (
    <>
      <Tooltip text={why ?? ''}>{button}</Tooltip>
      <WhyText id={id} why={why} />
    </>
  );
}
