import { type ChangeEvent, type FormEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { AccountEntry, ShellState } from '../../../shared/ipc/contract/shell.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { bareDigits, DEFAULT_ZONE, phoneNumber, withZone } from '../../../shared/phone-number.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { enterAccount } from '../../state/session-lifecycle.ts';
import { proxyFaultText } from '../../text/proxy-fault.ts';
import { endSignInRequest } from '../../state/window/sign-in-request.ts';
import {
  type FieldErrors,
  LOGIN_FIELDS,
  type LoginField,
  type LoginMode,
  errorsOf,
  validate,
} from './form-errors.ts';
import { type ProbeState, useServerProbe } from './use-server-probe.ts';
import { type SmsCode, useSmsCode } from './use-sms-code.ts';

export interface Typed {
  server: string;
  username: string;
}

export interface LoginStart {
  mode: LoginMode;
  /** Carried over from the other mode; null at the start. */
  typed: Typed | null;
  shell: ShellState;
  /** Filled in at the start. */
  known: AccountEntry | null;
  expired: boolean;
}

export interface LoginFormState {
  form: RefObject<HTMLFormElement | null>;
  values: Readonly<Record<LoginField, string>>;
  errors: FieldErrors;
  probe: ProbeState;
  /** The user name or the phone number, with the zone that was chosen for it. */
  account: string;
  /** The recent account that the words name. */
  chosen: AccountEntry | null;
  /** Its stored token opens it without a password. */
  stored: AccountEntry | null;
  /** Of a phone number that was typed without its zone; null = nothing to choose. */
  zone: string | null;
  setZone: (zone: string) => void;
  /** A registration by phone number. */
  byPhone: boolean;
  setByPhone: (on: boolean) => void;
  phone: {
    sms: SmsCode;
    /** Has a code sent to the number that was typed, and says what is wrong with it. */
    askCode: () => Promise<void>;
    wantsInvite: boolean;
  };
  keepSignedIn: boolean;
  setKeepSignedIn: (on: boolean) => void;
  busy: boolean;
  set: (field: LoginField, value: string) => void;
  /** A handler for a field: takes the words and its error away. */
  edit: (field: LoginField) => (event: ChangeEvent<HTMLInputElement>) => void;
  /** Fills in a recent account. */
  pick: (entry: AccountEntry) => void;
  submit: (event: FormEvent) => Promise<void>;
}

/** What is typed, what is wrong with it, and sending it. */
export function useLoginForm({ mode, typed, shell, known, expired }: LoginStart): LoginFormState {
  const t = useT();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<Record<LoginField, string>>({
    server: typed?.server ?? known?.server ?? shell.defaultServer,
    username: typed?.username ?? known?.username ?? '',
    name: '',
    code: '',
    inviteCode: '',
    password: '',
    repeat: '',
  });
  const [keepSignedIn, setKeepSignedIn] = useState(true);
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<FieldErrors>(expired ? { password: t('login.expired') } : {});
  const probe = useServerProbe(values.server, shell.network.revision);
  const refused = useFocus(form, mode, values);
  const [zone, setZone] = useState<string>(DEFAULT_ZONE);
  const [registersPhone, setRegistersPhone] = useState(false);
  const byPhone = mode === 'register' && registersPhone;
  const needsZone = byPhone
    ? values.username.trim() === '' || bareDigits(values.username) !== ''
    : mode === 'login' && bareDigits(values.username) !== '';
  const username = (needsZone ? withZone(values.username, zone) : values.username).trim();
  const chosen =
    shell.recentAccounts.find((entry) => entry.server === values.server && entry.username === username) ??
    null;
  const stored = mode === 'login' && chosen?.keepSignedIn === true && !expired ? chosen : null;

  const set = (field: LoginField, value: string): void =>
    setValues((before) => ({ ...before, [field]: value }));
  const fail = (next: FieldErrors): void => {
    setErrors(next);
    setBusy(false);
    refused(next);
  };

  /** Where the form says the password goes; what it has not said yet it says first. */
  const shownServer = async (): Promise<string> => {
    if (probe.state === 'ok') return probe.probe.server;
    const typed = values.server.trim();
    const found = await call('shell.probe', { server: typed });
    set('server', found.server);
    if (found.insecure && found.server !== typed)
      throw new CodedError('refused', t('login.insecureFound'), 'server');
    return found.server;
  };

  const number = byPhone ? phoneNumber(username) : null;
  const wantsInvite = probe.state === 'ok' && probe.probe.inviteCode;
  const failWith = (error: unknown): void => {
    if (error instanceof CodedError && error.field === 'byPhone') {
      setRegistersPhone(true);
      fail({ username: t('login.reg.phoneOnly') });
    } else if (error instanceof CodedError && error.proxy) fail({ server: proxyFaultText(error.proxy, t) });
    else fail(errorsOf(error instanceof CodedError ? error : new CodedError('internal', ''), mode, t));
  };
  const sms = useSmsCode(number, async (to) => {
    const { exists } = await call('shell.requestCode', { server: await shownServer(), ...to });
    if (exists) throw new CodedError('refused', t('login.reg.exists'), 'username');
  });
  const askCode = async (): Promise<void> => {
    const wrong = values.username.trim() === '' ? t('login.required.phone') : t('login.reg.phoneWrong');
    setErrors({});
    if (number === null) return fail({ username: wrong });
    try {
      await sms.ask();
      fieldOf(form, 'code')?.focus();
    } catch (error) {
      failWith(error);
    }
  };

  const signIn = async (): Promise<void> => {
    const server = await shownServer();
    const common = { server, password: values.password, keepSignedIn };
    const name = values.name.trim();
    if (mode === 'login') await call('shell.login', { ...common, username });
    else if (number === null) await call('shell.register', { ...common, username, name });
    else {
      const [code, inviteCode] = [values.code.trim(), wantsInvite ? values.inviteCode.trim() : ''];
      await call('shell.registerPhone', { ...common, ...number, code, inviteCode, name });
    }
  };

  const send = async (): Promise<void> => {
    if (stored && values.password === '') await call('shell.openAccount', { id: stored.id });
    else await signIn();
    endSignInRequest();
    await enterAccount();
  };

  return {
    form,
    values,
    errors,
    probe,
    account: username,
    chosen,
    stored,
    zone: needsZone ? zone : null,
    setZone,
    byPhone,
    setByPhone(on) {
      setRegistersPhone(on);
      setErrors({});
      fieldOf(form, 'username')?.focus();
    },
    phone: { sms, askCode, wantsInvite },
    keepSignedIn,
    setKeepSignedIn,
    busy,
    set,
    edit: (field) => (event) => {
      set(field, event.target.value);
      if (errors[field] !== undefined) setErrors(({ [field]: _gone, ...rest }) => rest);
    },
    pick(entry) {
      setValues((before) => ({ ...before, server: entry.server, username: entry.username, password: '' }));
      setErrors({});
      fieldOf(form, 'password')?.focus();
    },
    async submit(event) {
      event.preventDefault();
      if (busy) return;
      const { code, inviteCode, ...typedWords } = values;
      const phone = byPhone ? { number, code, inviteCode: wantsInvite ? inviteCode : null } : null;
      const found = validate({ mode, ...typedWords, byPhone: phone, passwordOptional: stored !== null }, t);
      if (Object.keys(found).length > 0) {
        fail(found);
        return;
      }
      setErrors({});
      setBusy(true);
      try {
        await send();
      } catch (error) {
        failWith(error);
      }
    },
  };
}

/** Puts the focus where words are missing at the start, and after a refusal into the first field it concerns. */
function useFocus(
  form: RefObject<HTMLFormElement | null>,
  mode: LoginMode,
  { server, username }: Typed,
): (errors: FieldErrors) => void {
  /** The last refusal; a new object moves the focus. */
  const [refusal, setRefusal] = useState<{ errors: FieldErrors }>({ errors: {} });
  useEffect(() => {
    const wanted =
      server.trim() === '' ? 'server' : mode === 'register' ? 'name' : username ? 'password' : 'username';
    // A question of a link may lie over the form already.
    if (!document.activeElement?.closest('[aria-modal]')) fieldOf(form, wanted)?.focus();
    // oxlint-disable-next-line react-hooks/exhaustive-deps, react/exhaustive-effect-dependencies -- once
  }, []);
  // Fields are locked while a request runs: the focus can move only after they are drawn unlocked again.
  useEffect(() => {
    const first = LOGIN_FIELDS.find((field) => refusal.errors[field] !== undefined);
    if (first) fieldOf(form, first)?.focus();
  }, [form, refusal]);
  return (errors) => setRefusal({ errors });
}

const fieldOf = (form: RefObject<HTMLFormElement | null>, field: LoginField): HTMLInputElement | null =>
  form.current?.querySelector<HTMLInputElement>(`input[name="${field}"]`) ?? null;
