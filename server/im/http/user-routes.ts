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
// SHA-256 in hex: the token itself stays where it was made.
const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex')
  .transform((hex) => Buffer.from(hex, 'hex'));
const tokenAddBody = tokenBody.omit({ token: true }).extend({ token_digest: digest });
const tokenRemoveBody = z.object({ uid, token_digests: z.array(digest).max(1000) });
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

  // Not in WuKongIM, which keeps one token per device flag: one more of the same flag, and an end to some of them.
  app.post('/user/token_add', async (request) => {
    const body = parse(tokenAddBody, request.body);
    if (core.isBanned(body.uid)) return { status: ReasonCode.ban };
    core.users.addToken(body.uid, body.device_flag, body.token_digest, body.device_level);
    if (body.device_level === 1) core.registry.kick(body.uid, body.device_flag, 'login in other device');
    return OK;
  });

  app.post('/user/token_remove', async (request) => {
    const body = parse(tokenRemoveBody, request.body);
    core.users.removeTokens(body.uid, body.token_digests);
    core.registry.kickTokens(body.uid, body.token_digests, '');
    return OK;
  });

  app.post('/user/device_quit', async (request) => {
    const body = parse(quitBody, request.body);
    const flag = body.device_flag === -1 ? null : body.device_flag;
    core.users.clearTokens(body.uid, flag);
    // Without a word, as a real WuKongIM does it (tsdd-api.md 1.1).
    core.registry.kick(body.uid, flag, '');
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
