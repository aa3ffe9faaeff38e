/** The caller's sessions, devices and password (tsdd-api.md 1.1, 2.2). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { AttemptLimit, tooOften } from '../http/rate-limit.ts';
import { parse, queryInt } from '../http/validation.ts';
import { formatDate } from '../store/format.ts';
import { MIN_PASSWORD, Password } from './passwords.ts';
import { DeviceFlag } from './sessions.ts';

/** Password changes tried by one user a minute: each compares the old password. */
const PASSWORD_CHANGES_A_MINUTE = 10;

export function sessionRoutes(app: FastifyInstance, context: Context): void {
  const { accounts, sessions, signIn, db } = context;
  const passwordChanges = new AttemptLimit(PASSWORD_CHANGES_A_MINUTE, 60_000, context.now);

  // Ends the caller's own session and all of web and pc, whoever asks: TSDD made it for the phone (tsdd-api.md 1.1).
  app.post('/v1/user/quit', async (request) => {
    const { uid, session } = caller(request);
    await signIn.end((sessions) => sessions.close(session));
    await signIn.endClasses(uid, [DeviceFlag.web, DeviceFlag.pc]);
    return OK;
  });

  app.post('/v1/user/pc/quit', async (request) => {
    const { uid } = caller(request);
    await signIn.endClasses(uid, [DeviceFlag.web, DeviceFlag.pc]);
    await context.commands.onlineToUser(uid, 'pcQuit');
    return OK;
  });

  app.put('/v1/user/updatepassword', async (request) => {
    const { uid } = caller(request);
    const body = parse(z.object({ password: Password, new_password: Password }), request.body);
    if (body.new_password.length < MIN_PASSWORD) throw refusal('密码长度必须大于6位！');
    if (!passwordChanges.take(uid)) throw tooOften();
    await accounts.changePassword(uid, body.password, body.new_password, request.ip);
    sessions.closeAll(uid);
    context.jobs.add(`quit/${uid}`, '/user/device_quit', { uid, device_flag: -1 });
    await context.jobs.flush();
    return OK;
  });

  app.get('/v1/user/devices', async (request) => {
    const { uid, session } = caller(request);
    const own = sessions.devicesOf(session);
    const query = parse(z.object({ page_index: queryInt(1), page_size: queryInt(100) }), request.query);
    const size = Math.min(Math.max(query.page_size, 1), 100);
    return devices(uid, size, (Math.max(query.page_index, 1) - 1) * size).map((device) => ({
      ...device,
      // Of a session that several devices share nobody knows.
      self: own.length === 1 && own[0] === device.device_id ? 1 : 0,
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
    await signIn.end((sessions) => sessions.closeDevice(uid, device_id));
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
}
