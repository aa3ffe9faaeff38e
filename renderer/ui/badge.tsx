import { cx } from './cx.ts';
import css from './badge.module.css';

/** Unread count, `99+` at most; nothing for 0. Readers get the number from the row's name. */
export function Badge({
  count,
  muted = false,
  dot = false,
  className,
}: {
  count: number;
  muted?: boolean;
  /** A dot in place of 0. */
  dot?: boolean;
  className?: string | undefined;
}) {
  if (count <= 0 && dot)
    return (
      <span
        className={cx(css['dot'], muted && css['muted'], className)}
        aria-hidden="true"
        data-testid="unread-dot"
      />
    );
  if (count <= 0) return null;
  return (
    <span className={cx(css['badge'], muted && css['muted'], className)} aria-hidden="true">
      {count > 99 ? '99+' : count}
    </span>
  );
}
