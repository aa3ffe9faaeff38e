/**
 * Who recalled whose message in a group, for owner and managers: no words, only the kind. Not in TSDD (there the route
 * answers 404); a recall guard in front of one has it (docs/guard.md).
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { refusal } from '../http/errors.ts';
import { parse, queryInt } from '../http/validation.ts';
import type { ExtraRow } from './message-extras.ts';
import { groupNo } from '../groups/group-params.ts';
import { Role } from '../groups/group-rows.ts';

const MOST_ROWS = 200;
const GROUP = 2;

export const RecallLogQuery = z.object({
  /** The `id` of the last row that is known; '' = from the newest. */
  before: z.string().max(60).default(''),
  /** Unix seconds. */
  since: queryInt(0),
  /** Only those of one person; '' = everybody's. */
  revoker: z.string().max(100).default(''),
  limit: queryInt(50).transform((limit) => Math.min(limit, MOST_ROWS)),
});

export interface RecallLogRow {
  /** Opaque; `before` of the next page. */
  id: string;
  /** Unix seconds. */
  at: number;
  message_id: string;
  from_uid: string;
  revoker: string;
  /** `type` of the payload; 0 = not known. */
  type: number;
  /** Network address of the one who recalled; absent where the server does not keep it. */
  address?: string;
}

type RecalledRow = Pick<ExtraRow, 'message_id' | 'from_uid' | 'revoker' | 'revoked_at' | 'payload_type'>;

export function recallLogRoute(app: FastifyInstance, { db, groups }: Context): void {
  app.get('/v1/groups/:no/recalls', async (request): Promise<RecallLogRow[]> => {
    const no = groupNo(request);
    const role = groups.role(no, caller(request).uid);
    if (role !== Role.owner && role !== Role.manager) throw refusal('没有权限！', 'not_allowed');
    const query = parse(RecallLogQuery, request.query);
    const [at = '', messageId = ''] = query.before.split('-');
    const rows = db.all<RecalledRow>(
      `SELECT message_id, from_uid, revoker, revoked_at, payload_type FROM message_extra
       WHERE channel_id = ?1 AND channel_type = ?2 AND revoke = 1 AND revoked_at >= ?3 AND (?4 = '' OR revoker = ?4)
         AND (revoked_at, message_id) < (?5, ?6)
       ORDER BY revoked_at DESC, message_id DESC LIMIT ?7`,
      no,
      GROUP,
      query.since * 1000,
      query.revoker,
      Number(at) || Number.MAX_SAFE_INTEGER,
      messageId,
      query.limit,
    );
    return rows.map((row) => ({
      id: `${row.revoked_at}-${row.message_id}`,
      at: Math.floor(row.revoked_at / 1000),
      message_id: row.message_id,
      from_uid: row.from_uid,
      revoker: row.revoker,
      type: row.payload_type,
    }));
  });
}
