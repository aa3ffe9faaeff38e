/** Recall, deletion and edit of a message (tsdd-api.md 5.2). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { ChannelFields, MessageIdString, parse, Seq } from '../http/validation.ts';
import { GROUP } from '../im-client/commands.ts';
import { eraseBody } from '../im-client/im-api.ts';
import { Role } from '../groups/group-rows.ts';
import type { Channel } from '../im-client/channel-address.ts';
import { requireAccess, storedMessages } from './message-access.ts';
import { parseSafePayload } from './payload-guard.ts';
import type { Recall } from './recall.ts';
import { readRevokeQuery } from './revoke-query.ts';

const DeleteItem = z.object({ message_id: MessageIdString, ...ChannelFields, message_seq: Seq.default(0) });
const Edit = DeleteItem.extend({ content_edit: z.string().min(1).max(1_000_000) });

export function changeRoutes(app: FastifyInstance, context: Context, recall: Recall): void {
  const { extras, commands, jobs, groups, pins, reactions } = context;

  app.post('/v1/message/revoke', async (request) => {
    const me = caller(request).uid;
    await recall.recall(me, readRevokeQuery(request.query));
    return OK;
  });

  app.delete('/v1/message', async (request) => {
    const me = caller(request).uid;
    const items = parse(z.array(DeleteItem).min(1).max(1000), request.body);
    const channels = Map.groupBy(items, (item) => `${item.channel_type}/${item.channel_id}`);
    for (const [item] of channels.values())
      if (item) requireAccess(context, me, { channelId: item.channel_id, channelType: item.channel_type });
    // Only messages that are there: a row for every id that somebody makes up would be kept for ever.
    for (const inChannel of channels.values()) {
      const [item] = inChannel;
      if (!item) continue;
      const channel = { channelId: item.channel_id, channelType: item.channel_type };
      const ids = inChannel.map((each) => each.message_id);
      const stored = await storedMessages(context, me, channel, ids);
      extras.deleteForUser(
        stored.map((each) => each.messageId),
        me,
      );
    }
    await commands.onlineToUser(me, 'messageDeleted', {
      messages: items.map(({ message_id, channel_id, channel_type, message_seq }) => ({
        message_id,
        channel_id,
        channel_type,
        message_seq,
      })),
    });
    return OK;
  });

  // The author, in a group also owner and managers over lower roles; TSDD lets either side of a person chat delete the
  // other's words.
  app.delete('/v1/message/mutual', async (request) => {
    const me = caller(request).uid;
    const body = parse(DeleteItem, request.body);
    const channel = { channelId: body.channel_id, channelType: body.channel_type };
    requireAccess(context, me, channel);
    const messages = await storedMessages(context, me, channel, [body.message_id]);
    const [message] = messages;
    if (!message) throw refusal('没有读取到消息！');
    if (!mayDeleteForAll(me, channel, message.fromUid)) throw refusal('用户无权删除此消息', 'not_allowed');
    context.db.transaction(() => {
      extras.deleteForAll(messages);
      reactions.forget(message.messageId);
      pins.forget(message.messageId);
      jobs.add(
        `erase/${body.channel_type}/${body.channel_id}`,
        '/message/erase',
        eraseBody(me, channel.channelId, channel.channelType, [message.messageId]),
      );
    });
    context.db.erased();
    await Promise.all([jobs.flush(), commands.onlineToChannel(channel, me, 'syncMessageExtra')]);
    return OK;
  });

  app.post('/v1/message/edit', async (request) => {
    const me = caller(request).uid;
    const body = parse(Edit, request.body);
    const channel = { channelId: body.channel_id, channelType: body.channel_type };
    requireAccess(context, me, channel);
    const payload = parseSafePayload(body.content_edit, 'content_edit');
    const [message] = await storedMessages(context, me, channel, [body.message_id]);
    if (!message) throw refusal('没有读取到消息！');
    if (message.fromUid !== me) throw refusal('只能编辑自己的消息！', 'not_allowed');
    if (payload['type'] !== message.payloadType) throw refusal('不能改变消息的类型！', 'bad_payload');
    if (!extras.edit(message, JSON.stringify(payload))) throw refusal('消息已撤回，无法编辑！', 'recalled');
    context.fileRefs.edited(message, payload);
    if (context.reminders.edited(message, payload)) context.reminders.announce(channel, me);
    await commands.onlineToChannel(channel, me, 'syncMessageExtra');
    return OK;
  });

  function mayDeleteForAll(me: string, channel: Channel, author: string): boolean {
    if (author === me) return true;
    if (channel.channelType !== GROUP || author === '') return false;
    const mine = groups.role(channel.channelId, me);
    const theirs = groups.role(channel.channelId, author);
    return mine === Role.owner || (mine === Role.manager && (theirs === null || theirs === Role.member));
  }
}
