/** A new password for whoever has the phone of the account (tsdd-api.md 1.1). */
import { CodedError } from '../../../shared/ipc/result.ts';
import type { PhoneNumber } from '../../../shared/phone-number.ts';
import { postAboutPhone } from './phone-registration.ts';
import type { CallOptions } from './signed-in.ts';

interface NumberAtServer extends PhoneNumber {
  server: string;
}

/** Has an SMS sent. Errors: `refused` with the field it is about. */
export async function requestResetCode(
  { server, zone, phone }: NumberAtServer,
  options: CallOptions = {},
): Promise<void> {
  await postAboutPhone('/user/sms/forgetpwd', server, { zone, phone }, options);
}

/** Errors: `refused` with the field it is about. */
export async function resetPassword(
  { server, zone, phone, code, password }: NumberAtServer & { code: string; password: string },
  options: CallOptions = {},
): Promise<void> {
  const body = { zone, phone, code, pwd: password };
  try {
    await postAboutPhone('/user/pwdforget', server, body, options);
  } catch (error) {
    // Signing in with it tells whether it was done.
    if (error instanceof CodedError && error.code === 'network' && 'mayBeDone' in error && error.mayBeDone)
      return;
    throw error;
  }
}
