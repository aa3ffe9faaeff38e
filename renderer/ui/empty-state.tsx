import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import css from './empty-state.module.css';

/** Icon 32, one sentence, at most one action (ui.md 6). */
export function EmptyState({
  icon,
  text,
  action,
}: {
  icon: LucideIcon;
  text: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={css['empty']}>
      <Icon of={icon} size={32} className={css['icon']} />
      <p>{text}</p>
      {action}
    </div>
  );
}
