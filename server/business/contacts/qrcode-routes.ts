/** QR codes (TSDD `modules/qrcode`): what one's own says, and what a scanned one leads to: a person, or a sign-in. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { refusal } from '../http/errors.ts';
import { parse } from '../http/validation.ts';

const PERSON_CODE = /^vercode_([0-9a-f]{1,64})$/;
const LOGIN_CODE = /^[0-9a-f]{32}$/;

export function qrcodeRoutes(app: FastifyInstance, context: Context): void {
  const { accounts, scanLogins } = context;

  app.get('/v1/user/qrcode', async (request) => {
    const user = accounts.find(caller(request).uid);
    if (!user) throw refusal('登录用户不存在！');
    return { data: `${request.protocol}://${request.host}/v1/qrcode/vercode_${user.vercode}` };
  });

  app.get('/v1/qrcode/:code', async (request) => {
    const { uid } = caller(request);
    const { code } = parse(z.object({ code: z.string().max(200) }), request.params);
    if (LOGIN_CODE.test(code)) {
      const data = scanLogins.scan(code, { uid, name: accounts.name(uid) });
      return { forward: 'native', type: 'loginConfirm', data };
    }
    const [, vercode] = PERSON_CODE.exec(code) ?? [];
    if (vercode === undefined) throw refusal('二维码或已过期！');
    const user = accounts.byVercode(vercode);
    if (!user) throw refusal('用户不存在！');
    return { forward: 'native', type: 'userInfo', data: { uid: user.uid, vercode: `${vercode}@3` } };
  });
}
