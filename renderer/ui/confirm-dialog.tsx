import { type ReactNode, useState } from 'react';
import { useT } from '../i18n/i18n.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { TextField } from './text-field.tsx';

interface ConfirmDialogProps {
  title: ReactNode;
  children?: ReactNode;
  confirmLabel: string;
  danger?: boolean;
  /** The confirm button works only after this was typed exactly. */
  typeToConfirm?: { label: string; text: string };
  /** There is nothing to confirm (any more). */
  disabled?: boolean;
  /** May be asynchronous: the button shows a spinner. It closes the dialog itself, or reports its error. */
  onConfirm: () => void | Promise<void>;
  onCancel: () => void;
}

/** Asks before something happens; the focus starts on 取消. */
export function ConfirmDialog({
  title,
  children,
  confirmLabel,
  danger = false,
  disabled = false,
  typeToConfirm,
  onConfirm,
  onCancel,
}: ConfirmDialogProps) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [typed, setTyped] = useState('');
  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await onConfirm();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      role="alertdialog"
      title={title}
      onClose={onCancel}
      footer={
        <>
          <Button data-autofocus onClick={onCancel}>
            {t('action.cancel')}
          </Button>
          <Button
            variant={danger ? 'danger' : 'primary'}
            busy={busy}
            disabled={disabled || (typeToConfirm !== undefined && typed.trim() !== typeToConfirm.text.trim())}
            onClick={() => void confirm()}
          >
            {confirmLabel}
          </Button>
        </>
      }
    >
      {children}
      {typeToConfirm && (
        <TextField
          label={typeToConfirm.label}
          size="small"
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
    </Dialog>
  );
}
