import { Check, CircleAlert, Eye, EyeOff, Server } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { AccountEntry, ShellState } from '../../../shared/ipc/contract/shell.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { enterAccount } from '../../state/session-lifecycle.ts';
import { endSignInRequest } from '../../state/window/sign-in-request.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { type FieldErrors, LOGIN_FIELDS, errorsOf, validate } from './form-errors.ts';
import { ProbeNote } from './probe-note.tsx';
import { RecentAccounts } from './recent-accounts.tsx';
import { useServerProbe } from './use-server-probe.ts';
import css from './login-form.module.css';

export interface Typed {
  server: string;
  username: string;
}

interface LoginFormProps {
  mode: 'login' | 'register';
  onMode: (mode: 'login' | 'register', typed: Typed) => void;
  /** Carried over from the other mode; null at the start. */
  typed: Typed | null;
  shell: ShellState;
  /** Filled in at the start. */
  known: AccountEntry | null;
  expired: boolean;
}

export function LoginForm({ mode, onMode, typed, shell, known, expired }: LoginFormProps) {
  const t = useT();
  const form = useRef<HTMLFormElement>(null);
  const [server, setServer] = useState(typed?.server ?? known?.server ?? shell.defaultServer);
  const [username, setUsername] = useState(typed?.username ?? known?.username ?? '');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [repeat, setRepeat] = useState('');
  const [keepSignedIn, setKeepSignedIn] = useState(true);
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<FieldErrors>(expired ? { password: t('login.expired') } : {});
  /** The last refusal; a new object moves the focus to its first field. */
  const [failure, setFailure] = useState<{ errors: FieldErrors }>({ errors: {} });
  const probe = useServerProbe(server);
  const chosen = shell.recentAccounts.find(
    (entry) => entry.server === server && entry.username === username.trim(),
  );
  /** The stored token of the chosen account opens it without a password. */
  const stored = mode === 'login' && chosen?.keepSignedIn === true && !expired ? chosen : null;

  const fieldElement = (field: string): HTMLInputElement | null =>
    form.current?.querySelector<HTMLInputElement>(`input[name="${field}"]`) ?? null;

  // The first field that waits for words gets the focus.
  useEffect(() => {
    const wanted =
      server.trim() === '' ? 'server' : mode === 'register' ? 'name' : username ? 'password' : 'username';
    fieldElement(wanted)?.focus();
    // Only when the form appears.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  // Fields are locked while a request runs: the focus can move only after they are drawn unlocked again.
  useEffect(() => {
    const first = LOGIN_FIELDS.find((field) => failure.errors[field] !== undefined);
    if (first) fieldElement(first)?.focus();
  }, [failure]);
  const fail = (next: FieldErrors): void => {
    setErrors(next);
    setBusy(false);
    setFailure({ errors: next });
  };

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    const found = validate(
      { mode, server, name, username, password, repeat, passwordOptional: stored !== null },
      t,
    );
    if (Object.keys(found).length > 0) {
      fail(found);
      return;
    }
    setErrors({});
    setBusy(true);
    const address = probe.state === 'ok' ? probe.probe.server : server.trim();
    const common = { server: address, username: username.trim(), password, keepSignedIn };
    try {
      if (mode === 'register') await call('shell.register', { ...common, name: name.trim() });
      else if (stored && password === '') await call('shell.openAccount', { id: stored.id });
      else await call('shell.login', common);
      endSignInRequest();
      await enterAccount();
    } catch (error) {
      fail(errorsOf(error instanceof CodedError ? error : new CodedError('internal', ''), mode, t));
    }
  };

  const pick = (entry: AccountEntry): void => {
    setServer(entry.server);
    setUsername(entry.username);
    setPassword('');
    setErrors({});
    fieldElement('password')?.focus();
  };
  const edit =
    (field: keyof FieldErrors, set: (value: string) => void) =>
    (event: React.ChangeEvent<HTMLInputElement>) => {
      set(event.target.value);
      if (errors[field] !== undefined) setErrors(({ [field]: _gone, ...rest }) => rest);
    };
  const register = mode === 'register';

  return (
    <form
      ref={form}
      className={css['form']}
      noValidate
      onSubmit={(event) => void submit(event)}
      aria-busy={busy}
    >
      <h1 className={css['title']}>{t(register ? 'login.registerTitle' : 'login.title')}</h1>
      {!register && <p className={css['lead']}>{t('login.lead')}</p>}
      <fieldset disabled={busy} className={css['fields']}>
        <div className={css['server']}>
          <TextField
            name="server"
            label={t('login.server')}
            icon={Server}
            value={server}
            onChange={edit('server', setServer)}
            inputMode="url"
            spellCheck={false}
            autoComplete="url"
            error={errors.server}
            help={probe.state === 'idle' ? undefined : <ProbeNote probe={probe} />}
            trailing={probe.state === 'ok' && <Icon of={Check} size={16} className={css['ok']} />}
          />
          {shell.demoServer !== null && server.trim() !== shell.demoServer && (
            <button type="button" className={css['chip']} onClick={() => setServer(shell.demoServer ?? '')}>
              {t('login.demo')}
            </button>
          )}
        </div>
        {register && (
          <TextField
            name="name"
            label={t('login.reg.name')}
            value={name}
            maxLength={40}
            autoComplete="nickname"
            onChange={edit('name', setName)}
            error={errors.name}
          />
        )}
        <TextField
          name="username"
          label={t('login.username')}
          value={username}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="username"
          onChange={edit('username', setUsername)}
          error={errors.username}
          help={register ? t('login.reg.usernameRule') : undefined}
        />
        <PasswordField
          name="password"
          label={t('login.password')}
          value={password}
          placeholder={stored ? '••••••••' : undefined}
          autoComplete={register ? 'new-password' : 'current-password'}
          onChange={edit('password', setPassword)}
          error={errors.password}
          help={register ? t('login.reg.passwordRule') : undefined}
        />
        {register && (
          <PasswordField
            name="repeat"
            label={t('login.reg.repeat')}
            value={repeat}
            autoComplete="new-password"
            onChange={edit('repeat', setRepeat)}
            error={errors.repeat}
          />
        )}
        <div className={css['options']}>
          <Checkbox checked={keepSignedIn} onChange={setKeepSignedIn}>
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
        <p className={css['other']}>
          {t(register ? 'login.hasAccount' : 'login.noAccount')}{' '}
          <button
            type="button"
            className={css['link']}
            onClick={() => onMode(register ? 'login' : 'register', { server, username })}
          >
            <b>{t(register ? 'login.title' : 'login.register')}</b>
          </button>
        </p>
      </fieldset>
      {!register && shell.recentAccounts.length > 0 && (
        <RecentAccounts
          accounts={shell.recentAccounts}
          chosen={chosen?.id ?? null}
          demoServer={shell.demoServer}
          disabled={busy}
          onPick={pick}
        />
      )}
    </form>
  );
}

function PasswordField(props: React.ComponentProps<typeof TextField>) {
  const t = useT();
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...props}
      type={shown ? 'text' : 'password'}
      trailing={
        <button
          type="button"
          className={css['reveal']}
          aria-label={t(shown ? 'login.hide' : 'login.reveal')}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          <Icon of={shown ? EyeOff : Eye} size={16} />
        </button>
      }
    />
  );
}

function ForgotPassword() {
  const t = useT();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className={css['link']} onClick={() => setOpen(true)}>
        {t('login.forgot')}
      </button>
      {open && (
        <Dialog
          title={t('login.forgot')}
          onClose={() => setOpen(false)}
          footer={
            <Button data-autofocus variant="primary" onClick={() => setOpen(false)}>
              {t('action.ok')}
            </Button>
          }
        >
          {t('login.forgotBody')}
        </Dialog>
      )}
    </>
  );
}
