import { X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import { useT } from '../i18n/i18n.ts';
import { cx } from './cx.ts';
import { useFocusTrap } from './focus-trap.ts';
import { ModalLayer } from './modal-layer.tsx';
import { ProblemLine } from './problem-line.tsx';
import type { Problem } from './use-problem.ts';
import { IconButton } from './icon-button.tsx';
import css from './dialog.module.css';

interface DialogProps {
  title: ReactNode;
  /** Before the title. */
  lead?: ReactNode;
  /** What readers call it, where the title does not say it. */
  label?: string;
  onClose: () => void;
  children?: ReactNode;
  /** Buttons, right-aligned. Mark the safe one with `data-autofocus`: it gets the focus first. */
  footer?: ReactNode;
  /** What went wrong with the last thing that was asked for here (`useProblem`). */
  problem?: Problem | null;
  /** Shows × in the head. */
  closeButton?: boolean;
  role?: 'dialog' | 'alertdialog';
  className?: string | undefined;
  /** Ctrl+Enter (⌘↩) from anywhere in it. */
  onCtrlEnter?: (() => void) | undefined;
}

/** Modal dialog: focus trap, Esc = cancel, focus returns to where it was. */
export function Dialog({
  title,
  lead,
  label,
  onClose,
  children,
  footer,
  problem = null,
  closeButton = false,
  role = 'dialog',
  className,
  onCtrlEnter,
}: DialogProps) {
  const t = useT();
  const titleId = useId();
  const box = useRef<HTMLDivElement>(null);

  const trap = useFocusTrap(box);
  const onKeyDown = (event: KeyboardEvent): void => {
    // What was opened from it, and lies beside it in the document, has its own.
    if (!(event.target instanceof Node) || !box.current?.contains(event.target)) return;
    trap(event);
    if (event.key === 'Escape') {
      event.preventDefault();
      onClose();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && onCtrlEnter) {
      event.preventDefault();
      onCtrlEnter();
    }
  };

  return (
    <ModalLayer place="middle" onClose={onClose}>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the role comes as a property */}
      <div
        ref={box}
        role={role}
        aria-modal="true"
        aria-label={label}
        aria-labelledby={label === undefined ? titleId : undefined}
        tabIndex={-1}
        className={cx(css['dialog'], className)}
        onKeyDown={onKeyDown}
      >
        <div className={css['head']}>
          {lead}
          <h2 id={titleId} className={css['title']}>
            {title}
          </h2>
          {closeButton && <IconButton icon={X} label={t('action.close')} onClick={onClose} />}
        </div>
        {children !== undefined && <div className={css['body']}>{children}</div>}
        <ProblemLine problem={problem} className={css['problem']} />
        {footer !== undefined && <div className={css['foot']}>{footer}</div>}
      </div>
    </ModalLayer>
  );
}
