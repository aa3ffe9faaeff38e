/** Reactions (tsdd-api.md 5.2). TSDD checks neither who reacts nor to what; here both have to be there. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { ChannelFields, MessageIdString, parse } from '../http/validation.ts';
import { type Channel, storedChannelId } from '../im-client/channel-address.ts';
import { requireAccess, storedMessages } from './message-access.ts';
import { reactionDto } from './reactions.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

const Reaction = z.object({
  message_id: MessageIdString,
  ...ChannelFields,
  emoji: z.string().trim().min(1).max(20),
});
const Sync = z.object({
  ...ChannelFields,
  seq: z.int().min(0).default(0),
  limit: z.int().min(0).default(DEFAULT_LIMIT),
});

export function reactionRoutes(app: FastifyInstance, context: Context): void {
  const { accounts, commands, extras, reactions } = context;

  app.post('/v1/reactions', async (request) => {
    const me = caller(request).uid;
    const body = parse(Reaction, request.body);
    const channel = { channelId: body.channel_id, channelType: body.channel_type };
    requireAccess(context, me, channel);
    const [message] = await storedMessages(context, me, channel, [body.message_id]);
    // Looked up after the wait: it may be recalled meanwhile.
    const extra = message && extras.find(message.messageId);
    if (!message || extra?.is_mutual_deleted === 1) throw refusal('没有读取到消息！');
    if (extra?.revoke === 1) throw refusal('消息已撤回，无法回应！', 'recalled');
    if (!reactions.toggle(message, me, body.emoji)) throw refusal('回应的人数已达到上限！', 'quota_exceeded');
    await commands.onlineToChannel(channel, me, 'syncMessageReaction');
    return OK;
  });

  app.post('/v1/reaction/sync', async (request) => {
    const me = caller(request).uid;
    const body = parse(Sync, request.body);
    const channel: Channel = { channelId: body.channel_id, channelType: body.channel_type };
    requireAccess(context, me, channel);
    const storedId = storedChannelId(me, channel);
    const limit = Math.min(body.limit === 0 ? DEFAULT_LIMIT : body.limit, MAX_LIMIT);
    return reactions.changedSince(storedId, channel.channelType, body.seq, limit).map((row) => ({
      message_id: row.message_id,
      channel_id: channel.channelId,
      channel_type: channel.channelType,
      ...reactionDto(row, (uid) => accounts.name(uid)),
    }));
  });
}
