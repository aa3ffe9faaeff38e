/** Sign-up, sign-in, session, device and profile routes (tsdd-api.md 1.1, 2.2). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { AttemptLimit } from '../http/rate-limit.ts';
import { Flag01, Id, parse, queryInt } from '../http/validation.ts';
import { ImError } from '../im-client/im-api.ts';
import { PERSON } from '../im-client/commands.ts';
import { formatDate } from '../store/format.ts';
import { Device, USER_SWITCH_NAMES, type UserSwitch } from './accounts.ts';
import { sameText } from './passwords.ts';
import { DeviceFlag } from './sessions.ts';

const DeviceFlagField = z.union([z.literal(0), z.literal(1), z.literal(2)], {
  error: '设备类型只能是 0、1 或 2',
});
const Password = z.string().max(200);
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
const MIN_PASSWORD = 6;
/** Failed sign-ins per name and address in a minute, before further ones are refused. */
const FAILED_SIGN_INS_A_MINUTE = 20;

export function accountRoutes(app: FastifyInstance, context: Context): void {
  const { accounts, sessions, im, db } = context;
  const failures = new AttemptLimit(FAILED_SIGN_INS_A_MINUTE, 60_000, context.now);

  async function login(body: unknown, address: string): Promise<Record<string, unknown>> {
    const { username, password, flag, device } = parse(Login, body);
    const key = `${address} ${username.toLowerCase()}`;
    if (!failures.allowed(key)) throw refusal('登录过于频繁，请稍后再试！', 'rate_limited');
    let user;
    try {
      user = await accounts.authenticate(username, password);
    } catch (error) {
      failures.record(key);
      throw error;
    }
    return accounts.signIn(user, flag, device);
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
    const user = await accounts.register(body);
    return { data: await accounts.signIn(user, body.flag, body.device), need_upload_web3publickey: 1 };
  });

  app.post('/v1/user/register', async (request) => {
    const body = parse(PhoneRegister, request.body);
    const key = `register ${request.ip}`;
    if (!failures.allowed(key)) throw refusal('操作过于频繁，请稍后再试！', 'rate_limited');
    if (!sameText(body.code, context.config.smsCode)) {
      failures.record(key);
      throw refusal('验证码无效！');
    }
    if (body.password.length < MIN_PASSWORD) throw refusal('密码长度必须大于6位！');
    const user = await accounts.register({ ...body, username: body.zone + body.phone });
    return accounts.signIn(user, body.flag, body.device);
  });

  app.post('/v1/user/sms/registercode', async (request) => {
    const body = parse(PhoneRegister.pick({ zone: true, phone: true }), request.body);
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

  // Ends the caller's own session; a phone also ends the web and pc sessions, for which TSDD made this route (tsdd-api.md 1.1).
  app.post('/v1/user/quit', async (request) => {
    const { uid, flag } = caller(request);
    const flags = flag === DeviceFlag.app ? [DeviceFlag.app, DeviceFlag.web, DeviceFlag.pc] : [flag];
    for (const each of flags) {
      sessions.close(uid, each);
      context.jobs.add(`quit/${uid}`, '/user/device_quit', { uid, device_flag: each });
    }
    await context.jobs.flush();
    return OK;
  });

  app.post('/v1/user/pc/quit', async (request) => {
    const { uid } = caller(request);
    for (const flag of [DeviceFlag.web, DeviceFlag.pc]) {
      sessions.close(uid, flag);
      context.jobs.add(`quit/${uid}`, '/user/device_quit', { uid, device_flag: flag });
    }
    await context.jobs.flush();
    await context.commands.onlineToUser(uid, 'pcQuit');
    return OK;
  });

  app.put('/v1/user/updatepassword', async (request) => {
    const { uid } = caller(request);
    const body = parse(z.object({ password: Password, new_password: Password }), request.body);
    if (body.new_password.length < MIN_PASSWORD) throw refusal('密码长度必须大于6位！');
    await accounts.changePassword(uid, body.password, body.new_password);
    context.jobs.add(`quit/${uid}`, '/user/device_quit', { uid, device_flag: -1 });
    await context.jobs.flush();
    return OK;
  });

  app.get('/v1/user/devices', async (request) => {
    const { uid } = caller(request);
    const query = parse(z.object({ page_index: queryInt(1), page_size: queryInt(100) }), request.query);
    const size = Math.min(Math.max(query.page_size, 1), 100);
    return devices(uid, size, (Math.max(query.page_index, 1) - 1) * size).map((device, index) => ({
      ...device,
      self: index === 0 ? 1 : 0,
    }));
  });

  app.get('/v1/user/devices/:device_id', async (request) => {
    const { uid } = caller(request);
    const { device_id } = parse(z.object({ device_id: z.string() }), request.params);
    const found = devices(uid, 1000, 0).find((device) => device.device_id === device_id);
    if (!found) throw refusal('未查询到该设备');
    return { ...found, self: 0 };
  });

  app.delete('/v1/user/devices/:device_id', async (request) => {
    const { uid } = caller(request);
    const { device_id } = parse(z.object({ device_id: z.string() }), request.params);
    db.run('DELETE FROM device WHERE uid = ? AND device_id = ?', uid, device_id);
    return OK;
  });

  function devices(uid: string, limit: number, offset: number) {
    return db
      .all<{ id: number; device_id: string; device_name: string; device_model: string; last_login: number }>(
        'SELECT id, device_id, device_name, device_model, last_login FROM device WHERE uid = ? ORDER BY last_login DESC, id DESC LIMIT ? OFFSET ?',
        uid,
        limit,
        offset,
      )
      .map((row) => ({ ...row, last_login: formatDate(row.last_login) }));
  }

  const CurrentUser = z.strictObject({
    sex: Flag01.optional(),
    short_no: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_-]{5,19}$/, '短编号必须以字母开头，共 6-20 位')
      .optional(),
    name: z.string().min(1).max(50).optional(),
    search_by_phone: Flag01.optional(),
    search_by_short: Flag01.optional(),
    new_msg_notice: Flag01.optional(),
    msg_show_detail: Flag01.optional(),
    voice_on: Flag01.optional(),
    shock_on: Flag01.optional(),
    msg_expire_second: z.int().min(0).optional(),
  });
  const PROFILE_KEYS = ['name', 'sex', 'short_no', 'msg_expire_second'] as const;

  app.put('/v1/user/current', async (request) => {
    const { uid } = caller(request);
    const raw = parse(z.record(z.string(), z.unknown()), request.body);
    const unknown = Object.keys(raw).find((key) => !(key in CurrentUser.shape));
    if (unknown !== undefined) throw refusal(`不允许更新【${unknown}】`);
    const body = parse(CurrentUser, raw);
    db.transaction(() => {
      for (const key of PROFILE_KEYS) {
        const value = body[key];
        if (value !== undefined) accounts.setProfile(uid, key, value);
      }
      accounts.setSwitches(uid, pickSwitches(body));
      if (body.name !== undefined) {
        context.commands.queueToUsers(context.friends.friendUids(uid), 'channelUpdate', {
          channel_id: uid,
          channel_type: PERSON,
        });
      }
    });
    await context.jobs.flush();
    return OK;
  });

  app.put('/v1/user/my/setting', async (request) => {
    const { uid } = caller(request);
    const Switches = z.partialRecord(z.enum(USER_SWITCH_NAMES as [UserSwitch, ...UserSwitch[]]), Flag01);
    const raw = parse(z.record(z.string(), z.unknown()), request.body);
    const known = Object.fromEntries(
      Object.entries(raw).filter(([key]) => USER_SWITCH_NAMES.includes(key as UserSwitch)),
    );
    accounts.setSwitches(uid, parse(Switches, known));
    return OK;
  });
}

function pickSwitches(body: Record<string, unknown>): Partial<Record<UserSwitch, number>> {
  const picked: Partial<Record<UserSwitch, number>> = {};
  for (const name of USER_SWITCH_NAMES) {
    const value = body[name];
    if (typeof value === 'number') picked[name] = value;
  }
  return picked;
}
