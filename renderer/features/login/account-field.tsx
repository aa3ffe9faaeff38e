import { useT } from '../../i18n/i18n.ts';
import { TextButton } from '../../ui/text-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { LoginMode } from './form-errors.ts';
import { SmsCodeField } from './sms-code-field.tsx';
import type { LoginFormState } from './use-login-form.ts';
import { ZonePicker } from './zone-picker.tsx';
import css from './account-field.module.css';

interface AccountFieldProps {
  mode: LoginMode;
  state: LoginFormState;
}

/** Whose account it is, or is to be: a user name, or a phone number with its zone and, where one is needed, a code. */
export function AccountField({ mode, state }: AccountFieldProps) {
  const t = useT();
  const { errors, name, values, phone } = state;
  const { byPhone } = name;
  const rule = byPhone ? 'login.reg.phoneRule' : 'login.reg.usernameRule';
  const other = mode === 'login' ? OTHER_LOGIN : OTHER_REGISTER;
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
          leading={
            byPhone && (
              <ZonePicker region={name.region} codeIsTyped={name.saysZone} onChange={state.setRegion} />
            )
          }
          onChange={state.edit('username')}
          error={errors.username}
          help={mode === 'register' ? t(rule) : undefined}
          noteLines={1}
        />
        {state.canSwitch && (
          <span className={css['other']}>
            <TextButton onClick={() => state.setByPhone(!byPhone)}>{t(other[byPhone ? 1 : 0])}</TextButton>
          </span>
        )}
      </div>
      {phone.wantsCode && (
        <SmsCodeField
          value={values.code}
          sms={phone.sms}
          onAsk={() => void phone.askCode()}
          onChange={state.edit('code')}
          error={errors.code}
        />
      )}
      {phone.wantsInvite && (
        <TextField
          name="inviteCode"
          label={t('login.reg.invite')}
          value={values.inviteCode}
          maxLength={40}
          spellCheck={false}
          onChange={state.edit('inviteCode')}
          error={errors.inviteCode}
          noteLines={1}
        />
      )}
    </>
  );
}

const OTHER_LOGIN = ['login.byPhone', 'login.byUsername'] as const;
const OTHER_REGISTER = ['login.reg.byPhone', 'login.reg.byUsername'] as const;
