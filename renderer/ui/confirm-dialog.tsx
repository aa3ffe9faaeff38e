import { type ReactNode, useState } from 'react';
import { useT } from '../i18n/i18n.ts';
import { ActionDialog } from './action-dialog.tsx';
import { TextField } from './text-field.tsx';

interface ConfirmDialogProps {
  title: ReactNode;
  children?: ReactNode;
  confirmLabel: string;
  danger?: boolean;
  /** The confirm button works only after this was typed exactly. */
  typeToConfirm?: { label: string; text: string } | undefined;
  /** Why there is nothing to confirm (any more). */
  why?: string | null;
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
  why = null,
  typeToConfirm,
  onConfirm,
  onCancel,
}: ConfirmDialogProps) {
  const t = useT();
  const [typed, setTyped] = useState('');
  const isTyped = typeToConfirm === undefined || typed.trim() === typeToConfirm.text.trim();
  return (
    <ActionDialog
      role="alertdialog"
      title={title}
      actionLabel={confirmLabel}
      danger={danger}
      why={why ?? (isTyped ? null : t('why.type', { label: typeToConfirm?.label ?? '' }))}
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
