/** Conversation list, read position, drafts (tsdd-api.md 4). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { userDetail } from '../contacts/user-dto.ts';
import type { Context } from '../context.ts';
import { groupDto } from '../groups/group-dto.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { rawInteger } from '../../../shared/exact-json.ts';
import { ChannelFields, Id, parse, Seq } from '../http/validation.ts';
import { GROUP, PERSON } from '../im-client/commands.ts';
import type { ImConversation } from '../im-client/im-api.ts';
import type { History } from '../messages/history.ts';
import { nextVersion } from '../store/database.ts';

const Sync = z.object({
  version: z.union([z.int().min(0), z.number().min(0), z.string().regex(/^\d{1,19}$/)]).default(0),
  last_msg_seqs: z.string().max(500_000).default(''),
  msg_count: z.int().min(0).default(0),
  device_uuid: z.string().max(200).optional(),
});
const ClearUnread = z.object({
  ...ChannelFields,
  unread: z.int().min(0).default(0),
  message_seq: Seq.default(0),
});
const ExtraBody = z.object({
  browse_to: Seq.default(0),
  keep_message_seq: Seq.default(0),
  keep_offset_y: z.int().default(0),
  draft: z.string().max(1000).default(''),
});

interface ExtraRow {
  channel_id: string;
  channel_type: number;
  browse_to: number;
  keep_message_seq: number;
  keep_offset_y: number;
  draft: string;
  version: number;
}
const EXTRA_COLUMNS = 'channel_id, channel_type, browse_to, keep_message_seq, keep_offset_y, draft, version';

export function conversationRoutes(app: FastifyInstance, context: Context, history: History): void {
  const { im, db, groups, settings, accounts, commands, jobs } = context;

  app.post('/v1/conversation/sync', async (request) => {
    const me = caller(request).uid;
    const body = parse(Sync, request.body);
    const rows = await im.conversations(me, {
      version: Number(body.version),
      lastMsgSeqs: body.last_msg_seqs,
      // WuKongIM leaves out conversations without recents, so that 0 would answer an empty list.
      msgCount: Math.min(Math.max(body.msg_count, 1), 200),
    });
    const mine = rows.filter((row) => isShown(me, row));
    const recents = history.recents(me, mine);
    const extras = new Map(
      conversationExtras(me, 0).map((row) => [`${row.channel_type}/${row.channel_id}`, row]),
    );
    const conversations = mine.map((row) => {
      const setting = settings.get(me, { channelId: row.channel_id, channelType: row.channel_type });
      const extra = extras.get(`${row.channel_type}/${row.channel_id}`);
      const version = String(row.version);
      return {
        channel_id: row.channel_id,
        channel_type: row.channel_type,
        ...(row.unread > 0 ? { unread: row.unread } : {}),
        ...(setting.mute === 1 ? { mute: 1 } : {}),
        ...(setting.top === 1 ? { stick: 1 } : {}),
        timestamp: row.timestamp,
        last_msg_seq: row.last_msg_seq,
        last_client_msg_no: row.last_client_msg_no,
        offset_msg_seq: Math.max(
          row.offset_msg_seq,
          history.cleared.upTo(me, { channelId: row.channel_id, channelType: row.channel_type }),
        ),
        ...(version === '0' ? {} : { version: rawInteger(version) }),
        recents: recents.get(row) ?? [],
        ...(extra ? { extra } : {}),
      };
    });
    const users = accounts.findMany(
      mine.filter((row) => row.channel_type === PERSON).map((row) => row.channel_id),
    );
    return {
      uid: me,
      conversations,
      users: [...users.values()].map((user) => userDetail(context, me, user, true)),
      groups: mine
        .filter((row) => row.channel_type === GROUP)
        .flatMap((row) => groups.find(row.channel_id) ?? [])
        .map((group) => groupDto(context, me, group)),
      channel_status: [],
    };
  });

  function isShown(me: string, row: ImConversation): boolean {
    if (row.channel_type === GROUP) return groups.isMember(row.channel_id, me);
    return row.channel_type === PERSON && accounts.find(row.channel_id) !== null;
  }

  const clearUnread = async (request: FastifyRequest) => {
    const me = caller(request).uid;
    const body = parse(ClearUnread, request.body);
    if (body.channel_type === GROUP) groups.requireMember(body.channel_id, me);
    await im.setUnread(me, body.channel_id, body.channel_type, body.unread, body.message_seq);
    await commands.onlineToUser(me, 'unreadClear', {
      channel_id: body.channel_id,
      channel_type: body.channel_type,
      unread: body.unread,
      // More than TSDD says, for devices that look at it: what came while this was asked is not read.
      ...(body.message_seq > 0 ? { message_seq: body.message_seq } : {}),
    });
    return OK;
  };
  // TSDD's spelling; its clients use it.
  app.put('/v1/coversation/clearUnread', clearUnread);
  app.put('/v1/conversation/clearUnread', clearUnread);

  const Address = z.object({
    id: Id,
    type: z.enum(['1', '2'], { error: '频道类型只能是 1 或 2' }).transform(Number),
  });

  app.delete('/v1/conversations/:id/:type', async (request) => {
    const me = caller(request).uid;
    const { id, type } = parse(Address, request.params);
    await im.deleteConversation(me, id, type);
    commands.queueToUser(me, 'conversationDeleted', { channel_id: id, channel_type: type });
    await jobs.flush();
    return OK;
  });

  app.post('/v1/conversations/:id/:type/extra', async (request) => {
    const me = caller(request).uid;
    const { id, type } = parse(Address, request.params);
    const body = parse(ExtraBody, request.body);
    if (type === GROUP) groups.requireMember(id, me);
    else if (!accounts.find(id)) throw refusal('用户不存在！');
    const version = db.transaction(() => {
      const next = nextVersion(db, 'conversation');
      db.run(
        `INSERT INTO conversation_extra(uid, channel_id, channel_type, browse_to, keep_message_seq, keep_offset_y, draft, version)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT(uid, channel_type, channel_id) DO UPDATE SET browse_to = max(browse_to, excluded.browse_to),
           keep_message_seq = excluded.keep_message_seq, keep_offset_y = excluded.keep_offset_y, draft = excluded.draft,
           version = excluded.version`,
        me,
        id,
        type,
        body.browse_to,
        body.keep_message_seq,
        body.keep_offset_y,
        body.draft,
        next,
      );
      return next;
    });
    await commands.onlineToUser(me, 'syncConversationExtra');
    return { version };
  });

  app.post('/v1/conversation/extra/sync', async (request) => {
    const me = caller(request).uid;
    const { version } = parse(z.object({ version: z.int().min(0).default(0) }), request.body ?? {});
    return conversationExtras(me, version);
  });

  // In TSDD's default configuration an acknowledgement changes nothing (tsdd-api.md 4.2); neither does it here.
  app.post('/v1/conversation/syncack', async (request) => {
    caller(request);
    return OK;
  });

  function conversationExtras(uid: string, version: number): ExtraRow[] {
    return db.all<ExtraRow>(
      `SELECT ${EXTRA_COLUMNS} FROM conversation_extra WHERE uid = ? AND version > ? ORDER BY version`,
      uid,
      version,
    );
  }
}
