/** Which field an error belongs to, and its words. Pure. */
import { cleanName } from '../../../shared/display-name.ts';
import type { CodedError } from '../../../shared/ipc/result.ts';
import { type PhoneNumber, phoneNumber } from '../../../shared/phone-number.ts';
import type { StringKey } from '../../../shared/strings/index.ts';
import { knownRefusal } from '../../text/server-words.ts';
import { unreachedBy } from './unreached.ts';

export const LOGIN_FIELDS = [
  'server',
  'name',
  'username',
  'code',
  'inviteCode',
  'password',
  'repeat',
] as const;
export type LoginField = (typeof LOGIN_FIELDS)[number];
export type FieldErrors = Partial<Record<LoginField, string>>;

/** `reset`: a new password, by SMS. */
export type LoginMode = 'login' | 'register' | 'reset';

export interface LoginValues {
  mode: LoginMode;
  server: string;
  name: string;
  /** At a registration by phone: the number as typed. */
  username: string;
  password: string;
  repeat: string;
  /** Whose account it is, is a phone number; null = a user name. */
  byPhone: {
    /** null = what was typed is none. */
    number: PhoneNumber | null;
    /** null = none is asked for: the password tells. */
    code: string | null;
    /** null = the server asks for none. */
    inviteCode: string | null;
  } | null;
  /** A stored token stands in for the password. */
  passwordOptional: boolean;
}

type Say = (key: StringKey) => string;

/** What is wrong before anything is sent. */
export function validate(values: LoginValues, say: Say): FieldErrors {
  const errors: FieldErrors = {};
  if (values.server.trim() === '') errors.server = say('login.required.server');
  const username = values.username.trim();
  if (username === '')
    errors.username = say(values.byPhone ? 'login.required.phone' : 'login.required.username');
  if (values.byPhone) validatePhone(values.byPhone, errors, say);
  if (values.mode === 'login') {
    if (values.password === '' && !values.passwordOptional) errors.password = say('login.required.password');
    return errors;
  }
  if (values.mode === 'register' && cleanName(values.name) === '') errors.name = say('login.required.name');
  if (values.byPhone) return withNewPassword(values, errors, say);
  // It would take the name of the number's owner, who registers with a code.
  if (phoneNumber(username) !== null) errors.username = say('login.reg.phone');
  else if (username.length < 8 || username.length > 22) errors.username = say('login.reg.usernameRule');
  return withNewPassword(values, errors, say);
}

function withNewPassword(values: LoginValues, errors: FieldErrors, say: Say): FieldErrors {
  if (values.password.length < 6) errors.password = say('login.reg.passwordRule');
  else if (values.repeat !== values.password) errors.repeat = say('login.reg.mismatch');
  return errors;
}

function validatePhone(phone: NonNullable<LoginValues['byPhone']>, errors: FieldErrors, say: Say): void {
  if (phone.number === null) errors.username ??= say('login.reg.phoneWrong');
  if (phone.code?.trim() === '') errors.code = say('login.required.code');
  if (phone.inviteCode?.trim() === '') errors.inviteCode = say('login.required.invite');
}

/** What of a policy stands in the way, by the field of the error. */
const MANAGED: Readonly<Record<string, StringKey>> = {
  registration: 'pol.registration',
  blocked: 'login.probeErr.blocked',
};

/** What was asked for, and by what the account was named. */
interface Asked {
  mode: LoginMode;
  byPhone: boolean;
}

/** Which of the two is wrong, if the server said so. */
function wrongCredentials(field: LoginField | undefined, byPhone: boolean, say: Say): FieldErrors {
  if (field === 'username') return { username: say(byPhone ? 'login.err.phone' : 'login.err.username') };
  if (field === 'password') return { password: say('login.err.password') };
  return { password: say(byPhone ? 'login.err.either' : 'login.err') };
}

/** What stays wrong when `edited` is typed anew: what a server said of a name or a code is not said of another one. */
export function leftOf(errors: FieldErrors, edited: LoginField): FieldErrors {
  if (edited === 'server') return {};
  const left = { ...errors };
  delete left[edited];
  if (edited === 'username') {
    delete left.password;
    delete left.code;
  }
  return left;
}

function saidBy(message: string, say: Say): string {
  const known = knownRefusal(message);
  return known === null ? message || say('error.generic') : say(known);
}

/** The refusal of a server (or the lack of one) as an error of one field. */
export function errorsOf(error: CodedError, { mode, byPhone }: Asked, say: Say): FieldErrors {
  const field = LOGIN_FIELDS.find((name) => name === error.field);
  switch (error.code) {
    case 'credentials':
      return wrongCredentials(field, byPhone, say);
    case 'unauthorized':
      return { password: say('login.expired') };
    case 'network':
      return { server: say(`login.probeErr.${unreachedBy(error.message)}`) };
    case 'managed':
      return { server: say(MANAGED[error.field ?? ''] ?? 'pol.server') };
    case 'invalidState':
      return error.field === 'accounts'
        ? { username: say('acct.full') }
        : { username: say(error.field === 'signedIn' ? 'acct.signedIn' : 'error.generic') };
    case 'noAnswer':
      return { server: say('error.noAnswer') };
    case 'unsure':
      return { username: say('login.reg.unsure') };
    case 'insecure':
      return { server: say('login.probeErr.insecure') };
    case 'certificate':
      return { server: say('login.probeErr.certificate') };
    case 'notCompatible':
      return { server: say('login.probeErr.notCompatible') };
    case 'refused':
    case 'badArgument':
      if (error.code === 'badArgument' && field === 'server')
        return { server: say('login.probeErr.badAddress') };
      return {
        [field ?? (mode === 'login' ? 'password' : 'username')]: saidBy(error.message, say),
      };
    default:
      return { [field ?? 'password']: say('error.generic') };
  }
}
