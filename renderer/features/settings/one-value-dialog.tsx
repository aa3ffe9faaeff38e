import { useState } from 'react';
import { cleanName } from '../../../shared/display-name.ts';
import { useT } from '../../i18n/i18n.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { overBy } from '../../ui/over-by.ts';
import { TextField } from '../../ui/text-field.tsx';
import { useRefusal } from '../../ui/use-refusal.ts';

/** One line of text that is saved at the server. */
export function OneValueDialog({
  title,
  label,
  help,
  value,
  maxLength,
  onSave,
  onClose,
}: {
  title: string;
  label: string;
  help?: string;
  value: string;
  maxLength: number;
  onSave: (value: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const t = useT();
  const [text, setText] = useState(value);
  const { refusal, ask, clear } = useRefusal();
  return (
    <ActionDialog
      title={title}
      actionLabel={t('action.save')}
      why={cleanName(text) === '' ? t('why.empty') : overBy(text, maxLength) > 0 ? t('why.tooLong') : null}
      onAction={async (isOpen) => {
        const taken = text.trim() === value || (await ask(() => onSave(text.trim())));
        if (taken && isOpen()) onClose();
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
          help={help}
          error={refusal}
          spellCheck={false}
          onChange={(event) => {
            setText(event.target.value);
            clear();
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            save();
          }}
        />
      )}
    </ActionDialog>
  );
}
