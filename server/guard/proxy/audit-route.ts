/** `GET /v1/guard/audit`: who recalled whose message when from where, for owner and managers of the group. */
import { z } from 'zod';
import { ApiError, refusal } from '../../business/http/errors.ts';
import { Id, parse, queryInt } from '../../business/http/validation.ts';
import { Role } from '../../business/groups/group-rows.ts';
import { type Routes, tokenOf } from './parts.ts';

const GROUP = 2;
const MOST_ROWS = 200;
const Query = z.object({ channel_id: Id, before: queryInt(0), limit: queryInt(50) });

export function auditRoute({ app, parts }: Routes): void {
  const { store, identities } = parts;

  app.get('/v1/guard/audit', async (request, reply) => {
    const query = parse(Query, request.query);
    const me = await identities.uidOf(tokenOf(request), true);
    let rows;
    try {
      const role = (await store.roles(query.channel_id, [me])).get(me);
      if (role !== Role.owner && role !== Role.manager) throw refusal('没有权限！', 'not_allowed');
      rows = await store.auditOf(query.channel_id, GROUP, query.before, Math.min(query.limit, MOST_ROWS));
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new ApiError(503, '查询撤回记录失败，请稍后再试');
    }
    void reply.header('access-control-allow-origin', '*').header('access-control-allow-credentials', 'true');
    return rows.map((row) => ({
      id: row.id,
      at: Math.floor(row.at / 1000),
      message_id: row.messageId,
      from_uid: row.fromUid,
      revoker: row.revoker,
      address: row.address,
    }));
  });
}
