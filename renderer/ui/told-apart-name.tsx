import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import css from './told-apart-name.module.css';

/** A name, and what tells it from another of that name (`toldApart`), where there is one. */
export function ToldApartName({
  name,
  detail,
  end,
}: {
  name: ReactNode;
  detail: string | undefined;
  /** After both. */
  end?: ReactNode;
}) {
  if (detail === undefined)
    return (
      <>
        <bdi>{name}</bdi>
        {end}
      </>
    );
  return (
    <span className={css['name']}>
      <bdi className="ellipsis">{name}</bdi> <bdi className={cx('ellipsis', css['detail'])}>{detail}</bdi>
      {end}
    </span>
  );
}
