import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import css from './more-button.module.css';

interface MoreButtonProps {
  /** From edge to edge, as in a card. */
  flush?: boolean;
  children: ReactNode;
  onClick: () => void;
}

/** The end of a shortened list: shows the rest of it. */
export function MoreButton({ flush = false, children, onClick }: MoreButtonProps) {
  return (
    <button type="button" className={cx(css['more'], flush && css['flush'])} onClick={onClick}>
      {children}
      <Icon of={ChevronRight} size={14} />
    </button>
  );
}
