/** Members of a group: lists, invitations, roles, mutes (tsdd-api.md 3.2). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { fitsFilter } from '../../../shared/matching/match.ts';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { Flag01, Id, parse, queryInt } from '../http/validation.ts';
import { memberDtos } from './group-dto.ts';
import { MemberStatus } from './group-rows.ts';
import { groupNo, Members, NAME_MAX, Uids } from './group-params.ts';

const MUTES: Record<number, { text: string; seconds: number | null }> = {
  // As long as `shortestMute` says.
  1: { text: '1分钟', seconds: null },
  2: { text: '10分钟', seconds: 600 },
  3: { text: '1小时', seconds: 3600 },
  4: { text: '1天', seconds: 86_400 },
  5: { text: '1周', seconds: 604_800 },
  6: { text: '30天', seconds: 2_592_000 },
};

export function memberRoutes(app: FastifyInstance, context: Context): void {
  const { groups, jobs } = context;

  app.get('/v1/group/forbidden_times', async (request) => {
    caller(request);
    return Object.entries(MUTES).map(([key, { text }]) => ({ text, key: Number(key) }));
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
    const listed = groups.members(no).filter(({ status }) => status === MemberStatus.normal);
    const found = memberDtos(context, listed).filter((row) =>
      [row['name'], row['remark']].some((name) => fitsFilter(String(name), query.keyword)),
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

  app.post('/v1/groups/:no/blacklist/:action', async (request) => {
    const me = caller(request).uid;
    const { action } = parse(z.object({ action: z.enum(['add', 'remove']) }), request.params);
    const { uids } = parse(z.object({ uids: Uids }), request.body);
    groups.setBlacklisted(groupNo(request), me, uids, action === 'add');
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

  app.post('/v1/groups/:no/forbidden_with_member', async (request) => {
    const me = caller(request).uid;
    const body = parse(
      z.object({ member_uid: Id, action: Flag01, key: z.int().min(0).max(6).default(0) }),
      request.body,
    );
    const span = MUTES[body.key];
    if (body.action === 1 && !span) throw refusal('禁言时长不正确！');
    const seconds = span?.seconds ?? context.config.shortestMute;
    const until = body.action === 1 ? Math.floor(context.now() / 1000) + seconds : 0;
    groups.muteMember(groupNo(request), me, body.member_uid, until);
    await jobs.flush();
    return OK;
  });
}
