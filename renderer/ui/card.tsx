import { type MouseEvent, type ReactNode, useId } from 'react';
import { cx } from './cx.ts';
import { ManagedNote } from './managed-note.tsx';
import { Switch } from './switch.tsx';
import { useAskedSwitch } from './use-asked-switch.ts';
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
  /** Of what stands under the label. */
  id?: string;
  label: string;
  detail?: string;
  checked: boolean;
  /** Why it cannot be changed now: stands in place of `detail`. null = it can. */
  why?: string | null;
  /** id of what says `why` already. */
  whyAt?: string;
  /** An organisation's policy sets it: it is seen, read and not changed. */
  managed?: boolean;
  /** May answer with a promise; false = it did not work. */
  onChange: (checked: boolean) => unknown;
}

export function SwitchRow({
  id: detailId,
  label,
  detail,
  checked,
  why = null,
  whyAt,
  managed = false,
  onChange,
}: SwitchRowProps) {
  const id = useId();
  const { waiting, toggle } = useAskedSwitch(checked, onChange);
  const words = whyAt === undefined ? (why ?? detail) : detail;
  const hasDetail = managed || words !== undefined;
  const at = detailId ?? `${id}-detail`;
  const described = [hasDetail && at, why !== null && whyAt].filter(Boolean).join(' ');
  return (
    <div className={css['row']}>
      <div className={css['words']}>
        <div id={id} className={css['label']}>
          {label}
        </div>
        {hasDetail && (
          <div id={at} className={css['detail']}>
            {managed ? <ManagedNote /> : words}
          </div>
        )}
      </div>
      <Switch
        checked={checked}
        locked={managed || why !== null}
        labelledBy={id}
        describedBy={described === '' ? undefined : described}
        busy={waiting}
        onToggle={toggle}
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
