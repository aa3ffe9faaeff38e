/**
 * Registration by phone number (tsdd-api.md 1.1), the only one of a TSDD server in its default set-up. Nothing that is
 * published says which registrations a server has; it refuses the other kind.
 */
import { cleanName } from '../../../shared/display-name.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { PhoneNumber } from '../../../shared/phone-number.ts';
import { readAnswer } from './answer.ts';
import { type HttpRequest, NoAnswerError, RefusedError, requestJson } from './http.ts';
import { RegisterCodeDto } from './schemas.ts';
import { login, registeredAfterAll } from './sign-in.ts';
import { type CallOptions, DEVICE_FLAG, type Device, deviceBody, type SignedIn } from './signed-in.ts';

interface NumberAtServer extends PhoneNumber {
  server: string;
}

export interface PhoneRegistration extends NumberAtServer {
  /** From the SMS, or the one that the server's operator gave out. */
  code: string;
  /** '' where the server asks for none. */
  inviteCode: string;
  password: string;
  name: string;
  device: Device;
}

/** What a refusal is about, by its words: the field of the form. */
const REFUSED_FIELD: readonly [RegExp, string][] = [
  [/验证码|短信/, 'code'],
  [/邀请码/, 'inviteCode'],
  [/密码/, 'password'],
  [/手机|区号|该用户已存在|账号不存在/, 'username'],
];
/** What asks for a code; all else sends one in. */
const ASKING = new Set(['/user/sms/registercode', '/user/sms/forgetpwd']);

/** A call about a number, whose refusal names its field. */
export async function postAboutPhone(
  path: '/user/sms/registercode' | '/user/register' | '/user/sms/forgetpwd' | '/user/pwdforget',
  server: string,
  body: HttpRequest['body'],
  { fetch, timeoutMs }: CallOptions,
): Promise<unknown> {
  try {
    return await requestJson({ server, fetch, timeoutMs }, { method: 'POST', path, body });
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const field = REFUSED_FIELD.find(([words]) => words.test(error.message))?.[1];
    throw new CodedError('refused', error.message, field ?? (ASKING.has(path) ? 'code' : undefined));
  }
}

/** Has an SMS sent. `exists`: the number has an account, and none was sent. A server sends one a minute. */
export async function requestRegisterCode(
  { server, zone, phone }: NumberAtServer,
  options: CallOptions = {},
): Promise<{ exists: boolean }> {
  const body = await postAboutPhone('/user/sms/registercode', server, { zone, phone }, options);
  return { exists: readAnswer('user/sms/registercode', RegisterCodeDto, body).exist === 1 };
}

/**
 * Registers, then signs in: the token of the registration's own answer dies at the next sign-in (tsdd-api.md 1.3).
 * Errors as `login`, and `refused` with the field it is about.
 */
export async function registerPhone(args: PhoneRegistration, options: CallOptions = {}): Promise<SignedIn> {
  const { server, zone, phone, code, inviteCode, password, device } = args;
  const name = cleanName(args.name);
  const body = { zone, phone, code, password, name, flag: DEVICE_FLAG, device: deviceBody(device) };
  const me = { server, username: zone + phone, password, device };
  try {
    await postAboutPhone(
      '/user/register',
      server,
      inviteCode === '' ? body : { ...body, invite_code: inviteCode },
      options,
    );
  } catch (error) {
    if (error instanceof NoAnswerError && error.mayBeDone) return registeredAfterAll(me, options);
    throw error;
  }
  return login(me, options);
}
