import { type MouseEvent, type ReactNode, useId } from 'react';
import { cx } from './cx.ts';
import { ManagedNote } from './managed-note.tsx';
import { Switch } from './switch.tsx';
import css from './card.module.css';

/** Rounded surface with rows. `dense`: as in the info pane. */
export function Card({ dense = false, children }: { dense?: boolean; children: ReactNode }) {
  return <div className={cx(css['card'], dense && css['dense'])}>{children}</div>;
}

/** A row: label, an optional second line, and something at the end. */
export function CardRow({
  label,
  detail,
  children,
}: {
  label: ReactNode;
  detail?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className={css['row']}>
      <div className={css['words']}>
        <div className={css['label']}>{label}</div>
        {detail !== undefined && <div className={css['detail']}>{detail}</div>}
      </div>
      {children}
    </div>
  );
}

/** A row with a value that is only shown. */
export function ValueRow({
  label,
  value,
  detail,
}: {
  label: ReactNode;
  value: ReactNode;
  detail?: ReactNode;
}) {
  return (
    <CardRow label={label} detail={detail}>
      <span className={css['value']}>{value}</span>
    </CardRow>
  );
}

interface SwitchRowProps {
  label: string;
  detail?: string;
  checked: boolean;
  disabled?: boolean;
  /** An organisation's policy sets it: it is seen, read and not changed. */
  managed?: boolean;
  onChange: (checked: boolean) => void;
}

export function SwitchRow({
  label,
  detail,
  checked,
  disabled = false,
  managed = false,
  onChange,
}: SwitchRowProps) {
  const id = useId();
  const hasDetail = managed || detail !== undefined;
  return (
    <div className={css['row']}>
      <div className={css['words']}>
        <div id={id} className={cx(css['label'], 'ellipsis')}>
          {label}
        </div>
        {hasDetail && (
          <div id={`${id}-detail`} className={css['detail']}>
            {managed ? <ManagedNote /> : detail}
          </div>
        )}
      </div>
      <Switch
        checked={checked}
        disabled={disabled}
        managed={managed}
        labelledBy={id}
        describedBy={hasDetail ? `${id}-detail` : undefined}
        onChange={onChange}
      />
    </div>
  );
}

/** A row that is a button as a whole. */
export function ActionRow({
  id,
  label,
  tone,
  trailing,
  expanded,
  managed = false,
  onClick,
}: {
  id?: string;
  label: string;
  tone?: 'danger';
  trailing?: ReactNode;
  /** It opens and closes what stands below. */
  expanded?: boolean;
  /** An organisation's policy forbids it: it is seen, read and not done. */
  managed?: boolean;
  onClick: (event: MouseEvent<HTMLButtonElement>) => void;
}) {
  return (
    <button
      id={id}
      type="button"
      className={cx(css['row'], css['action'], managed && css['managed'])}
      aria-expanded={expanded}
      aria-disabled={managed || undefined}
      onClick={(event) => !managed && onClick(event)}
    >
      <span className={cx(css['words'], css['label'], tone === 'danger' && css['danger'])}>{label}</span>
      {managed ? <ManagedNote /> : trailing}
    </button>
  );
}
