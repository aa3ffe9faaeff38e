/** Read receipts, typing and sending by programs (tsdd-api.md 5.2). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { ChannelFields, Id, MessageIdString, parse, queryInt } from '../http/validation.ts';
import { GROUP, PERSON } from '../im-client/commands.ts';
import { Role } from '../groups/group-rows.ts';
import type { Channel } from '../im-client/channel-address.ts';
import { requireAccess, storedMessages } from './message-access.ts';
import { reactionRoutes } from './reaction-routes.ts';
import { requireSafePayload } from './payload-guard.ts';

const Readed = z.object({ ...ChannelFields, message_ids: z.array(MessageIdString).min(1).max(1000) });

export function messageRoutes(app: FastifyInstance, context: Context): void {
  const { extras, groups, im, commands, accounts } = context;
  reactionRoutes(app, context);

  app.post('/v1/message/readed', async (request) => {
    const me = caller(request).uid;
    const body = parse(Readed, request.body);
    const channel = { channelId: body.channel_id, channelType: body.channel_type };
    requireAccess(context, me, channel);
    const messages = await storedMessages(context, me, channel, body.message_ids);
    if (messages.length === 0) throw refusal('没有读取到消息！');
    const news = extras.markRead(
      messages.filter((message) => message.fromUid !== me && message.fromUid !== ''),
      me,
    );
    if (news.length === 0) return OK;
    if (channel.channelType === PERSON) await commands.onlineToChannel(channel, me, 'syncMessageExtra');
    else {
      const authors = [...new Set(news.map((message) => message.fromUid))];
      await commands.onlineToUsers(authors, 'syncMessageExtra', {
        channel_id: channel.channelId,
        channel_type: channel.channelType,
      });
    }
    return OK;
  });

  // Nobody is told: the account's other devices read it with the history, as with TSDD.
  app.put('/v1/message/voicereaded', async (request) => {
    const me = caller(request).uid;
    const body = parse(z.object({ ...ChannelFields, message_id: MessageIdString }), request.body);
    const channel = { channelId: body.channel_id, channelType: body.channel_type };
    requireAccess(context, me, channel);
    const [message] = await storedMessages(context, me, channel, [body.message_id]);
    if (!message) throw refusal('没有读取到消息！');
    extras.markHeard([message.messageId], me);
    return OK;
  });

  app.get('/v1/messages/:message_id/receipt', async (request) => {
    const me = caller(request).uid;
    const { message_id } = parse(z.object({ message_id: MessageIdString }), request.params);
    const query = parse(
      z.object({ readed: queryInt(1), page_index: queryInt(1), page_size: queryInt(100) }),
      request.query,
    );
    const extra = extras.find(message_id);
    if (!extra || query.readed === 0) return [];
    const allowed =
      extra.channel_type === GROUP
        ? groups.isMember(extra.channel_id, me)
        : extra.channel_id.split('@').includes(me);
    if (!allowed) throw refusal('没有权限！', 'not_allowed');
    const size = Math.min(Math.max(query.page_size, 1), 1000);
    const uids = extras.readers(message_id, size, (Math.max(query.page_index, 1) - 1) * size);
    return uids.map((uid) => ({ uid, name: accounts.name(uid) }));
  });

  app.post('/v1/message/typing', async (request) => {
    const me = caller(request).uid;
    const body = parse(z.object(ChannelFields), request.body);
    const channel = { channelId: body.channel_id, channelType: body.channel_type };
    requireAccess(context, me, channel);
    await commands.onlineToChannel(channel, undefined, 'typing', {
      channel_id: channel.channelType === PERSON ? me : channel.channelId,
      channel_type: channel.channelType,
      from_name: accounts.name(me),
      from_uid: me,
    });
    return OK;
  });

  // For programs: the token travels in the body. Checks what the IM server checks for a socket, which an API send
  // skips.
  app.post('/v1/message/send', async (request) => {
    const body = parse(
      z.object({
        token: z.string().min(1),
        receive_channel_id: Id,
        receive_channel_type: ChannelFields.channel_type,
        payload: z.record(z.string(), z.unknown()),
      }),
      request.body,
    );
    const sender = context.sessions.find(body.token);
    if (!sender) throw refusal('请先登录！', 'bad_token');
    const channel = { channelId: body.receive_channel_id, channelType: body.receive_channel_type };
    const payload = requireSafePayload(body.payload, 'payload');
    requireMaySend(sender.uid, channel);
    await im.send({
      redDot: true,
      fromUid: sender.uid,
      channelId: channel.channelId,
      channelType: channel.channelType,
      payload,
    });
    return OK;
  });

  function requireMaySend(uid: string, channel: Channel): void {
    if (channel.channelType === PERSON) {
      if (!accounts.find(channel.channelId)) throw refusal('用户不存在！');
      if (context.friends.isBlocked(channel.channelId, uid)) throw refusal('没有权限！', 'not_allowed');
      return;
    }
    const member = groups.requireMember(channel.channelId, uid);
    const group = groups.find(channel.channelId);
    const muted =
      member.forbidden_expir_time * 1000 > context.now() ||
      (group?.forbidden === 1 && member.role === Role.member);
    if (group?.status !== 1 || muted) throw refusal('没有权限！', 'not_allowed');
  }
}
