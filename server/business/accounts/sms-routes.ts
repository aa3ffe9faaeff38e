/** A new password and a new device, proved by an SMS (tsdd-api.md 1.1). Absent when no code can reach anybody. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { ApiError, OK, refusal } from '../http/errors.ts';
import { addressKey } from '../http/addresses.ts';
import { AttemptLimit, RequestLimit, tooOften } from '../http/rate-limit.ts';
import { Id, parse } from '../http/validation.ts';
import { MIN_PASSWORD, Password } from './passwords.ts';
import { openFor } from './sign-in-routes.ts';

export const PhoneFields = {
  zone: z.string().regex(/^\d{1,6}$/, '不是有效的区号'),
  phone: z.string().regex(/^\d{3,20}$/, '不是有效的手机号'),
};
const Code = z.string().min(1, '验证码不能为空').max(20);

/** Wrong codes a minute: of one address, and of all, who guess the same codes. */
const WRONG_CODES_A_MINUTE = 20;
const WRONG_CODES_OF_ALL = 100;

/** How often codes are guessed, and how often it is asked which number has an account. */
export class SmsGuard {
  readonly #wrong: AttemptLimit;
  readonly #wrongOfAll: AttemptLimit;
  readonly #lookUps: RequestLimit;

  constructor(lookUpsPerSecond: number, now: () => number) {
    this.#wrong = new AttemptLimit(WRONG_CODES_A_MINUTE, 60_000, now);
    this.#wrongOfAll = new AttemptLimit(WRONG_CODES_OF_ALL, 60_000, now);
    this.#lookUps = new RequestLimit(lookUpsPerSecond, now);
  }

  /** Runs a comparison, unless there were too many wrong ones; one that throws a refusal is another. */
  counted(ip: string, compare: () => void): void {
    const address = addressKey(ip);
    if (!this.#wrong.allowed(address) || !this.#wrongOfAll.allowed('')) throw tooOften();
    try {
      compare();
    } catch (error) {
      if (error instanceof ApiError) {
        this.#wrong.record(address);
        this.#wrongOfAll.record('');
      }
      throw error;
    }
  }

  /** It tells who is registered: a few may be asked for, not all numbers one after the other. */
  lookUp(ip: string): void {
    if (!this.#lookUps.take(addressKey(ip))) throw tooOften();
  }
}

export function smsRoutes(app: FastifyInstance, context: Context, guard: SmsGuard): void {
  const { accounts, newDevices, sessions, sms } = context;
  if (!sms.isOffered) return;

  app.post('/v1/user/sms/forgetpwd', async (request) => {
    const number = parse(z.object(PhoneFields), request.body);
    guard.lookUp(request.ip);
    if (!accounts.byPhone(number)) throw refusal('该手机号未注册');
    sms.send('password', number);
    return OK;
  });

  app.post('/v1/user/pwdforget', async (request) => {
    const body = parse(z.object({ ...PhoneFields, code: Code, pwd: Password }), request.body);
    if (body.pwd.length < MIN_PASSWORD) throw refusal('密码长度必须大于6位！');
    guard.lookUp(request.ip);
    const user = accounts.byPhone(body);
    if (!user) throw refusal('该账号不存在');
    guard.counted(request.ip, () => sms.check('password', body, body.code));
    await accounts.setPassword(user.uid, body.pwd, request.ip);
    // Whoever had the old one goes: that may be why there is a new one. (TSDD ends nothing.)
    sessions.closeAll(user.uid);
    context.jobs.add(`quit/${user.uid}`, '/user/device_quit', { uid: user.uid, device_flag: -1 });
    await context.jobs.flush();
    return OK;
  });

  if (!sms.canAskDevices) return;

  app.post('/v1/user/sms/login_check_phone', async (request) => {
    const { uid } = parse(z.object({ uid: Id }), request.body);
    guard.lookUp(request.ip);
    const user = newDevices.asking(uid);
    // Only after a right password: nobody else has messages sent to a stranger's phone.
    if (!user) throw refusal('登录设备已过期，请重新登录');
    sms.send('device', user);
    return OK;
  });

  app.post('/v1/user/login/check_phone', async (request) => {
    const { uid, code } = parse(z.object({ uid: Id, code: Code }), request.body);
    const user = newDevices.asking(uid);
    if (!user) throw refusal('登录设备已过期，请重新登录');
    guard.counted(request.ip, () => sms.check('device', user, code));
    const { flag, device, isCurrent } = newDevices.verified(uid);
    return openFor(context, user, flag, device, isCurrent);
  });
}
