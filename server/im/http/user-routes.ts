import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ReasonCode } from '../../../shared/wire/packets.ts';
import type { ImCore } from '../im-core.ts';
import { parse, u8, uid, uids } from './validation.ts';

const OK = { status: 200 };

const tokenBody = z.object({
  uid,
  token: z.string().min(1, 'must not be empty'),
  device_flag: u8.default(0),
  device_level: u8.default(0),
});
const quitBody = z.object({ uid, device_flag: z.int().min(-1).max(255).default(0) });
const systemUidsBody = z.object({ uids });

/** Tokens, kicks, presence, system users (wukongim.md C.1). */
export function registerUserRoutes(app: FastifyInstance, core: ImCore): void {
  app.post('/user/token', async (request) => {
    const body = parse(tokenBody, request.body);
    if (core.isBanned(body.uid)) return { status: ReasonCode.ban };
    core.users.setToken(body.uid, body.device_flag, body.token, body.device_level);
    if (body.device_level === 1) core.registry.kick(body.uid, body.device_flag, 'login in other device');
    return OK;
  });

  app.post('/user/device_quit', async (request) => {
    const body = parse(quitBody, request.body);
    const flag = body.device_flag === -1 ? null : body.device_flag;
    core.users.clearTokens(body.uid, flag);
    core.registry.kick(body.uid, flag, 'device quit');
    return OK;
  });

  app.post('/user/onlinestatus', async (request) => {
    const asked = parse(uids, request.body);
    if (asked.length === 0) return OK;
    return asked.flatMap((uid) =>
      [...core.registry.of(uid)].map((c) => ({ uid, device_flag: c.identity?.deviceFlag ?? 0, online: 1 })),
    );
  });

  app.post('/user/systemuids_add', async (request) => {
    core.users.addSystemUids(parse(systemUidsBody, request.body).uids);
    return OK;
  });
  app.post('/user/systemuids_remove', async (request) => {
    core.users.removeSystemUids(parse(systemUidsBody, request.body).uids);
    return OK;
  });
  app.get('/user/systemuids', async () => core.users.systemUids());
}
