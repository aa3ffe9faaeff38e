import { type ReactNode, useId } from 'react';
import { CardRow } from './card.tsx';
import { ManagedNote } from './managed-note.tsx';
import css from './select-row.module.css';

interface SelectRowProps<T extends string> {
  label: string;
  detail?: ReactNode;
  value: T;
  options: readonly { value: T; label: string }[];
  /** Why it cannot be changed now: stands in place of `detail`. null = it can. */
  why?: string | null;
  /** An organisation's policy sets it. */
  managed?: boolean;
  onChange: (value: T) => void;
}

export function SelectRow<T extends string>({
  label,
  detail,
  value,
  options,
  why = null,
  managed = false,
  onChange,
}: SelectRowProps<T>) {
  const id = useId();
  const words = managed ? <ManagedNote /> : (why ?? detail);
  return (
    <CardRow
      label={<label htmlFor={id}>{label}</label>}
      {...(words === undefined ? {} : { detail: <span id={`${id}-detail`}>{words}</span> })}
    >
      <select
        id={id}
        className={css['select']}
        value={value}
        disabled={managed || why !== null}
        aria-describedby={words === undefined ? undefined : `${id}-detail`}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </CardRow>
  );
}
