/**
 * The two administration calls a deployment needs: sign-in and the server-wide rules (tsdd-api.md 9.5). Absent without
 * an admin password.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { sameSecret } from '../../secret-text.ts';
import type { Context } from '../context.ts';
import { adminOnly } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { AttemptLimit } from '../http/rate-limit.ts';
import { parse } from '../http/validation.ts';
import { AdminTokens } from './admin-tokens.ts';
import { AppConfigBody } from './app-config.ts';

export const ADMIN_USERNAME = 'superAdmin';
const FAILED_SIGN_INS_A_MINUTE = 10;

export function managerRoutes(app: FastifyInstance, context: Context, adminPassword: string): void {
  const tokens = new AdminTokens(context.now);
  const failures = new AttemptLimit(FAILED_SIGN_INS_A_MINUTE, 60_000, context.now);

  app.post('/v1/manager/login', async (request) => {
    const body = parse(z.object({ username: z.string(), password: z.string() }), request.body);
    if (!failures.allowed(request.ip)) throw refusal('登录过于频繁，请稍后再试！', 'rate_limited');
    if (body.username !== ADMIN_USERNAME || !sameSecret(body.password, adminPassword)) {
      failures.record(request.ip);
      throw refusal(body.username === ADMIN_USERNAME ? '用户名或密码错误' : '登录用户不存在');
    }
    return { uid: 'admin', token: tokens.issue(), name: '超级管理员', role: 'superAdmin' };
  });

  app.get('/v1/manager/common/appconfig', async (request) => {
    adminOnly(request, tokens);
    return context.appConfig.get();
  });

  app.post('/v1/manager/common/appconfig', async (request) => {
    adminOnly(request, tokens);
    context.appConfig.replace(parse(AppConfigBody, request.body));
    return OK;
  });
}
