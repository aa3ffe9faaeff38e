/** QR codes (TSDD `modules/qrcode`): what one's own says, and what a scanned one leads to: person, group, sign-in. */
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

  /** As TSDD: who is in the group is led to it, everybody else to a page that asks for `scanjoin`. */
  function groupOf(code: string, me: string, origin: string): Record<string, unknown> | null {
    const found = context.groupCodes.scan(code, me);
    if (!found) return null;
    const { groupNo, authCode } = found;
    if (authCode === null) return { forward: 'native', type: 'group', data: { group_no: groupNo } };
    const url = `${origin}/join_group.html?group_no=${groupNo}&auth_code=${authCode}`;
    return { forward: 'h5', type: 'webview', data: { url } };
  }

  app.get('/v1/qrcode/:code', async (request) => {
    const { uid } = caller(request);
    const { code } = parse(z.object({ code: z.string().max(200) }), request.params);
    const [, vercode] = PERSON_CODE.exec(code) ?? [];
    if (vercode === undefined) {
      const group = groupOf(code, uid, `${request.protocol}://${request.host}`);
      if (group) return group;
      if (!LOGIN_CODE.test(code)) throw refusal('二维码或已过期！', 'code_over');
      const data = scanLogins.scan(code, { uid, name: accounts.name(uid) });
      return { forward: 'native', type: 'loginConfirm', data };
    }
    const user = accounts.byVercode(vercode);
    if (!user) throw refusal('用户不存在！');
    return { forward: 'native', type: 'userInfo', data: { uid: user.uid, vercode: `${vercode}@3` } };
  });
}
