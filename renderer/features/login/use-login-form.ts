import { type ChangeEvent, type FormEvent, type RefObject, useRef, useState } from 'react';
import type { AccountEntry, ShellState } from '../../../shared/ipc/contract/shell.ts';
import type { SignInOffers, SignInStep } from '../../../shared/ipc/contract/sign-in.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { accountName, type PhoneNumber } from '../../../shared/phone-number.ts';
import { DEFAULT_REGION } from '../../../shared/phone-zones.ts';
import { type Translate, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { proxyFaultText } from '../../text/proxy-fault.ts';
import {
  type FieldErrors,
  type LoginField,
  type LoginMode,
  errorsOf,
  leftOf,
  validate,
} from './form-errors.ts';
import { fieldOf, useFormFocus } from './login-fields.ts';
import { type AccountName, isNumber, shownName, useAccountName } from './use-account-name.ts';
import { useOffers } from './use-offers.ts';
import { type ProbeState, useServerProbe } from './use-server-probe.ts';
import { type SmsCode, useSmsCode } from './use-sms-code.ts';

export interface LoginStart {
  mode: LoginMode;
  /** Carried over from the other mode; null at the start. */
  typed: Words | null;
  shell: ShellState;
  /** Filled in at the start. */
  known: AccountEntry | null;
  expired: boolean;
  /** Somebody is in; or a code is asked for. `account`: of whom, as the server knows it. */
  onStep: (step: SignInStep, words: Words, account: string) => Promise<void>;
}

/** What was typed, for the next part. */
export interface Words {
  server: string;
  username: string;
  byPhone: boolean;
  /** Of a number without its code: where it is from. */
  region: string;
}

export interface LoginFormState {
  form: RefObject<HTMLFormElement | null>;
  values: Readonly<Record<LoginField, string>>;
  errors: FieldErrors;
  probe: ProbeState;
  /** What the server has; null = not known. */
  offers: SignInOffers | null;
  name: AccountName;
  setByPhone: (on: boolean) => void;
  setRegion: (region: string) => void;
  /** The other kind of name may be used as well. */
  canSwitch: boolean;
  /** The server makes no new accounts. */
  isClosed: boolean;
  /** The recent account that the words name. */
  chosen: AccountEntry | null;
  /** Its stored token opens it without a password. */
  stored: AccountEntry | null;
  phone: {
    sms: SmsCode;
    wantsCode: boolean;
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

/** What is known, and nothing in what has to be typed. */
function firstValues({ typed, known, shell }: LoginStart): Record<LoginField, string> {
  return {
    server: typed?.server ?? known?.server ?? shell.defaultServer,
    username: typed?.username ?? shownName(known?.username ?? ''),
    name: '',
    code: '',
    inviteCode: '',
    password: '',
    repeat: '',
  };
}

/** What is typed, what is wrong with it, and sending it. */
export function useLoginForm(start: LoginStart): LoginFormState {
  const { mode, typed, shell, known, expired, onStep } = start;
  const t = useT();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState(() => firstValues(start));
  const [keepSignedIn, setKeepSignedIn] = useState(true);
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<FieldErrors>(expired ? { password: t('login.expired') } : {});
  const isBlocked = shell.managed.blocked !== null;
  const { state: probe, settled } = useServerProbe(values.server, shell.network.revision, isBlocked);
  const offers = useOffers(probe);
  const refused = useFormFocus(form, mode, values);
  const typedName = useAccountName(values.username, {
    byPhone: typed?.byPhone ?? isNumber(known?.username ?? ''),
    region: typed?.region ?? DEFAULT_REGION,
  });
  const ways = waysOf(mode, offers);
  const byPhone = ways.phone && (typedName.byPhone || !ways.username);
  const name = { ...typedName, byPhone, account: byPhone ? typedName.account : values.username.trim() };
  const number = byPhone ? typedName.number : null;

  const chosen =
    shell.recentAccounts.find(
      (entry) => entry.server === values.server && accountName(entry.username) === accountName(name.account),
    ) ?? null;
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
    const typedServer = values.server.trim();
    // One that an account here is kept by is that address, and was said when that account was made.
    if (shell.recentAccounts.some(({ server }) => server === typedServer)) return typedServer;
    const found = await settled();
    // The call itself says what is wrong with it.
    if (found.state !== 'ok') return typedServer;
    const { insecure, server } = found.probe;
    set('server', server);
    if (insecure && server !== typedServer)
      throw new CodedError('refused', t('login.insecureFound'), 'server');
    return server;
  };

  const wantsCode = mode === 'reset' || (mode === 'register' && byPhone);
  const wantsInvite = mode === 'register' && probe.state === 'ok' && probe.probe.inviteCode;
  const failWith = (error: unknown): void => {
    if (error instanceof CodedError && error.field === 'byPhone') typedName.setByPhone(true);
    fail(wordsOf(error, { mode, byPhone }, t));
  };
  const sms = useSmsCode(number, async (to) => sendCode(mode, { server: await shownServer(), ...to }, t));
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

  const signIn = async (): Promise<SignInStep> => {
    const common = { server: await shownServer(), password: values.password, keepSignedIn };
    const [code, inviteCode] = [values.code.trim(), wantsInvite ? values.inviteCode.trim() : ''];
    const more = { inviteCode, name: values.name.trim() };
    if (mode === 'login') return call('signIn.login', { ...common, username: name.account });
    if (mode === 'reset' && number) return call('signIn.resetPassword', { ...common, ...number, code });
    if (number) return call('signIn.registerPhone', { ...common, ...more, ...number, code });
    return call('signIn.register', { ...common, ...more, username: name.account });
  };
  const send = async (): Promise<void> => {
    const step: SignInStep =
      stored && values.password === ''
        ? { step: 'in', account: await call('shell.openAccount', { id: stored.id }) }
        : await signIn();
    const { server, username } = values;
    await onStep(step, { server, username, byPhone, region: name.region }, name.account);
    if (step.step === 'verify') setBusy(false);
  };

  return {
    form,
    values,
    errors,
    probe,
    offers,
    name,
    setByPhone(on) {
      typedName.setByPhone(on);
      setErrors({});
      fieldOf(form, 'username')?.focus();
    },
    setRegion(region) {
      typedName.setRegion(region);
      setErrors((before) => leftOf(before, 'username'));
    },
    canSwitch: ways.phone && ways.username,
    isClosed: mode === 'register' && !ways.phone && !ways.username,
    chosen,
    stored,
    phone: { sms, wantsCode, askCode, wantsInvite },
    keepSignedIn,
    setKeepSignedIn,
    busy,
    set,
    edit: (field) => (event) => {
      set(field, event.target.value);
      if (Object.keys(errors).length > 0) setErrors((before) => leftOf(before, field));
    },
    pick(entry) {
      const username = shownName(entry.username);
      setValues((before) => ({ ...before, server: entry.server, username, password: '' }));
      typedName.setByPhone(isNumber(entry.username));
      setErrors({});
      fieldOf(form, 'password')?.focus();
    },
    async submit(event) {
      event.preventDefault();
      if (busy) return;
      const { code, inviteCode, ...typedWords } = values;
      const phone = byPhone
        ? { number, code: wantsCode ? code : null, inviteCode: wantsInvite ? inviteCode : null }
        : null;
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

async function sendCode(mode: LoginMode, to: PhoneNumber & { server: string }, t: Translate): Promise<void> {
  if (mode === 'reset') {
    await call('signIn.requestResetCode', to);
    return;
  }
  const { exists } = await call('signIn.requestCode', to);
  if (exists) throw new CodedError('refused', t('login.reg.exists'), 'username');
}

/** Under which field it stands, in the language of the interface where it has words for it. */
function wordsOf(error: unknown, asked: Parameters<typeof errorsOf>[1], t: Translate): FieldErrors {
  if (!(error instanceof CodedError)) return errorsOf(new CodedError('internal', ''), asked, t);
  if (error.field === 'byPhone') return { username: t('login.reg.phoneOnly') };
  if (error.proxy) return { server: proxyFaultText(error.proxy, t) };
  return errorsOf(error, asked, t);
}

/** By what an account can be named here. Until a server has said what it has, everything may be tried. */
function waysOf(mode: LoginMode, offers: SignInOffers | null): { username: boolean; phone: boolean } {
  if (mode === 'reset') return { username: false, phone: true };
  if (mode === 'login') return { username: true, phone: offers?.phone !== false };
  return offers?.register ?? { username: true, phone: true };
}
