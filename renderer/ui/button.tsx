import type { LucideIcon } from 'lucide-react';
import { type ComponentProps, useId } from 'react';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import { Spinner } from './spinner.tsx';
import { Tooltip } from './tooltip.tsx';
import { WhyText } from './why-text.tsx';
import css from './button.module.css';

interface ButtonProps extends ComponentProps<'button'> {
  variant?: 'primary' | 'default' | 'danger' | 'dangerText' | 'text';
  /** 30 / 34 / 42 px high; `large` takes the whole width. */
  size?: 'small' | 'normal' | 'large';
  icon?: LucideIcon | undefined;
  /** Shows a spinner and refuses clicks; the text stays. */
  busy?: boolean;
  /**
   * Why it does nothing now; null = it does. It is still reached by keys, which is how they learn why: a tooltip shows
   * it and readers hear it.
   */
  why?: string | null;
  /** id of what says the same in sight. */
  whyAt?: string;
}

export function Button({
  variant = 'default',
  size = 'normal',
  icon,
  busy = false,
  why,
  whyAt,
  disabled,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const id = useId();
  const blocked = why != null;
  const button = (
    <button
      type="button"
      {...rest}
      disabled={disabled}
      {...(blocked ? { 'aria-disabled': true, 'aria-describedby': whyAt ?? id } : {})}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy || blocked) event.preventDefault();
        else onClick?.(event);
      }}
      className={cx(css['button'], css[variant], css[size], className)}
    >
      {busy ? <Spinner size={14} /> : icon && <Icon of={icon} size={14} />}
      {children}
    </button>
  );
  if (why === undefined || whyAt !== undefined) return button;
  return (
    <>
      <Tooltip text={why ?? ''}>{button}</Tooltip>
      <WhyText id={id} why={why} />
    </>
  );
}
