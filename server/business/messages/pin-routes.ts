/**
 * Pinned messages (tsdd-api.md 5.2). TSDD checks nothing in chats of two people; here the message has to be there. The
 * line that tells of a pin carries no words: a recall would not reach them.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { Role } from '../groups/group-rows.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { ChannelFields, MessageIdString, parse, Seq } from '../http/validation.ts';
import { GROUP } from '../im-client/commands.ts';
import { type Channel, storedChannelId } from '../im-client/channel-address.ts';
import { formatDate } from '../store/format.ts';
import type { History } from './history.ts';
import { requireAccess, storedMessages } from './message-access.ts';

const Pin = z.object({ message_id: MessageIdString, message_seq: Seq, ...ChannelFields });
const Sync = z.object({ ...ChannelFields, version: z.int().min(0).default(0) });
/** Messages in one answer. */
const MOST_MESSAGES = 200;

export function pinRoutes(app: FastifyInstance, context: Context, history: History): void {
  const { accounts, appConfig, commands, extras, groups, jobs, pins } = context;

  app.post('/v1/message/pinned', async (request) => {
    const me = caller(request).uid;
    const body = parse(Pin, request.body);
    const channel = { channelId: body.channel_id, channelType: body.channel_type };
    requireAccess(context, me, channel);
    requireMayPin(me, channel);
    const [message] = await storedMessages(context, me, channel, [body.message_id]);
    // Looked up after the wait: it may be recalled meanwhile.
    const extra = message && extras.find(message.messageId);
    if (!message || extra?.is_mutual_deleted === 1) throw refusal('没有读取到消息！');
    if (extra?.revoke === 1) throw refusal('消息已撤回，无法置顶！', 'recalled');
    const outcome = pins.toggle(message, appConfig.get().channel_pinned_message_max_count, () =>
      commands.queue({
        redDot: true,
        fromUid: me,
        ...channel,
        payload: {
          content: '{0} 置顶了一条消息',
          extra: [{ uid: me, name: accounts.name(me) }],
          type: 2000,
        },
      }),
    );
    if (outcome === 'full') throw refusal('置顶数量已达到上限', 'quota_exceeded');
    await Promise.all([jobs.flush(), commands.onlineToChannel(channel, me, 'syncPinnedMessage')]);
    return OK;
  });

  app.post('/v1/message/pinned/sync', async (request) => {
    const me = caller(request).uid;
    const body = parse(Sync, request.body);
    const channel = { channelId: body.channel_id, channelType: body.channel_type };
    requireAccess(context, me, channel);
    const rows = pins.changedSince(storedChannelId(me, channel), channel.channelType, body.version);
    const ids = rows.flatMap((row) => (row.is_deleted === 0 ? [row.message_id] : []));
    const messages = await history.byIds(me, channel, ids.slice(-MOST_MESSAGES));
    return {
      pinned_messages: rows.map((row) => ({
        message_id: row.message_id,
        message_seq: row.message_seq,
        channel_id: channel.channelId,
        channel_type: channel.channelType,
        is_deleted: row.is_deleted,
        version: row.version,
        created_at: formatDate(row.created_at),
        updated_at: formatDate(row.version),
      })),
      messages,
    };
  });

  app.post('/v1/message/pinned/clear', async (request) => {
    const me = caller(request).uid;
    const body = parse(z.object(ChannelFields), request.body);
    const channel = { channelId: body.channel_id, channelType: body.channel_type };
    requireAccess(context, me, channel);
    if (channel.channelType === GROUP && !isManager(me, channel))
      throw refusal('只有群主或管理员才能清空置顶消息！', 'not_allowed');
    pins.clear(storedChannelId(me, channel), channel.channelType);
    await commands.onlineToChannel(channel, me, 'syncPinnedMessage');
    return OK;
  });

  function isManager(me: string, { channelId }: Channel): boolean {
    const role = groups.role(channelId, me);
    return role === Role.owner || role === Role.manager;
  }

  function requireMayPin(me: string, channel: Channel): void {
    if (channel.channelType !== GROUP || isManager(me, channel)) return;
    if (groups.find(channel.channelId)?.allow_member_pinned_message === 1) return;
    throw refusal('普通成员不允许置顶消息！', 'not_allowed');
  }
}
