/** Groups as a whole and the channel lookup (tsdd-api.md 2.2, 3.2), and the routes of what belongs to them. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { definedOnly, PersonalSetting } from '../contacts/personal-setting.ts';
import { personChannel } from '../contacts/user-dto.ts';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { Flag01, Id, parse } from '../http/validation.ts';
import { GROUP, PERSON } from '../im-client/commands.ts';
import { groupChannel, groupDto } from './group-dto.ts';
import { groupNo, Members, NAME_MAX } from './group-params.ts';
import { joinRoutes } from './join-routes.ts';
import { memberRoutes } from './member-routes.ts';
import { noticeRoutes } from './notice-routes.ts';

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

export function groupRoutes(app: FastifyInstance, context: Context): void {
  const { groups, settings, commands, jobs, accounts } = context;
  memberRoutes(app, context);
  joinRoutes(app, context);
  noticeRoutes(app, context);

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

  app.get('/v1/groups/:no', async (request, reply) => {
    const me = caller(request).uid;
    const group = groups.find(groupNo(request));
    // TSDD answers a literal null for an unknown group.
    if (!group) return reply.type('application/json; charset=utf-8').send('null');
    if (!groups.member(group.group_no, me)) throw refusal('群不存在或你不是群成员！', 'not_member');
    return groupDto(context, me, group, true);
  });

  app.post('/v1/groups/:no/exit', async (request) => {
    const me = caller(request).uid;
    const no = groupNo(request);
    context.db.transaction(() => {
      groups.exit(no, me);
      if (settings.get(me, { channelId: no, channelType: GROUP }).save === 1)
        settings.change(me, { channelId: no, channelType: GROUP }, { save: 0 });
    });
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

  app.post('/v1/groups/:no/forbidden/:on', async (request) => {
    const me = caller(request).uid;
    const { on } = parse(z.object({ on: z.enum(['0', '1']) }), request.params);
    groups.changeInfo(groupNo(request), me, 'forbidden', on);
    await jobs.flush();
    return OK;
  });
}
