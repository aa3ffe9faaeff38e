/** Friends and friend requests (tsdd-api.md 2.2). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { fitsFilter } from '../../../shared/matching/match.ts';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { Id, parse, queryInt } from '../http/validation.ts';
import { PERSON } from '../im-client/commands.ts';
import { formatDate } from '../store/format.ts';
import { type Dto, userDetail } from './user-dto.ts';

const UidParam = z.object({ uid: Id });

export function friendRoutes(app: FastifyInstance, context: Context): void {
  const { accounts, friends, settings, commands, jobs } = context;

  app.put('/v1/friend/remark', async (request) => {
    const me = caller(request).uid;
    const { uid, remark } = parse(
      z.object({ uid: Id, remark: z.string().max(100).default('') }),
      request.body,
    );
    if (!friends.isFriend(me, uid)) throw refusal('好友信息不存在');
    context.db.transaction(() => {
      settings.change(me, { channelId: uid, channelType: PERSON }, { remark });
      commands.queueToUser(me, 'channelUpdate', { channel_id: uid, channel_type: PERSON });
    });
    await jobs.flush();
    return OK;
  });

  app.get('/v1/friend/sync', async (request) => {
    const me = caller(request).uid;
    const query = parse(
      z.object({ version: queryInt(0), limit: queryInt(1000), api_version: z.string().optional() }),
      request.query,
    );
    if (query.api_version !== '1') throw refusal('旧API已被废弃');
    const rows = friends.changedSince(me, query.version, Math.min(query.limit, 10_000));
    return friendRows(me, rows);
  });

  app.get('/v1/friend/search', async (request) => {
    const me = caller(request).uid;
    const { keyword } = parse(z.object({ keyword: z.string().max(100).default('') }), request.query);
    return friendRows(me, friends.changedSince(me, 0, 10_000)).filter((row) =>
      [row['name'], row['remark']].some((name) => fitsFilter(String(name), keyword)),
    );
  });

  function friendRows(me: string, rows: ReturnType<typeof friends.changedSince>): Dto[] {
    const users = accounts.findMany(rows.map((row) => row.to_uid));
    return rows.flatMap((row) => {
      const user = users.get(row.to_uid);
      if (!user) return [];
      return [
        {
          ...userDetail(context, me, user),
          vercode: row.vercode,
          created_at: '',
          updated_at: '',
          is_deleted: row.is_deleted,
          version: row.version,
        },
      ];
    });
  }

  app.post('/v1/friend/apply', async (request) => {
    const me = caller(request).uid;
    const body = parse(
      z.object({
        to_uid: Id,
        remark: z.string().max(200).default(''),
        vercode: z.string().max(100).default(''),
      }),
      request.body,
    );
    friends.apply(me, body.to_uid, body.remark, body.vercode);
    await jobs.flush();
    return OK;
  });

  app.get('/v1/friend/apply', async (request) => {
    const me = caller(request).uid;
    const query = parse(z.object({ page_index: queryInt(1), page_size: queryInt(20) }), request.query);
    const size = Math.min(Math.max(query.page_size, 1), 200);
    return friends.requests(me, size, (Math.max(query.page_index, 1) - 1) * size).map((row) => ({
      id: row.id,
      uid: me,
      to_uid: row.applicant,
      to_name: accounts.name(row.applicant),
      remark: row.remark,
      status: row.status,
      token: row.token,
      created_at: formatDate(row.created_at),
    }));
  });

  app.put('/v1/friend/refuse/:uid', async (request) => {
    friends.refuse(caller(request).uid, parse(UidParam, request.params).uid);
    return OK;
  });

  app.delete('/v1/friend/apply/:uid', async (request) => {
    friends.forgetRequest(caller(request).uid, parse(UidParam, request.params).uid);
    return OK;
  });

  app.post('/v1/friend/sure', async (request) => {
    const me = caller(request).uid;
    friends.accept(me, parse(z.object({ token: Id }), request.body).token);
    await jobs.flush();
    return OK;
  });

  app.delete('/v1/friends/:uid', async (request) => {
    const me = caller(request).uid;
    const { uid } = parse(UidParam, request.params);
    if (!friends.isFriend(me, uid)) throw refusal('好友信息不存在');
    friends.remove(me, uid);
    await jobs.flush();
    return OK;
  });

  app.get('/v1/user/reddot/friendApply', async (request) => {
    const count = friends.reddot(caller(request).uid);
    return { count, is_dot: count > 0 ? 1 : 0 };
  });

  app.delete('/v1/user/reddot/friendApply', async (request) => {
    friends.clearReddot(caller(request).uid);
    return OK;
  });
}
