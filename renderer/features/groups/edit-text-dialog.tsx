import { useState } from 'react';
import { cleanName } from '../../../shared/display-name.ts';
import { useT } from '../../i18n/i18n.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { overBy } from '../../ui/over-by.ts';
import { TextField } from '../../ui/text-field.tsx';
import { useRefusal } from '../../ui/use-refusal.ts';

interface EditTextDialogProps {
  title: string;
  label: string;
  value: string;
  maxLength: number;
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
  required = false,
  onSave,
  onClose,
}: EditTextDialogProps) {
  const t = useT();
  const [text, setText] = useState(value);
  const { refusal, ask, clear } = useRefusal();
  const over = overBy(text, maxLength);
  return (
    <ActionDialog
      title={title}
      actionLabel={t('action.save')}
      why={required && cleanName(text) === '' ? t('why.empty') : over > 0 ? t('why.tooLong') : null}
      onAction={async (isOpen) => {
        if ((await ask(() => onSave(text.trim()))) && isOpen()) onClose();
      }}
      onClose={onClose}
    >
      {(save) => (
        <TextField
          data-autofocus
          label={label}
          hideLabel
          size="small"
          value={text}
          maxLength={maxLength}
          error={refusal}
          onChange={(event) => {
            setText(event.target.value);
            clear();
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            // Else the key press would go on to the button that gets the focus back.
            event.preventDefault();
            save();
          }}
        />
      )}
    </ActionDialog>
  );
}
