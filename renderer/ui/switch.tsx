import { cx } from './cx.ts';
import css from './switch.module.css';

interface SwitchProps {
  checked: boolean;
  onToggle: () => void;
  /** Accessible name, unless `labelledBy` names the element that holds it. */
  label?: string;
  labelledBy?: string;
  describedBy?: string | undefined;
  /** Seen and focused, but not changed: its description says why. */
  locked?: boolean;
  /** What was asked for is not there yet. */
  busy?: boolean;
}

export function Switch({
  checked,
  onToggle,
  label,
  labelledBy,
  describedBy,
  locked = false,
  busy = false,
}: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      aria-busy={busy || undefined}
      aria-disabled={locked || undefined}
      onClick={() => !locked && onToggle()}
      className={cx(css['switch'], checked && css['on'])}
    />
  );
}
