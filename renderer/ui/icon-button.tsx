import type { LucideIcon } from 'lucide-react';
import { type ComponentProps, useId } from 'react';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import { Tooltip } from './tooltip.tsx';
import { WhyText } from './why-text.tsx';
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
  /** Why it does nothing now, in the tooltip and for readers; null = it does. Keys still reach it. */
  why?: string | null;
}

/** A button that shows only an icon: always named, with the name as tooltip after 500 ms. */
export function IconButton({
  icon,
  label,
  keys = '',
  size = 34,
  iconSize = 18,
  active = false,
  why = null,
  className,
  onClick,
  ...rest
}: IconButtonProps) {
  const id = useId();
  const name = keys === '' ? label : `${label} (${keys})`;
  return (
    <>
      <Tooltip text={why === null ? name : `${name} · ${why}`}>
        <button
          type="button"
          {...rest}
          {...(why === null ? {} : { 'aria-disabled': true, 'aria-describedby': id })}
          onClick={(event) => why === null && onClick?.(event)}
          aria-label={label}
          className={cx(css['button'], size === 28 && css['small'], active && css['active'], className)}
        >
          <Icon of={icon} size={iconSize} />
        </button>
      </Tooltip>
      <WhyText id={id} why={why} />
    </>
  );
}
