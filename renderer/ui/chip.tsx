import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import css from './chip.module.css';

/** A short state in a pill. */
export function Chip({
  tone = 'neutral',
  icon,
  children,
}: {
  tone?: 'neutral' | 'success' | 'warn' | 'danger';
  icon?: LucideIcon;
  children: ReactNode;
}) {
  return (
    <span className={cx(css['chip'], `tone-${tone}`)}>
      {icon && <Icon of={icon} size={14} />}
      {children}
    </span>
  );
}
