import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import { Spinner } from './spinner.tsx';
import css from './button.module.css';

interface ButtonProps extends ComponentProps<'button'> {
  variant?: 'primary' | 'default' | 'danger' | 'dangerText' | 'text';
  /** 30 / 34 / 42 px high; `large` takes the whole width. */
  size?: 'small' | 'normal' | 'large';
  icon?: LucideIcon | undefined;
  /** Shows a spinner and refuses clicks; the text stays. */
  busy?: boolean;
}

export function Button({
  variant = 'default',
  size = 'normal',
  icon,
  busy = false,
  disabled,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
      className={cx(css['button'], css[variant], css[size], className)}
    >
      {busy ? <Spinner size={14} /> : icon && <Icon of={icon} size={14} />}
      {children}
    </button>
  );
}
