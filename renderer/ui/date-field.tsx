import type { ReactNode } from 'react';
import css from './date-field.module.css';

interface DateFieldProps {
  label: string;
  /** `date`: `2026-11-29`; `time`: `09:30`; '' = nothing chosen. */
  type?: 'date' | 'time';
  value: string;
  min?: string;
  /** Id of what says that it is wrong. */
  wrong?: string | null;
  /** The first of its dialog to have the focus. */
  autofocus?: boolean;
  onChange: (value: string) => void;
}

/** A day or a time, with the picker of the browser. */
export function DateField({
  label,
  type = 'date',
  value,
  min,
  wrong = null,
  autofocus = false,
  onChange,
}: DateFieldProps) {
  return (
    <label className={css['field']}>
      {label}
      <input
        type={type}
        min={min}
        value={value}
        aria-invalid={wrong !== null}
        aria-describedby={wrong ?? undefined}
        data-autofocus={autofocus ? '' : undefined}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}

/** Several beside each other, under each other where there is no room. */
export function DateFields({ children }: { children: ReactNode }) {
  return <div className={css['fields']}>{children}</div>;
}
