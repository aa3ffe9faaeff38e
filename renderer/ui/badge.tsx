import { cx } from './cx.ts';
import css from './badge.module.css';

/** Unread count, `99+` at most; nothing for 0. Readers get the number from the row's name. */
export function Badge({
  count,
  muted = false,
  className,
}: {
  count: number;
  muted?: boolean;
  className?: string | undefined;
}) {
  if (count <= 0) return null;
  return (
    <span className={cx(css['badge'], muted && css['muted'], className)} aria-hidden="true">
      {count > 99 ? '99+' : count}
    </span>
  );
}
