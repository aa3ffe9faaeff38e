import { type ReactNode, useState } from 'react';
import { ActionDialog } from './action-dialog.tsx';
import { TextField } from './text-field.tsx';

interface ConfirmDialogProps {
  title: ReactNode;
  children?: ReactNode;
  confirmLabel: string;
  danger?: boolean;
  /** The confirm button works only after this was typed exactly. */
  typeToConfirm?: { label: string; text: string } | undefined;
  /** There is nothing to confirm (any more). */
  disabled?: boolean;
  /** As `ActionDialog.onAction`. */
  onConfirm: (isOpen: () => boolean) => void | Promise<void>;
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
  const [typed, setTyped] = useState('');
  return (
    <ActionDialog
      role="alertdialog"
      title={title}
      actionLabel={confirmLabel}
      danger={danger}
      disabled={disabled || (typeToConfirm !== undefined && typed.trim() !== typeToConfirm.text.trim())}
      focusCancel
      onAction={onConfirm}
      onClose={onCancel}
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
    </ActionDialog>
  );
}
