/** Sign-up and sign-in, and the address of the IM server (tsdd-api.md 1.1). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { sameSecret } from '../../secret-text.ts';
import type { Context } from '../context.ts';
import { refusal } from '../http/errors.ts';
import { addressKey } from '../http/addresses.ts';
import { AttemptLimit, RequestLimit, tooOften } from '../http/rate-limit.ts';
import { Id, parse } from '../http/validation.ts';
import { ImError } from '../im-client/im-api.ts';
import { Device, type User } from './accounts.ts';
import { MIN_PASSWORD, Password } from './passwords.ts';

const DeviceFlagField = z.union([z.literal(0), z.literal(1), z.literal(2)], {
  error: '设备类型只能是 0、1 或 2',
});
const Login = z.object({
  username: z.string().min(1).max(100),
  password: Password,
  flag: DeviceFlagField.default(0),
  device: Device.optional(),
});
const UsernameRegister = z.object({
  username: z.string(),
  password: Password,
  name: z.string().max(50).default(''),
  flag: DeviceFlagField.default(0),
  device: Device.optional(),
});
const PhoneRegister = z.object({
  zone: z.string().regex(/^\d{1,6}$/, '不是有效的区号'),
  phone: z.string().regex(/^\d{3,20}$/, '不是有效的手机号'),
  code: z.string().max(20),
  password: Password,
  name: z.string().max(50).default(''),
  flag: DeviceFlagField.default(0),
  device: Device.optional(),
});
/** Wrong codes a minute, before phone registration is refused: of one address, and of all, who guess the same code. */
const WRONG_CODES_A_MINUTE = 20;
const WRONG_CODES_OF_ALL = 100;

export function signInRoutes(app: FastifyInstance, context: Context): void {
  const { accounts, im, db } = context;
  const { registrationsInTenMinutes, lookupsPerSecond } = context.config;
  const registrations = new AttemptLimit(registrationsInTenMinutes, 600_000, context.now);
  const wrongCodes = new AttemptLimit(WRONG_CODES_A_MINUTE, 60_000, context.now);
  const wrongCodesOfAll = new AttemptLimit(WRONG_CODES_OF_ALL, 60_000, context.now);
  const lookups = new RequestLimit(lookupsPerSecond, context.now);

  async function login(body: unknown, ip: string): Promise<Record<string, unknown>> {
    const { username, password, flag, device } = parse(Login, body);
    return open(await accounts.authenticate(username, password, ip), flag, device);
  }

  async function open(user: User, flag: number, device?: Device): Promise<Record<string, unknown>> {
    const isCurrent = accounts.passwordWatch(user.uid);
    return accounts.loginUser(user, await context.signIn.open(user.uid, flag, device, isCurrent));
  }

  /** Counted before anything is hashed, whatever comes of it: each account is one more to keep for ever. */
  function countRegistration(ip: string): void {
    if (!registrations.take(addressKey(ip))) throw tooOften();
  }

  function checkCode(code: string, ip: string): void {
    const address = addressKey(ip);
    if (!wrongCodes.allowed(address) || !wrongCodesOfAll.allowed('')) throw tooOften();
    const { smsCode } = context.config;
    if (smsCode !== null && sameSecret(code, smsCode)) return;
    wrongCodes.record(address);
    wrongCodesOfAll.record('');
    throw refusal('验证码无效！');
  }

  app.post('/v1/user/login', (request) => login(request.body, request.ip));
  app.post('/v1/user/usernamelogin', async (request) => ({
    data: await login(request.body, request.ip),
    need_upload_web3publickey: 0,
  }));

  app.post('/v1/user/usernameregister', async (request) => {
    const body = parse(UsernameRegister, request.body);
    const bytes = Buffer.byteLength(body.username);
    if (bytes < 8 || bytes > 22) throw refusal('用户名必须在8-22位');
    if (!/^[A-Za-z0-9_.-]+$/.test(body.username))
      throw refusal('用户名只能包含字母、数字、下划线、点和连字符');
    if (body.password.length < MIN_PASSWORD) throw refusal('密码长度必须大于6位！');
    countRegistration(request.ip);
    const user = await accounts.register(body, request.ip);
    return { data: await open(user, body.flag, body.device), need_upload_web3publickey: 1 };
  });

  app.post('/v1/user/register', async (request) => {
    const body = parse(PhoneRegister, request.body);
    checkCode(body.code, request.ip);
    if (body.password.length < MIN_PASSWORD) throw refusal('密码长度必须大于6位！');
    countRegistration(request.ip);
    const user = await accounts.register({ ...body, username: body.zone + body.phone }, request.ip);
    return open(user, body.flag, body.device);
  });

  app.post('/v1/user/sms/registercode', async (request) => {
    const body = parse(PhoneRegister.pick({ zone: true, phone: true }), request.body);
    // It tells who is registered: a few may be asked for, not all numbers one after the other.
    if (!lookups.take(addressKey(request.ip))) throw tooOften();
    return { exist: db.get('SELECT 1 FROM user WHERE username = ?', body.zone + body.phone) ? 1 : 0 };
  });

  app.get('/v1/users/:uid/im', async (request) => {
    const { uid } = parse(z.object({ uid: Id }), request.params);
    const fixed = context.config.imAddresses;
    if (fixed) return { tcp_addr: fixed.tcp, ws_addr: fixed.ws, wss_addr: fixed.wss };
    try {
      return await im.route(uid);
    } catch (error) {
      if (error instanceof ImError) throw refusal('调用IM服务失败！');
      throw error;
    }
  });
}
