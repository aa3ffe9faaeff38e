import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import css from './account-menu.module.css';

interface ItemProps {
  label: string;
  icon?: LucideIcon;
  leading?: ReactNode;
  shortcut?: string;
  danger?: boolean;
  checked?: boolean;
  disabledReason?: string | undefined;
  /** A second line. */
  detail?: string | null;
  onSelect: () => void;
}

/** A row of the account menu that is none of an account. */
export function Item({
  label,
  icon,
  leading,
  shortcut,
  danger = false,
  checked,
  disabledReason,
  detail = null,
  onSelect,
}: ItemProps) {
  const disabled = disabledReason !== undefined;
  return (
    <button
      type="button"
      role={checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
      aria-checked={checked}
      aria-disabled={disabled || undefined}
      tabIndex={-1}
      className={cx(css['item'], danger && css['danger'], disabled && css['disabled'])}
      onClick={() => {
        if (!disabled) onSelect();
      }}
    >
      {leading ?? (icon && <Icon of={icon} size={16} />)}
      <span className={css['label']}>
        <bdi>{label}</bdi>
        {disabled && <span className={css['why']}>{disabledReason}</span>}
        {detail !== null && <span className={css['why']}>{detail}</span>}
      </span>
      {checked && <span className={css['check']}>✓</span>}
      {!disabled && shortcut && <span className={css['shortcut']}>{shortcut}</span>}
    </button>
  );
}
