import type { HTMLAttributes, ReactNode } from 'react';
import { cx } from './cx.ts';
import css from './list-row.module.css';

interface ListRowProps extends Omit<HTMLAttributes<HTMLDivElement>, 'title'> {
  /** The avatar. */
  leading: ReactNode;
  title: ReactNode;
  /** Under the title. */
  line: ReactNode;
  /** Class of the line, for its colour. */
  lineClass?: string | undefined;
  time: string;
  /** Marks under the time. The line goes on to where they begin. */
  status?: ReactNode;
  selected: boolean;
  tabStop: boolean;
  compact?: boolean;
}

/** An option of a listbox: avatar, two lines of text, and at the end a time over small marks. */
export function ListRow({
  leading,
  title,
  line,
  lineClass,
  time,
  status,
  selected,
  tabStop,
  compact = false,
  className,
  ...rest
}: ListRowProps) {
  return (
    <div
      {...rest}
      role="option"
      aria-selected={selected}
      tabIndex={tabStop ? 0 : -1}
      className={cx(css['row'], compact && css['compact'], selected && css['selected'], className)}
    >
      {leading}
      <div className={css['words']}>
        <div className={css['first']}>
          <div className={cx(css['title'], 'ellipsis')}>{title}</div>
          <div className={css['time']}>{time}</div>
        </div>
        <div className={css['second']}>
          <div className={cx(css['line'], lineClass, 'ellipsis')}>{line}</div>
          {status !== undefined && <div className={css['status']}>{status}</div>}
        </div>
      </div>
    </div>
  );
}
