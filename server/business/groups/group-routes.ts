/** Group routes and the channel lookup (tsdd-api.md 2.2, 3.2). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { definedOnly, PersonalSetting } from '../contacts/contact-routes.ts';
import { personChannel } from '../contacts/user-dto.ts';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { Flag01, Id, parse, queryInt } from '../http/validation.ts';
import { GROUP, PERSON } from '../im-client/commands.ts';
import { groupChannel, groupDto, memberDtos } from './group-dto.ts';

const Uids = z.array(Id).min(1).max(1000);
const Members = z.object({ members: Uids });
const NAME_MAX = 40;
const NOTICE_MAX = 2000;
const GroupInfo = z.object({
  name: z.string().trim().min(1).max(NAME_MAX).optional(),
  notice: z.string().max(NOTICE_MAX).optional(),
  invite: z.enum(['0', '1']).optional(),
});
const GroupSetting = PersonalSetting.extend({
  save: Flag01.optional(),
  show_nick: Flag01.optional(),
  join_group_remind: Flag01.optional(),
  forbidden: Flag01.optional(),
  invite: Flag01.optional(),
  forbidden_add_friend: Flag01.optional(),
  allow_view_history_msg: Flag01.optional(),
  allow_member_pinned_message: Flag01.optional(),
});
const MUTE_SECONDS: Record<number, { text: string; seconds: number }> = {
  1: { text: '1分钟', seconds: 60 },
  2: { text: '10分钟', seconds: 600 },
  3: { text: '1小时', seconds: 3600 },
  4: { text: '1天', seconds: 86_400 },
  5: { text: '1周', seconds: 604_800 },
  6: { text: '30天', seconds: 2_592_000 },
};

const groupNo = (request: FastifyRequest): string => parse(z.object({ no: Id }), request.params).no;

export function groupRoutes(app: FastifyInstance, context: Context): void {
  const { groups, settings, commands, jobs, accounts } = context;

  app.get('/v1/channels/:id/:type', async (request) => {
    const me = caller(request).uid;
    const { id, type } = parse(z.object({ id: Id, type: z.string() }), request.params);
    if (type === String(PERSON)) {
      const user = accounts.find(id);
      if (!user) throw refusal('用户信息不存在！');
      return personChannel(context, me, user);
    }
    const group = type === String(GROUP) ? groups.find(id) : null;
    // Whoever never was a member learns no more than about a group that does not exist.
    if (!group || !groups.member(id, me)) throw refusal('频道不存在！');
    return groupChannel(context, me, group);
  });

  app.post('/v1/group/create', async (request) => {
    const me = caller(request).uid;
    const body = parse(Members.extend({ name: z.string().trim().max(NAME_MAX).default('') }), request.body);
    const group = await groups.create(me, body.members, body.name);
    await jobs.flush();
    return groupDto(context, me, group);
  });

  app.get('/v1/group/my', async (request) => {
    const me = caller(request).uid;
    return groups
      .groupsOf(me)
      .filter((no) => settings.get(me, { channelId: no, channelType: GROUP }).save === 1)
      .flatMap((no) => groups.find(no) ?? [])
      .map((group) => groupDto(context, me, group));
  });

  app.get('/v1/group/forbidden_times', async (request) => {
    caller(request);
    return Object.entries(MUTE_SECONDS).map(([key, { text }]) => ({ text, key: Number(key) }));
  });

  app.get('/v1/groups/:no', async (request, reply) => {
    const me = caller(request).uid;
    const group = groups.find(groupNo(request));
    // TSDD answers a literal null for an unknown group.
    if (!group) return reply.type('application/json; charset=utf-8').send('null');
    if (!groups.member(group.group_no, me)) throw refusal('群不存在或你不是群成员！', 'not_member');
    return groupDto(context, me, group, true);
  });

  app.get('/v1/groups/:no/membersync', async (request) => {
    const me = caller(request).uid;
    const no = groupNo(request);
    const query = parse(z.object({ version: queryInt(0), limit: queryInt(100) }), request.query);
    groups.requireMember(no, me);
    return memberDtos(
      context,
      groups.membersChangedSince(no, query.version, Math.min(query.limit || 100, 10_000)),
    );
  });

  app.get('/v1/groups/:no/members', async (request) => {
    const me = caller(request).uid;
    const no = groupNo(request);
    const query = parse(
      z.object({ keyword: z.string().max(100).default(''), page: queryInt(1), limit: queryInt(100) }),
      request.query,
    );
    groups.requireMember(no, me);
    const limit = Math.min(Math.max(query.limit, 1), 1000);
    const found = memberDtos(context, groups.members(no)).filter((row) =>
      [row['name'], row['remark']].some((text) => String(text).includes(query.keyword)),
    );
    return found.slice((Math.max(query.page, 1) - 1) * limit, Math.max(query.page, 1) * limit);
  });

  app.post('/v1/groups/:no/members', async (request) => {
    const me = caller(request).uid;
    await groups.addMembers(groupNo(request), me, parse(Members, request.body).members);
    await jobs.flush();
    return OK;
  });

  const removeMembers = async (request: FastifyRequest) => {
    const me = caller(request).uid;
    groups.removeMembers(groupNo(request), me, parse(Members, request.body).members);
    await jobs.flush();
    return OK;
  };
  app.delete('/v1/groups/:no/members', removeMembers);
  app.post('/v1/groups/:no/members_delete', removeMembers);

  app.post('/v1/groups/:no/exit', async (request) => {
    groups.exit(groupNo(request), caller(request).uid);
    await jobs.flush();
    return OK;
  });

  app.delete('/v1/groups/:no/disband', async (request) => {
    groups.disband(groupNo(request), caller(request).uid);
    await jobs.flush();
    return OK;
  });

  app.post('/v1/groups/:no/transfer/:uid', async (request) => {
    const me = caller(request).uid;
    const { uid } = parse(z.object({ uid: Id }), request.params);
    groups.transfer(groupNo(request), me, uid);
    await jobs.flush();
    return OK;
  });

  for (const [method, on] of [
    ['POST', true],
    ['DELETE', false],
  ] as const) {
    app.route({
      method,
      url: '/v1/groups/:no/managers',
      handler: async (request) => {
        const me = caller(request).uid;
        groups.setManagers(groupNo(request), me, parse(Uids, request.body), on);
        await jobs.flush();
        return OK;
      },
    });
  }

  app.put('/v1/groups/:no', async (request) => {
    const me = caller(request).uid;
    const no = groupNo(request);
    const body = parse(GroupInfo, request.body);
    for (const key of ['name', 'notice', 'invite'] as const) {
      const value = body[key];
      if (value !== undefined) groups.changeInfo(no, me, key, value);
    }
    await jobs.flush();
    return OK;
  });

  app.put('/v1/groups/:no/setting', async (request) => {
    const me = caller(request).uid;
    const no = groupNo(request);
    const {
      forbidden,
      invite,
      forbidden_add_friend,
      allow_view_history_msg,
      allow_member_pinned_message,
      ...personal
    } = parse(GroupSetting, request.body);
    groups.requireMember(no, me);
    const rules = { forbidden_add_friend, allow_view_history_msg, allow_member_pinned_message };
    context.db.transaction(() => {
      const changes = definedOnly(personal);
      if (Object.keys(changes).length > 0) {
        settings.change(me, { channelId: no, channelType: GROUP }, changes);
        commands.queueToUser(me, 'channelUpdate', { channel_id: no, channel_type: GROUP });
      }
      if (forbidden !== undefined) groups.changeInfo(no, me, 'forbidden', String(forbidden));
      if (invite !== undefined) groups.changeInfo(no, me, 'invite', String(invite));
      for (const key of [
        'forbidden_add_friend',
        'allow_view_history_msg',
        'allow_member_pinned_message',
      ] as const) {
        const value = rules[key];
        if (value !== undefined) groups.changeRule(no, me, key, value);
      }
    });
    await jobs.flush();
    return OK;
  });

  app.put('/v1/groups/:no/members/:uid', async (request) => {
    const me = caller(request).uid;
    const { uid } = parse(z.object({ uid: Id }), request.params);
    const { remark } = parse(z.object({ remark: z.string().max(NAME_MAX) }), request.body);
    groups.setNickname(groupNo(request), me, uid, remark);
    await jobs.flush();
    return OK;
  });

  app.post('/v1/groups/:no/forbidden/:on', async (request) => {
    const me = caller(request).uid;
    const { on } = parse(z.object({ on: z.enum(['0', '1']) }), request.params);
    groups.changeInfo(groupNo(request), me, 'forbidden', on);
    await jobs.flush();
    return OK;
  });

  app.post('/v1/groups/:no/forbidden_with_member', async (request) => {
    const me = caller(request).uid;
    const body = parse(
      z.object({ member_uid: Id, action: Flag01, key: z.int().min(0).max(6).default(0) }),
      request.body,
    );
    const span = MUTE_SECONDS[body.key];
    if (body.action === 1 && !span) throw refusal('禁言时长不正确！');
    const until = body.action === 1 && span ? Math.floor(context.now() / 1000) + span.seconds : 0;
    groups.muteMember(groupNo(request), me, body.member_uid, until);
    await jobs.flush();
    return OK;
  });
}
