import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { attempt } from '../../state/errors.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import css from './edit-text-dialog.module.css';

interface EditTextDialogProps {
  title: string;
  label: string;
  value: string;
  maxLength: number;
  multiline?: boolean;
  /** An empty text cannot be saved. */
  required?: boolean;
  onSave: (value: string) => Promise<unknown>;
  onClose: () => void;
}

export function EditTextDialog({
  title,
  label,
  value,
  maxLength,
  multiline = false,
  required = false,
  onSave,
  onClose,
}: EditTextDialogProps) {
  const t = useT();
  const [text, setText] = useState(value);
  return (
    <ActionDialog
      title={title}
      actionLabel={t('action.save')}
      disabled={required && text.trim() === ''}
      onAction={async () => {
        if (await attempt(() => onSave(text.trim()))) onClose();
      }}
      onClose={onClose}
    >
      {(save) =>
        multiline ? (
          <textarea
            data-autofocus
            autoComplete="off"
            dir="auto"
            aria-label={label}
            className={css['area']}
            value={text}
            maxLength={maxLength}
            rows={6}
            onChange={(event) => setText(event.target.value)}
          />
        ) : (
          <TextField
            data-autofocus
            label={label}
            hideLabel
            size="small"
            value={text}
            maxLength={maxLength}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              // Else the key press would go on to the button that gets the focus back.
              event.preventDefault();
              save();
            }}
          />
        )
      }
    </ActionDialog>
  );
}
