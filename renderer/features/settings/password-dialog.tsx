import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { errorText } from '../../text/error-text.ts';
import { ActForm } from '../../ui/act-form.tsx';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import css from './own-profile.module.css';

/** As TSDD and the embedded server want it. */
const SHORTEST = 6;

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [refusal, setRefusal] = useState('');
  const tooShort = next !== '' && next.length < SHORTEST;
  const differs = again !== '' && again !== next;
  return (
    <ActionDialog
      title={t('own.passwordEdit')}
      actionLabel={t('action.save')}
      why={
        old === '' || next === '' || again === ''
          ? t('why.all')
          : tooShort
            ? t('own.passwordShort')
            : differs
              ? t('own.passwordDiffers')
              : null
      }
      onClose={onClose}
      onAction={async (isOpen) => {
        try {
          await call('account.setPassword', { password: old, newPassword: next });
        } catch (error) {
          // Where it was typed, and not in a corner: which of the fields was wrong is what one wants to know.
          if (isOpen()) setRefusal(errorText(error));
          return;
        }
        showToast({ text: t('own.passwordDone'), tone: 'success' });
        if (isOpen()) onClose();
      }}
    >
      {(act) => (
        <ActForm className={css['fields']} act={act}>
          <TextField
            data-autofocus
            type="password"
            autoComplete="current-password"
            label={t('own.passwordOld')}
            size="small"
            value={old}
            error={refusal || undefined}
            onChange={(event) => {
              setOld(event.target.value);
              setRefusal('');
            }}
          />
          <TextField
            type="password"
            autoComplete="new-password"
            label={t('own.passwordNew')}
            size="small"
            value={next}
            error={tooShort ? t('own.passwordShort') : undefined}
            help={t('own.passwordHelp')}
            onChange={(event) => setNext(event.target.value)}
          />
          <TextField
            type="password"
            autoComplete="new-password"
            label={t('own.passwordAgain')}
            size="small"
            value={again}
            error={differs ? t('own.passwordDiffers') : undefined}
            onChange={(event) => setAgain(event.target.value)}
          />
        </ActForm>
      )}
    </ActionDialog>
  );
}
