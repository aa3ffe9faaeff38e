/** Sign-in with a password, and the address of the IM server (tsdd-api.md 1.1). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { ApiError, refusal } from '../http/errors.ts';
import { Id, parse } from '../http/validation.ts';
import { ImError } from '../im-client/im-api.ts';
import { Device, type User } from './accounts.ts';
import { Password } from './passwords.ts';

const DeviceFlagField = z.union([z.literal(0), z.literal(1), z.literal(2)], {
  error: '设备类型只能是 0、1 或 2',
});
export const DeviceFields = { flag: DeviceFlagField.default(0), device: Device.optional() };
const Login = z.object({
  username: z.string().min(1).max(100),
  password: Password,
  ...DeviceFields,
});

/** Opens a session for somebody who has proved who it is; the LoginUser object (tsdd-api.md 1.2). */
export async function openFor(
  { accounts, signIn }: Context,
  user: User,
  flag: number,
  device?: Device,
  isCurrent: () => boolean = accounts.passwordWatch(user.uid),
): Promise<Record<string, unknown>> {
  return accounts.loginUser(user, await signIn.open(user.uid, flag, device, isCurrent));
}

/** What stands in for the middle of a number, as TSDD writes it; '' for one too short for that. */
const maskedPhone = (phone: string): string =>
  phone.length > 5 ? `${phone.slice(0, 3)}******${phone.slice(-2)}` : '';

export function signInRoutes(app: FastifyInstance, context: Context): void {
  const { accounts, im, newDevices } = context;

  async function login(body: unknown, ip: string): Promise<Record<string, unknown>> {
    const { username, password, flag, device } = parse(Login, body);
    const user = await accounts.authenticate(username, password, ip);
    if (newDevices.mustVerify(user, flag, device)) {
      throw new ApiError(400, '需要验证手机号码！', {
        more: { status: 110, uid: user.uid, phone: maskedPhone(user.phone) },
      });
    }
    return openFor(context, user, flag, device);
  }

  app.post('/v1/user/login', (request) => login(request.body, request.ip));
  app.post('/v1/user/usernamelogin', async (request) => ({
    data: await login(request.body, request.ip),
    need_upload_web3publickey: 0,
  }));

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
