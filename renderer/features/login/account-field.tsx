import { useT } from '../../i18n/i18n.ts';
import { TextButton } from '../../ui/text-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { LoginMode } from './form-errors.ts';
import { SmsCodeField } from './sms-code-field.tsx';
import type { LoginFormState } from './use-login-form.ts';
import { ZoneSelect } from './zone-select.tsx';
import css from './account-field.module.css';

interface AccountFieldProps {
  mode: LoginMode;
  state: LoginFormState;
}

/** Whose account it is, or is to be: a user name, or a phone number with its zone and the code of an SMS. */
export function AccountField({ mode, state }: AccountFieldProps) {
  const t = useT();
  const { byPhone, errors, values, phone } = state;
  const register = mode === 'register';
  const rule = byPhone ? 'login.reg.phoneRule' : 'login.reg.usernameRule';
  return (
    <>
      <div className={css['account']}>
        <TextField
          name="username"
          label={t(byPhone ? 'login.phone' : 'login.username')}
          value={values.username}
          maxLength={100}
          spellCheck={false}
          autoCapitalize="off"
          inputMode={byPhone ? 'tel' : undefined}
          autoComplete={byPhone ? 'tel' : 'username'}
          onChange={state.edit('username')}
          error={errors.username}
          help={register ? t(rule) : undefined}
        />
        {register && (
          <span className={css['other']}>
            <TextButton onClick={() => state.setByPhone(!byPhone)}>
              {t(byPhone ? 'login.reg.byUsername' : 'login.reg.byPhone')}
            </TextButton>
          </span>
        )}
      </div>
      {state.zone !== null && <ZoneSelect value={state.zone} onChange={state.setZone} />}
      {byPhone && (
        <SmsCodeField
          value={values.code}
          sms={phone.sms}
          onAsk={() => void phone.askCode()}
          onChange={state.edit('code')}
          error={errors.code}
        />
      )}
      {byPhone && phone.wantsInvite && (
        <TextField
          name="inviteCode"
          label={t('login.reg.invite')}
          value={values.inviteCode}
          maxLength={40}
          spellCheck={false}
          onChange={state.edit('inviteCode')}
          error={errors.inviteCode}
        />
      )}
    </>
  );
}
