import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { errorText } from '../../text/error-text.ts';
import { ActForm } from '../../ui/act-form.tsx';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { isRefusal } from '../../ui/use-refusal.ts';
import css from './own-profile.module.css';

/** As TSDD and the embedded server want it. */
const SHORTEST = 6;
/** TSDD says "密码长度必须大于6位！" of the new one, "密码不正确！" of the old. */
const OF_THE_NEW = /长度|新密码|length|new password/i;

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [refusal, setRefusal] = useState<{ of: 'old' | 'next'; text: string } | null>(null);
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
        setRefusal(null);
        try {
          await call('account.setPassword', { password: old, newPassword: next });
        } catch (error) {
          // No network says nothing of what was typed: the dialog says it.
          if (!isRefusal(error) || !isOpen()) throw error;
          // Where it was typed, and not in a corner: which of the fields was wrong is what one wants to know.
          setRefusal({ of: OF_THE_NEW.test(error.message) ? 'next' : 'old', text: errorText(error) });
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
            error={refusal?.of === 'old' ? refusal.text : undefined}
            onChange={(event) => {
              setOld(event.target.value);
              setRefusal(null);
            }}
          />
          <TextField
            type="password"
            autoComplete="new-password"
            label={t('own.passwordNew')}
            size="small"
            value={next}
            error={tooShort ? t('own.passwordShort') : refusal?.of === 'next' ? refusal.text : undefined}
            help={t('own.passwordHelp')}
            onChange={(event) => {
              setNext(event.target.value);
              setRefusal(null);
            }}
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
