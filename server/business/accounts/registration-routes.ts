/** New accounts, by user name and by phone number (tsdd-api.md 1.1). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { sameSecret } from '../../secret-text.ts';
import type { Context } from '../context.ts';
import { refusal } from '../http/errors.ts';
import { addressKey } from '../http/addresses.ts';
import { AttemptLimit, tooOften } from '../http/rate-limit.ts';
import { parse } from '../http/validation.ts';
import { MIN_PASSWORD, Password } from './passwords.ts';
import { DeviceFields, openFor } from './sign-in-routes.ts';
import { PhoneFields, type SmsGuard } from './sms-routes.ts';

const CommonFields = {
  password: Password,
  name: z.string().max(50).default(''),
  invite_code: z.string().max(40).default(''),
  ...DeviceFields,
};
const UsernameRegister = z.object({ username: z.string(), ...CommonFields });
const PhoneRegister = z.object({ ...PhoneFields, code: z.string().max(20), ...CommonFields });

export function registrationRoutes(app: FastifyInstance, context: Context, smsGuard: SmsGuard): void {
  const { accounts, appConfig, db } = context;
  const { inviteCodes, registration, registrationsInTenMinutes } = context.config;
  const registrations = new AttemptLimit(registrationsInTenMinutes, 600_000, context.now);

  /** Counted before anything is hashed, whatever comes of it: each account is one more to keep for ever. */
  function countRegistration(ip: string): void {
    if (!registrations.take(addressKey(ip))) throw tooOften();
  }

  function checkInvited(code: string, ip: string): void {
    if (appConfig.get().register_invite_on === 0) return;
    if (code === '') throw refusal('邀请码不能为空！');
    smsGuard.counted(ip, () => {
      if (!inviteCodes.some((known) => sameSecret(known, code))) throw refusal('邀请码无效！');
    });
  }

  // First of all, whatever the body is: a client learns by an empty one what is open (tsdd-api.md 1.1).
  function checkOpen(by: 'username' | 'phone'): void {
    if (registration.has(by)) return;
    throw refusal(by === 'username' && registration.size > 0 ? '暂不支持用户名注册' : '注册通道暂不开放');
  }

  app.post('/v1/user/usernameregister', async (request) => {
    checkOpen('username');
    const body = parse(UsernameRegister, request.body);
    const bytes = Buffer.byteLength(body.username);
    if (bytes < 8 || bytes > 22) throw refusal('用户名必须在8-22位');
    if (!/^[A-Za-z0-9_.-]+$/.test(body.username))
      throw refusal('用户名只能包含字母、数字、下划线、点和连字符');
    if (body.password.length < MIN_PASSWORD) throw refusal('密码长度必须大于6位！');
    checkInvited(body.invite_code, request.ip);
    countRegistration(request.ip);
    const user = await accounts.register(body, request.ip);
    return { data: await openFor(context, user, body.flag, body.device), need_upload_web3publickey: 1 };
  });

  if (!context.sms.isOffered) return;
  app.post('/v1/user/register', async (request) => {
    checkOpen('phone');
    const body = parse(PhoneRegister, request.body);
    if (body.password.length < MIN_PASSWORD) throw refusal('密码长度必须大于6位！');
    checkInvited(body.invite_code, request.ip);
    smsGuard.counted(request.ip, () => context.sms.check('register', body, body.code));
    countRegistration(request.ip);
    const user = await accounts.register({ ...body, username: body.zone + body.phone }, request.ip);
    return openFor(context, user, body.flag, body.device);
  });

  app.post('/v1/user/sms/registercode', async (request) => {
    checkOpen('phone');
    const number = parse(z.object(PhoneFields), request.body);
    smsGuard.lookUp(request.ip);
    if (db.get('SELECT 1 FROM user WHERE username = ?', number.zone + number.phone)) return { exist: 1 };
    context.sms.send('register', number);
    return { exist: 0 };
  });
}
