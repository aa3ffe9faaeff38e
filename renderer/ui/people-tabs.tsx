import { type ReactNode, useId } from 'react';
import { useT } from '../i18n/i18n.ts';
import { Avatar } from './avatar.tsx';
import { Button } from './button.tsx';
import { SegmentedTabs } from './segmented-tabs.tsx';
import { SkeletonRows } from './skeleton.tsx';
import css from './people-tabs.module.css';

/** Tabs over people, for a popover: who read something and who did not, who reacted and how. */
export function PeopleTabs<T extends string>({
  label,
  tabs,
  selected,
  onSelect,
  children,
}: {
  label: string;
  tabs: readonly { id: T; label: string }[];
  selected: T;
  onSelect: (id: T) => void;
  /** A `PeopleList`. */
  children: ReactNode;
}) {
  const panel = useId();
  return (
    <>
      <div className={css['tabs']}>
        <SegmentedTabs label={label} tabs={tabs} selected={selected} onSelect={onSelect} panelId={panel} />
      </div>
      <div
        id={panel}
        role="tabpanel"
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls
        tabIndex={0}
        className={css['people']}
      >
        {children}
      </div>
    </>
  );
}

/** The people of a tab (`PersonRow`), or what there is in place of them. */
export function PeopleList({
  rows,
  problem,
  onRetry,
  nobody,
  more = null,
}: {
  /** null = not known yet. */
  rows: readonly ReactNode[] | null;
  /** Why they are not known; null = they are on their way. Of no interest while some are known. */
  problem: string | null;
  onRetry: () => void;
  /** Said where there is none; null = nothing is. */
  nobody: string | null;
  /** Said under them: that there are more. */
  more?: string | null;
}) {
  const t = useT();
  if (rows === null && problem !== null)
    return (
      <div className={css['note']} role="alert">
        <p>{problem}</p>
        <Button size="small" onClick={onRetry}>
          {t('error.retry')}
        </Button>
      </div>
    );
  if (rows === null)
    return (
      <div aria-busy="true">
        <SkeletonRows rows={3} />
      </div>
    );
  return (
    <>
      {rows.length === 0 && nobody !== null && <p className={css['note']}>{nobody}</p>}
      <ul>{rows}</ul>
      {more !== null && <p className={css['note']}>{more}</p>}
    </>
  );
}

/** `children`: what is said of them at the end of the line. */
export function PersonRow({
  uid,
  name,
  shown = name,
  testId,
  children,
}: {
  uid: string;
  name: string;
  /** In place of the name. */
  shown?: string;
  testId: string;
  children?: ReactNode;
}) {
  return (
    <li className={css['person']} data-testid={testId}>
      <Avatar id={uid} name={name} size={28} />
      <bdi className="ellipsis">{shown}</bdi>
      {children}
    </li>
  );
}
