import { CircleAlert, QrCode } from 'lucide-react';
import { policyProblem } from '../../../shared/policy-problem.ts';
import { useT } from '../../i18n/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { AccountField } from './account-field.tsx';
import { ForgotPassword } from './forgot-password.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { RecentAccounts } from './recent-accounts.tsx';
import { ServerField } from './server-field.tsx';
import type { LoginMode } from './form-errors.ts';
import { type LoginFormState, type LoginStart, useLoginForm, type Words } from './use-login-form.ts';
import css from './login-form.module.css';

/** Another part of the form, with what was typed. */
export interface Leaving extends Words {
  to: LoginMode | 'scan';
}

interface LoginFormProps extends LoginStart {
  onLeave: (to: Leaving) => void;
}

const TITLES = {
  login: 'login.title',
  register: 'login.registerTitle',
  reset: 'login.resetTitle',
} as const;
const LEADS = { login: 'login.lead', register: 'login.registerLead', reset: 'login.resetLead' } as const;
const ACTS = { login: 'login.title', register: 'login.register', reset: 'login.resetAct' } as const;

/** Sign in, register, or set a new password. */
export function LoginForm({ onLeave, ...start }: LoginFormProps) {
  const t = useT();
  const { mode, shell } = start;
  const state = useLoginForm(start);
  const { form, name, values, errors, keepSignedIn, busy } = state;
  const { blocked } = shell.managed;
  const leave = (to: Leaving['to']): void =>
    onLeave({
      to,
      server: values.server,
      username: values.username,
      byPhone: name.byPhone,
      region: name.region,
    });
  return (
    <form
      ref={form}
      className={css['form']}
      noValidate
      onSubmit={(event) => void state.submit(event)}
      aria-busy={busy}
    >
      <h1 className={css['title']}>{t(TITLES[mode])}</h1>
      <p className={css['lead']}>{t(LEADS[mode])}</p>
      {mode === 'login' && state.offers?.scan === true && (
        <IconButton
          icon={QrCode}
          iconSize={20}
          label={t('login.scan.open')}
          className={css['slot']}
          onClick={() => leave('scan')}
        />
      )}
      {blocked && (
        <p role="alert" className={css['blocked']}>
          {t('pol.blocked', { where: blocked.where, why: policyProblem(blocked.why, t) })}
        </p>
      )}
      <fieldset disabled={busy || blocked !== null} className={css['fields']}>
        <ServerField
          value={values.server}
          probe={state.probe}
          demoServer={shell.demoServer}
          locked={shell.managed.server !== null}
          onDemo={(server) => state.set('server', server)}
          onChange={state.edit('server')}
          error={errors.server}
        />
        {state.isClosed ? (
          <p role="status" className={css['closed']}>
            {t('login.reg.closed')}
          </p>
        ) : (
          <>
            {mode === 'register' && (
              <TextField
                name="name"
                label={t('login.reg.name')}
                value={values.name}
                maxLength={40}
                autoComplete="nickname"
                onChange={state.edit('name')}
                error={errors.name}
                noteLines={1}
              />
            )}
            <AccountField mode={mode} state={state} />
            <Passwords mode={mode} state={state} />
            <div className={css['options']}>
              <Checkbox checked={keepSignedIn} onChange={state.setKeepSignedIn}>
                {t('login.keep')}
              </Checkbox>
              {mode === 'login' && (
                <ForgotPassword onReset={state.offers?.reset === true ? () => leave('reset') : null} />
              )}
            </div>
            {keepSignedIn && shell.tokenProtection !== 'keychain' && (
              <p className={css['protection']}>
                <Icon of={CircleAlert} size={14} />
                {t(shell.tokenProtection === 'none' ? 'login.noKeychain' : 'login.basicKeychain')}
              </p>
            )}
            <Button type="submit" variant="primary" size="large" busy={busy}>
              {t(ACTS[mode])}
            </Button>
          </>
        )}
        <OtherWay mode={mode} registers={canRegister(state, shell.managed.registration)} onLeave={leave} />
      </fieldset>
      {mode === 'login' && shell.recentAccounts.length > 0 && (
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

/** Nobody is led to a form that the server would refuse. */
function canRegister({ offers }: LoginFormState, isForbidden: boolean): boolean {
  return !isForbidden && (offers === null || offers.register.phone || offers.register.username);
}

function Passwords({ mode, state }: { mode: LoginMode; state: LoginFormState }) {
  const t = useT();
  const { errors, stored, values } = state;
  const isNew = mode !== 'login';
  return (
    <>
      <PasswordField
        name="password"
        label={t(mode === 'reset' ? 'login.newPassword' : 'login.password')}
        value={values.password}
        placeholder={stored ? '••••••••' : undefined}
        autoComplete={isNew ? 'new-password' : 'current-password'}
        onChange={state.edit('password')}
        error={errors.password}
        help={isNew ? t('login.reg.passwordRule') : undefined}
        noteLines={1}
      />
      {isNew && (
        <PasswordField
          name="repeat"
          label={t('login.reg.repeat')}
          value={values.repeat}
          autoComplete="new-password"
          onChange={state.edit('repeat')}
          error={errors.repeat}
          noteLines={1}
        />
      )}
    </>
  );
}

interface OtherWayProps {
  mode: LoginMode;
  registers: boolean;
  onLeave: (to: LoginMode) => void;
}

function OtherWay({ mode, registers, onLeave }: OtherWayProps) {
  const t = useT();
  if (mode === 'login' && !registers) return null;
  return (
    <p className={css['other']}>
      {mode !== 'reset' && <>{t(mode === 'login' ? 'login.noAccount' : 'login.hasAccount')} </>}
      <TextButton onClick={() => onLeave(mode === 'login' ? 'register' : 'login')}>
        <b>
          {t(mode === 'login' ? 'login.register' : mode === 'reset' ? 'login.backToPassword' : 'login.title')}
        </b>
      </TextButton>
    </p>
  );
}
