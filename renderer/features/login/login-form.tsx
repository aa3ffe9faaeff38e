import { CircleAlert } from 'lucide-react';
import { useT } from '../../i18n/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Icon } from '../../ui/icon.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { AccountField } from './account-field.tsx';
import { ForgotPassword } from './forgot-password.tsx';
import { PasswordField } from './password-field.tsx';
import { RecentAccounts } from './recent-accounts.tsx';
import { ServerField } from './server-field.tsx';
import type { LoginMode } from './form-errors.ts';
import { type LoginStart, type Typed, useLoginForm } from './use-login-form.ts';
import css from './login-form.module.css';

interface LoginFormProps extends LoginStart {
  onMode: (mode: LoginMode, typed: Typed) => void;
}

/** Sign in, or register. */
export function LoginForm({ onMode, ...start }: LoginFormProps) {
  const t = useT();
  const { mode, shell } = start;
  const state = useLoginForm(start);
  const { form, values, errors, stored, keepSignedIn, busy } = state;
  const register = mode === 'register';
  const switchMode = (): void =>
    onMode(register ? 'login' : 'register', { server: values.server, username: state.account });
  return (
    <form
      ref={form}
      className={css['form']}
      noValidate
      onSubmit={(event) => void state.submit(event)}
      aria-busy={busy}
    >
      <h1 className={css['title']}>{t(register ? 'login.registerTitle' : 'login.title')}</h1>
      {!register && <p className={css['lead']}>{t('login.lead')}</p>}
      {shell.managed.blocked && (
        <p role="alert" className={css['blocked']}>
          {t('pol.blocked', shell.managed.blocked)}
        </p>
      )}
      <fieldset disabled={busy || shell.managed.blocked !== null} className={css['fields']}>
        <ServerField
          value={values.server}
          probe={state.probe}
          demoServer={shell.demoServer}
          locked={shell.managed.server !== null}
          onDemo={(server) => state.set('server', server)}
          onChange={state.edit('server')}
          error={errors.server}
        />
        {register && (
          <TextField
            name="name"
            label={t('login.reg.name')}
            value={values.name}
            maxLength={40}
            autoComplete="nickname"
            onChange={state.edit('name')}
            error={errors.name}
          />
        )}
        <AccountField mode={mode} state={state} />
        <PasswordField
          name="password"
          label={t('login.password')}
          value={values.password}
          placeholder={stored ? '••••••••' : undefined}
          autoComplete={register ? 'new-password' : 'current-password'}
          onChange={state.edit('password')}
          error={errors.password}
          help={register ? t('login.reg.passwordRule') : undefined}
        />
        {register && (
          <PasswordField
            name="repeat"
            label={t('login.reg.repeat')}
            value={values.repeat}
            autoComplete="new-password"
            onChange={state.edit('repeat')}
            error={errors.repeat}
          />
        )}
        <div className={css['options']}>
          <Checkbox checked={keepSignedIn} onChange={state.setKeepSignedIn}>
            {t('login.keep')}
          </Checkbox>
          {!register && <ForgotPassword />}
        </div>
        {keepSignedIn && shell.tokenProtection !== 'keychain' && (
          <p className={css['protection']}>
            <Icon of={CircleAlert} size={14} />
            {t(shell.tokenProtection === 'none' ? 'login.noKeychain' : 'login.basicKeychain')}
          </p>
        )}
        <Button type="submit" variant="primary" size="large" busy={busy}>
          {t(register ? 'login.register' : 'login.title')}
        </Button>
        {shell.managed.registration ? null : (
          <p className={css['other']}>
            {t(register ? 'login.hasAccount' : 'login.noAccount')}{' '}
            <TextButton onClick={switchMode}>
              <b>{t(register ? 'login.title' : 'login.register')}</b>
            </TextButton>
          </p>
        )}
      </fieldset>
      {!register && shell.recentAccounts.length > 0 && (
        <RecentAccounts
          accounts={shell.recentAccounts}
          chosen={state.chosen?.id ?? null}
          demoServer={shell.demoServer}
          disabled={busy}
          onPick={state.pick}
        />
      )}
    </form>
  );
}
