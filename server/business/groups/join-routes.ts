/** Ways into a group besides being added: invitations to confirm, QR codes (tsdd-api.md 3.2). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { Id, parse } from '../http/validation.ts';
import { formatDate } from '../store/format.ts';
import { groupNo, Uids } from './group-params.ts';
import { ShortCodes } from './short-codes.ts';

const CONFIRM_MS = 5 * 60_000;
const REMARK_MAX = 200;

const AuthCode = z.object({ auth_code: z.string().max(100).default('') });
const InviteNo = z.object({ invite_no: Id });

export function joinRoutes(app: FastifyInstance, context: Context): void {
  const { groups, groupCodes, invitations, jobs } = context;
  const confirmCodes = new ShortCodes<{ inviteNo: string; by: string }>(CONFIRM_MS, context.now);

  app.post('/v1/groups/:no/member/invite', async (request) => {
    const me = caller(request).uid;
    const body = parse(
      z.object({ uids: Uids, remark: z.string().max(REMARK_MAX).default('') }),
      request.body,
    );
    invitations.add(groupNo(request), me, body.uids, body.remark);
    await jobs.flush();
    return OK;
  });

  app.get('/v1/groups/:no/member/h5confirm', async (request) => {
    const by = caller(request).uid;
    const no = groupNo(request);
    const { invite_no: inviteNo } = parse(InviteNo, request.query);
    groups.requireManager(no, by, '你不是群主或管理员！');
    if (invitations.groupOf(inviteNo, by) !== no) throw refusal('没有查到邀请信息！');
    const code = confirmCodes.give({ inviteNo, by });
    const page = `${request.protocol}://${request.host}/invite_detail.html`;
    return { url: `${page}?invite_no=${inviteNo}&auth_code=${code}` };
  });

  // Not without a token, as with TSDD: the line that names the invitation reaches every member's connection.
  app.get('/v1/group/invites/:invite_no', async (request) => {
    const me = caller(request).uid;
    return invitations.detail(parse(InviteNo, request.params).invite_no, me);
  });

  const byConfirmCode = (query: unknown): { inviteNo: string; by: string } => {
    const found = confirmCodes.find(parse(AuthCode, query).auth_code);
    if (!found) throw refusal('获取授权信息失败！');
    return found;
  };

  // The code says who: no token, as with TSDD.
  app.post('/v1/group/invite/sure', async (request) => {
    const { inviteNo, by } = byConfirmCode(request.query);
    await invitations.confirm(inviteNo, by);
    await jobs.flush();
    return OK;
  });

  // Not in TSDD.
  app.post('/v1/group/invite/refuse', async (request) => {
    const { inviteNo, by } = byConfirmCode(request.query);
    invitations.refuse(inviteNo, by);
    return OK;
  });

  app.get('/v1/groups/:no/qrcode', async (request) => {
    const me = caller(request).uid;
    const { code, day, expire } = groupCodes.show(groupNo(request), me);
    // scan_approval is not in TSDD, where a code lets nobody in while invitations have to be confirmed.
    const qrcode = `${request.protocol}://${request.host}/v1/qrcode/${code}`;
    return { day, qrcode, expire, scan_approval: 1 };
  });

  // TSDD tells everybody; here whoever has scanned a code of the group learns what a card of it shows.
  app.get('/v1/groups/:no/detail', async (request) => {
    const no = groupNo(request);
    groupCodes.scanOf(no, parse(AuthCode, request.query).auth_code);
    const group = groups.find(no);
    if (!group) throw refusal('群不存在');
    return {
      group_no: no,
      name: group.name,
      notice: '',
      forbidden: group.forbidden,
      invite: group.invite,
      created_at: formatDate(group.created_at),
      updated_at: formatDate(group.updated_at),
      member_count: groups.members(no).length,
      version: group.version,
    };
  });

  // The code says who: no token, as with TSDD.
  app.get('/v1/groups/:no/scanjoin', async (request) => {
    const no = groupNo(request);
    const { auth_code: code } = parse(AuthCode, request.query);
    const { maker, uid } = groupCodes.scanOf(no, code);
    if (groups.isMember(no, uid)) throw refusal('已经在群内，不能再加入！', 'already_member');
    if (groups.find(no)?.invite === 1) {
      invitations.addByCode(no, maker, uid);
      groupCodes.endScan(code);
      await jobs.flush();
      // Nobody has joined: a client that knows no such thing shows the words.
      throw refusal('已提交入群申请，请等待群主或管理员确认', 'waits_for_approval');
    }
    await groups.joinByCode(no, maker, uid);
    groupCodes.endScan(code);
    await jobs.flush();
    return OK;
  });
}
