import { useId } from 'react';
import { CardRow } from './card.tsx';
import css from './select-row.module.css';

interface SelectRowProps<T extends string> {
  label: string;
  detail?: string;
  value: T;
  options: readonly { value: T; label: string }[];
  disabled?: boolean;
  onChange: (value: T) => void;
}

export function SelectRow<T extends string>({
  label,
  detail,
  value,
  options,
  disabled = false,
  onChange,
}: SelectRowProps<T>) {
  const id = useId();
  return (
    <CardRow label={<label htmlFor={id}>{label}</label>} {...(detail === undefined ? {} : { detail })}>
      <select
        id={id}
        className={css['select']}
        value={value}
        disabled={disabled}
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
