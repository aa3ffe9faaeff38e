/** Sign-in by a code that a phone scans (tsdd-api.md 1.5). What scanning it answers: contacts/qrcode-routes.ts. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { addressKey } from '../http/addresses.ts';
import { OK, refusal } from '../http/errors.ts';
import { RequestLimit, tooOften } from '../http/rate-limit.ts';
import { parse } from '../http/validation.ts';
import { Device } from './accounts.ts';
import { DeviceFlag } from './sessions.ts';

const NewCode = z.object({
  pub_key: z.string().max(2_000).default(''),
  device_id: Device.shape.device_id.optional(),
  device_name: Device.shape.device_name,
  device_model: Device.shape.device_model,
});
const SomeCode = z.string().max(64);

export function scanRoutes(app: FastifyInstance, context: Context): void {
  const { accounts, scanLogins, signIn } = context;
  const newCodes = new RequestLimit(context.config.lookupsPerSecond, context.now);

  app.get('/v1/user/loginuuid', async (request) => {
    const { pub_key, device_id, device_name, device_model } = parse(NewCode, request.query);
    // Codes are kept in a list of bounded length: nobody fills it with theirs.
    if (!newCodes.take(addressKey(request.ip))) throw tooOften();
    const device = device_id === undefined ? null : { device_id, device_name, device_model };
    const uuid = scanLogins.create(pub_key, device);
    return { uuid, qrcode: `${request.protocol}://${request.host}/v1/qrcode/${uuid}` };
  });

  app.get('/v1/user/loginstatus', async (request, reply) => {
    const { uuid } = parse(z.object({ uuid: SomeCode.default('') }), request.query);
    const left = new AbortController();
    reply.raw.on('close', () => left.abort());
    return scanLogins.status(uuid, left.signal);
  });

  app.get('/v1/user/grant_login', async (request) => {
    const { uid } = caller(request);
    const query = z.object({ auth_code: SomeCode.default(''), encrypt: z.string().max(2_000).default('') });
    const { auth_code, encrypt } = parse(query, request.query);
    if (auth_code === '') throw refusal('授权码不能为空！');
    scanLogins.grant(auth_code, uid, encrypt);
    return OK;
  });

  app.post('/v1/user/login_authcode/:auth_code', async (request) => {
    const { auth_code } = parse(z.object({ auth_code: SomeCode }), request.params);
    const { uid, device } = scanLogins.take(auth_code);
    const user = accounts.find(uid);
    if (!user) throw refusal('用户不存在！');
    // As with TSDD the session is one of the web, whatever was asked for.
    const token = await signIn.open(uid, DeviceFlag.web, device ?? undefined, accounts.passwordWatch(uid));
    return {
      app_id: '',
      name: user.name,
      username: user.username,
      uid,
      token,
      short_no: user.short_no,
      avatar: `users/${uid}/avatar`,
      im_pub_key: '',
    };
  });
}
