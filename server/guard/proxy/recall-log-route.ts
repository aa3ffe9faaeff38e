/** `GET /v1/groups/:no/recalls`: who recalled whose message when from where, for owner and managers of the group. */
import { ApiError, refusal } from '../../business/http/errors.ts';
import { parse } from '../../business/http/validation.ts';
import { groupNo } from '../../business/groups/group-params.ts';
import { Role } from '../../business/groups/group-rows.ts';
import { type RecallLogRow, RecallLogQuery } from '../../business/messages/recall-log.ts';
import { OTHER_ORIGINS, type Routes, tokenOf } from './parts.ts';

const GROUP = 2;
const GUARD_ID = /^\d{1,15}$/;

export function recallLogRoute({ app, parts }: Routes): void {
  const { store, identities } = parts;

  app.get('/v1/groups/:no/recalls', async (request, reply): Promise<RecallLogRow[]> => {
    const no = groupNo(request);
    const query = parse(RecallLogQuery, request.query);
    const me = await identities.uidOf(tokenOf(request), { fresh: true });
    let rows;
    try {
      const role = (await store.roles(no, [me])).get(me);
      if (role !== Role.owner && role !== Role.manager) throw refusal('没有权限！', 'not_allowed');
      rows = await store.auditOf(no, GROUP, {
        before: GUARD_ID.test(query.before) ? Number(query.before) : 0,
        since: query.since * 1000,
        revoker: query.revoker,
        limit: query.limit,
      });
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new ApiError(503, '查询撤回记录失败，请稍后再试');
    }
    void reply.headers(OTHER_ORIGINS);
    return rows.map((row) => ({
      id: String(row.id),
      at: Math.floor(row.at / 1000),
      message_id: row.messageId,
      from_uid: row.fromUid,
      revoker: row.revoker,
      type: row.messageType,
      address: row.address,
    }));
  });
}
