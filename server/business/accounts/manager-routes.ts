/**
 * The two administration calls a deployment needs: sign-in and the server-wide rules (tsdd-api.md 9.5); and, where no
 * SMS is sent, the codes that would have been. Absent without an admin password.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { sameSecret } from '../../secret-text.ts';
import type { Context } from '../context.ts';
import { adminOnly } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { parse } from '../http/validation.ts';
import { AdminTokens } from './admin-tokens.ts';
import { AppConfigBody } from './app-config.ts';
import { SignInGuard } from './sign-in-guard.ts';
import type { DemoPhones } from './sms-codes.ts';

export const ADMIN_USERNAME = 'superAdmin';
const FAILED_SIGN_INS_A_MINUTE = 10;

export function managerRoutes(
  app: FastifyInstance,
  context: Context,
  adminPassword: string,
  demoPhones: DemoPhones | null,
): void {
  const tokens = new AdminTokens(context.now);
  const guard = new SignInGuard(
    { perAccount: FAILED_SIGN_INS_A_MINUTE, perAddress: FAILED_SIGN_INS_A_MINUTE },
    context.now,
  );

  app.post('/v1/manager/login', async (request) => {
    const body = parse(z.object({ username: z.string(), password: z.string() }), request.body);
    const isAdmin = body.username === ADMIN_USERNAME;
    const attempt = guard.begin(request.ip, isAdmin ? ADMIN_USERNAME : null);
    if (!isAdmin || !sameSecret(body.password, adminPassword))
      throw refusal(isAdmin ? '用户名或密码错误' : '登录用户不存在');
    attempt.succeeded();
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

  if (demoPhones === null) return;
  app.get('/v1/manager/sms/codes', async (request) => {
    adminOnly(request, tokens);
    return demoPhones.sent();
  });
}
