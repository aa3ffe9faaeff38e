import { ArrowLeft, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { useT } from '../i18n/i18n.ts';
import { cx } from './cx.ts';
import { IconButton } from './icon-button.tsx';
import css from './side-pane.module.css';
import { FocusReturn } from './focus-return.ts';

interface SidePaneProps {
  title: string;
  /** Beside the chat in wide windows, else over it: then it takes the focus. */
  docked: boolean;
  onClose: () => void;
  /** A page of a page: Esc and the arrow lead back to it. */
  onBack?: () => void;
  /** Below the head, above what scrolls. */
  tools?: ReactNode;
  /** What scrolls has no padding and scrolls by itself. */
  bare?: boolean;
  children: ReactNode;
}

/** The pane at the right of a chat: a head with its title, and what it is about. Esc closes it, or goes back. */
export function SidePane({ title, docked, onClose, onBack, tools, bare = false, children }: SidePaneProps) {
  const t = useT();
  const pane = useRef<HTMLElement>(null);
  const isPage = onBack !== undefined;
  const [opener] = useState(() => new FocusReturn());

  // As an overlay it takes the focus; docked it does not get in the way. A page of it was asked for from inside.
  useLayoutEffect(() => {
    if (!docked || isPage) pane.current?.focus();
  }, [docked, isPage]);

  const close = (): void => {
    onClose();
    opener.restore();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    if (onBack) onBack();
    else close();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys come from the controls inside
    <aside
      ref={pane}
      tabIndex={-1}
      className={cx(css['pane'], !docked && css['overlay'])}
      aria-label={title}
      data-region="info"
      onKeyDown={onKeyDown}
    >
      <div className={cx(css['head'], onBack && css['page'])}>
        {onBack && <IconButton size={28} icon={ArrowLeft} label={t('action.back')} onClick={onBack} />}
        <h2 className={cx(css['title'], 'ellipsis')}>{title}</h2>
        <IconButton size={onBack ? 28 : 34} icon={X} label={t('action.close')} onClick={close} />
      </div>
      {tools}
      <div className={cx(css['body'], bare && css['bare'])}>{children}</div>
    </aside>
  );
}
