import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import { Tooltip } from './tooltip.tsx';
import css from './icon-button.module.css';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  icon: LucideIcon;
  /** Accessible name and tooltip. */
  label: string;
  /** Said after the name in the tooltip: the keys that do the same. */
  keys?: string;
  size?: 28 | 34;
  iconSize?: 14 | 16 | 18 | 20;
  /** Drawn as switched on; set `aria-pressed` or `aria-expanded` as well where it is a toggle. */
  active?: boolean;
}

/** A button that shows only an icon: always named, with the name as tooltip after 500 ms. */
export function IconButton({
  icon,
  label,
  keys = '',
  size = 34,
  iconSize = 18,
  active = false,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={keys === '' ? label : `${label} (${keys})`}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        className={cx(css['button'], size === 28 && css['small'], active && css['active'], className)}
      >
        <Icon of={icon} size={iconSize} />
      </button>
    </Tooltip>
  );
}
