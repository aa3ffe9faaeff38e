import { cx } from './cx.ts';
import css from './switch.module.css';

interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Accessible name, unless `labelledBy` names the element that holds it. */
  label?: string;
  labelledBy?: string;
  describedBy?: string | undefined;
  disabled?: boolean;
  /** Seen and focused, but not changed. */
  managed?: boolean;
}

export function Switch({
  checked,
  onChange,
  label,
  labelledBy,
  describedBy,
  disabled = false,
  managed = false,
}: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      disabled={disabled}
      aria-disabled={managed || undefined}
      onClick={() => !managed && onChange(!checked)}
      className={cx(css['switch'], checked && css['on'])}
    />
  );
}
