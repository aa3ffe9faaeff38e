import type { LucideIcon } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import { useT } from '../i18n/i18n.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ServerWaitNote } from './server-wait-note.tsx';
import { useServerWait } from './server-wait.ts';
import { useIsOpen } from './use-is-open.ts';
import { useProblem } from './use-problem.ts';
import { useWrongField } from './wrong-field.ts';
import css from './action-dialog.module.css';

interface ActionDialogProps {
  title: ReactNode;
  role?: 'dialog' | 'alertdialog';
  closeButton?: boolean;
  className?: string | undefined;
  /** A function gets the action, for a field where Enter does the same as the button. */
  children?: ReactNode | ((act: () => void) => ReactNode);
  /** At the left of the buttons. */
  note?: ReactNode;
  actionLabel: string;
  actionIcon?: LucideIcon | undefined;
  danger?: boolean;
  /** Why there is nothing to do (yet, or any more): stands beside the buttons. null = there is. */
  why?: string | null;
  /** Ctrl+Enter does it, too, wherever the focus is. */
  ctrlEnter?: boolean;
  /** The focus starts on 取消: for questions, where that is the safe answer. */
  focusCancel?: boolean;
  /**
   * May be asynchronous: the button shows a spinner. It closes the dialog itself, if nobody has meanwhile (`isOpen`).
   * What it throws is said in the dialog, which stays as it is.
   */
  onAction: (isOpen: () => boolean) => void | Promise<unknown>;
  onClose: () => void;
}

/** A dialog that ends in one action or 取消. */
export function ActionDialog({
  title,
  role = 'dialog',
  closeButton = false,
  className,
  children,
  note,
  actionLabel,
  actionIcon,
  danger = false,
  why = null,
  ctrlEnter = false,
  focusCancel = false,
  onAction,
  onClose,
}: ActionDialogProps) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const waiting = useServerWait();
  const isOpen = useIsOpen();
  const whyId = useId();
  const { problem, run } = useProblem();
  const button = useRef<HTMLButtonElement>(null);
  useWrongField(button, busy);
  const act = async (): Promise<void> => {
    if (why !== null || busy) return;
    setBusy(true);
    await run(() => onAction(isOpen));
    setBusy(false);
  };
  return (
    <Dialog
      role={role}
      title={title}
      closeButton={closeButton}
      className={className}
      onClose={onClose}
      onCtrlEnter={ctrlEnter ? () => void act() : undefined}
      problem={problem}
      footer={
        <>
          {busy && waiting ? <ServerWaitNote /> : note}
          {why !== null && (
            <span id={whyId} className={css['why']}>
              {why}
            </span>
          )}
          <Button data-autofocus={focusCancel ? '' : undefined} onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button
            ref={button}
            variant={danger ? 'danger' : 'primary'}
            icon={actionIcon}
            busy={busy}
            why={why}
            whyAt={whyId}
            onClick={() => void act()}
          >
            {actionLabel}
          </Button>
        </>
      }
    >
      {typeof children === 'function' ? children(() => void act()) : children}
    </Dialog>
  );
}
