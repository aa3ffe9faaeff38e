/**
 * A sign-in at a device that is new (tsdd-api.md 1.3, status 110): the server wants the phone number to be proved by a
 * code first. TSDD asks phones only; other servers may ask this computer.
 */
import { z } from 'zod';
import { isObject } from '../../../shared/json.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { cutText } from '../../../shared/text-cut.ts';
import { RefusedError, requestJson } from './http.ts';
import { type CallOptions, type SignedIn, signedInOf } from './signed-in.ts';

const NEEDS_CODE = 110;
const Asked = z.object({
  status: z.literal(NEEDS_CODE),
  uid: z.string().min(1).max(100),
  phone: z.string().max(40).catch(''),
});

/** The password was right; the server asks for a code. */
export class DeviceCheckError extends CodedError {
  readonly uid: string;
  /** As the server masks it; '' = it does not say. */
  readonly phone: string;
  constructor(uid: string, phone: string) {
    super('refused', 'the server asks for a code', 'username');
    this.uid = uid;
    this.phone = phone;
  }
}

/** The question in a refusal of a sign-in; null = it is another refusal. */
export function deviceCheckIn(error: RefusedError): DeviceCheckError | null {
  const asked = Asked.safeParse(error.body);
  return asked.success ? new DeviceCheckError(asked.data.uid, cutText(asked.data.phone, 20)) : null;
}

/** What a server says of a code that it does not take. */
export interface WrongCode {
  message: string;
  /** null = not said: TSDD does not. */
  triesLeft: number | null;
  /** No code is taken for so long; null = that is not why. */
  lockedSeconds: number | null;
}

const Count = z.int().min(0).max(1_000_000);

/** Of any refusal that is about a code. */
export function wrongCodeOf({ body, machineCode, message }: RefusedError): WrongCode {
  const at = (key: string): number | null => {
    const count = Count.safeParse(isObject(body) ? body[key] : undefined);
    return count.success ? count.data : null;
  };
  const isLocked = machineCode === 'code_locked';
  return {
    message,
    triesLeft: at('tries_left'),
    lockedSeconds: isLocked ? (at('retry_after_second') ?? 600) : null,
  };
}

interface AskedDevice {
  server: string;
  uid: string;
}

/** Has the code sent; the server knows where to. Seconds until it sends another, if it refuses and says so. */
export async function sendDeviceCode({ server, uid }: AskedDevice, options: CallOptions = {}): Promise<void> {
  await requestJson(
    { server, fetch: options.fetch, timeoutMs: options.timeoutMs },
    { method: 'POST', path: '/user/sms/login_check_phone', body: { uid } },
  );
}

/** Signs in with the code; or what is wrong with it. Everything else is thrown. */
export async function verifyDevice(
  { server, uid, code }: AskedDevice & { code: string },
  options: CallOptions = {},
): Promise<SignedIn | WrongCode> {
  try {
    const body = await requestJson(
      { server, fetch: options.fetch, timeoutMs: options.timeoutMs },
      { method: 'POST', path: '/user/login/check_phone', body: { uid, code } },
    );
    return signedInOf('user/login/check_phone', body, uid);
  } catch (error) {
    if (error instanceof RefusedError && /验证码/.test(error.message)) return wrongCodeOf(error);
    throw error;
  }
}
