import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import css from './checkbox.module.css';

interface CheckboxProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Square for forms, round for picking from lists. */
  shape?: 'square' | 'round';
  disabled?: boolean;
  children: ReactNode;
}

/** A native checkbox with our look; the children are its label. */
export function Checkbox({ checked, onChange, shape = 'square', disabled = false, children }: CheckboxProps) {
  return (
    <label className={css['label']}>
      <input
        type="checkbox"
        className={css['input']}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <CheckMark checked={checked} shape={shape} />
      {children}
    </label>
  );
}

/** The drawn mark alone, for rows that carry `aria-selected` or `aria-checked` themselves. */
export function CheckMark({ checked, shape = 'round' }: { checked: boolean; shape?: 'square' | 'round' }) {
  return (
    <span
      className={cx(css['mark'], shape === 'round' && css['round'], checked && css['checked'])}
      aria-hidden="true"
    >
      {checked && <Icon of={Check} size={14} />}
    </span>
  );
}
