import { useId } from 'react';
import { CardRow } from './card.tsx';
import css from './select-row.module.css';

interface SelectRowProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

export function SelectRow<T extends string>({ label, value, options, onChange }: SelectRowProps<T>) {
  const id = useId();
  return (
    <CardRow label={<label htmlFor={id}>{label}</label>}>
      <select
        id={id}
        className={css['select']}
        value={value}
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
