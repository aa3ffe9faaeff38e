/** Message routes (tsdd-api.md 5.2). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { ChannelFields, Id, MessageIdString, parse, queryInt, Seq } from '../http/validation.ts';
import { GROUP, PERSON } from '../im-client/commands.ts';
import { eraseBody } from '../im-client/im-api.ts';
import { Role } from '../groups/group-rows.ts';
import { type Channel, storedChannelId } from './channel-address.ts';
import type { History } from './history.ts';
import { storedMessage } from './message-dto.ts';
import type { StoredMessage } from './message-extras.ts';
import { parseSafePayload, requireSafePayload } from './payload-guard.ts';
import { type Recall, RecallRefusal } from './recall.ts';

const HISTORY_MAX = 10_000;
const ChannelSync = z.object({
  ...ChannelFields,
  start_message_seq: Seq.default(0),
  end_message_seq: Seq.default(0),
  limit: z.int().min(0).default(0),
  pull_mode: z.union([z.literal(0), z.literal(1)], { error: '只能是 0 或 1' }).default(0),
  device_uuid: z.string().max(200).optional(),
});
const ExtraSync = z.object({
  ...ChannelFields,
  extra_version: z.int().min(0).default(0),
  source: z.string().max(200).optional(),
  limit: z.int().min(0).default(0),
});
const RevokeQuery = z.object({
  message_id: z.string().default(''),
  client_msg_no: z.string().max(200).default(''),
  channel_id: Id,
  channel_type: z.enum(['1', '2'], { error: '频道类型只能是 1 或 2' }).transform(Number),
});
const DeleteItem = z.object({ message_id: MessageIdString, ...ChannelFields, message_seq: Seq.default(0) });
const Edit = DeleteItem.extend({ content_edit: z.string().min(1).max(1_000_000) });
const Readed = z.object({ ...ChannelFields, message_ids: z.array(MessageIdString).min(1).max(1000) });

export function messageRoutes(
  app: FastifyInstance,
  context: Context,
  history: History,
  recall: Recall,
): void {
  const { extras, groups, im, commands, jobs, reminders, accounts } = context;

  /** Throws unless the caller is in the channel now. */
  function requireAccess(uid: string, channel: Channel): void {
    if (channel.channelType === GROUP) groups.requireMember(channel.channelId, uid);
  }

  app.post('/v1/message/channel/sync', async (request) => {
    const me = caller(request).uid;
    const body = parse(ChannelSync, request.body);
    const messages = await history.channel(
      me,
      { channelId: body.channel_id, channelType: body.channel_type },
      {
        startSeq: body.start_message_seq,
        endSeq: body.end_message_seq,
        limit: Math.min(body.limit, HISTORY_MAX),
        pullMode: body.pull_mode,
      },
    );
    return {
      start_message_seq: body.start_message_seq,
      end_message_seq: body.end_message_seq,
      pull_mode: 0,
      more: 0,
      messages,
    };
  });

  app.post('/v1/message/extra/sync', async (request) => {
    const me = caller(request).uid;
    const body = parse(ExtraSync, request.body);
    const channel = { channelId: body.channel_id, channelType: body.channel_type };
    return history.changes(me, channel, body.extra_version, Math.min(body.limit || 100, HISTORY_MAX));
  });

  app.post('/v1/message/revoke', async (request) => {
    const me = caller(request).uid;
    const query = parse(RevokeQuery, request.query);
    const messageId = query.message_id;
    if (messageId === '' && query.client_msg_no === '') throw RecallRefusal.badIds();
    if (messageId !== '' && !/^\d{1,19}$/.test(messageId)) throw RecallRefusal.badIds();
    await recall.recall(me, {
      channel: { channelId: query.channel_id, channelType: query.channel_type },
      messageId,
      clientMsgNo: query.client_msg_no,
    });
    return OK;
  });

  app.delete('/v1/message', async (request) => {
    const me = caller(request).uid;
    const items = parse(z.array(DeleteItem).min(1).max(1000), request.body);
    for (const item of items)
      requireAccess(me, { channelId: item.channel_id, channelType: item.channel_type });
    extras.deleteForUser(
      items.map((item) => item.message_id),
      me,
    );
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

  /** The stored messages of these ids in a channel. */
  async function storedMessages(
    me: string,
    channel: Channel,
    ids: readonly string[],
  ): Promise<StoredMessage[]> {
    const rows = await im.lookup(me, channel.channelId, channel.channelType, { messageIds: ids });
    const storedId = storedChannelId(me, channel);
    return rows.filter((row) => ids.includes(row.message_idstr)).map((row) => storedMessage(row, storedId));
  }

  // The author, in a group also owner and managers over lower roles; TSDD lets either side of a person chat delete the other's words.
  app.delete('/v1/message/mutual', async (request) => {
    const me = caller(request).uid;
    const body = parse(DeleteItem, request.body);
    const channel = { channelId: body.channel_id, channelType: body.channel_type };
    requireAccess(me, channel);
    const messages = await storedMessages(me, channel, [body.message_id]);
    const [message] = messages;
    if (!message) throw refusal('没有读取到消息！');
    if (!mayDeleteForAll(me, channel, message.fromUid)) throw refusal('用户无权删除此消息', 'not_allowed');
    context.db.transaction(() => {
      extras.deleteForAll(messages);
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

  function mayDeleteForAll(me: string, channel: Channel, author: string): boolean {
    if (author === me) return true;
    if (channel.channelType !== GROUP || author === '') return false;
    const mine = groups.role(channel.channelId, me);
    const theirs = groups.role(channel.channelId, author);
    return mine === Role.owner || (mine === Role.manager && (theirs === null || theirs === Role.member));
  }

  app.post('/v1/message/edit', async (request) => {
    const me = caller(request).uid;
    const body = parse(Edit, request.body);
    const channel = { channelId: body.channel_id, channelType: body.channel_type };
    requireAccess(me, channel);
    const payload = parseSafePayload(body.content_edit, 'content_edit');
    const [message] = await storedMessages(me, channel, [body.message_id]);
    if (!message) throw refusal('没有读取到消息！');
    if (message.fromUid !== me) throw refusal('只能编辑自己的消息！', 'not_allowed');
    if (payload['type'] !== message.payloadType) throw refusal('不能改变消息的类型！', 'bad_payload');
    if (!extras.edit(message, JSON.stringify(payload))) throw refusal('消息已撤回，无法编辑！', 'recalled');
    await commands.onlineToChannel(channel, me, 'syncMessageExtra');
    return OK;
  });

  app.post('/v1/message/readed', async (request) => {
    const me = caller(request).uid;
    const body = parse(Readed, request.body);
    const channel = { channelId: body.channel_id, channelType: body.channel_type };
    requireAccess(me, channel);
    const messages = await storedMessages(me, channel, body.message_ids);
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
    requireAccess(me, channel);
    await commands.onlineToChannel(channel, undefined, 'typing', {
      channel_id: channel.channelType === PERSON ? me : channel.channelId,
      channel_type: channel.channelType,
      from_name: accounts.name(me),
      from_uid: me,
    });
    return OK;
  });

  app.post('/v1/message/sync', async (request) => {
    const me = caller(request).uid;
    const body = parse(
      z.object({ max_message_seq: Seq.default(0), limit: z.int().min(0).default(0) }),
      request.body ?? {},
    );
    return history.offlineCommands(me, body.max_message_seq, Math.min(body.limit || 200, 1000));
  });

  app.post('/v1/message/syncack/:seq', async (request) => {
    const me = caller(request).uid;
    const { seq } = parse(z.object({ seq: z.string().regex(/^\d{1,10}$/, '必须是正整数') }), request.params);
    if (Number(seq) <= 0) throw refusal('最后一次message_seq不能为空或者0！');
    await im.ackOfflineCommands(me, Number(seq));
    return OK;
  });

  app.post('/v1/message/reminder/sync', async (request) => {
    const me = caller(request).uid;
    const body = parse(
      z.object({
        version: z.int().min(0).default(0),
        limit: z.int().min(0).default(0),
        channel_ids: z.array(Id).max(10_000).nullish(),
      }),
      request.body,
    );
    return reminders
      .changedSince(me, body.version, Math.min(body.limit, 1000), body.channel_ids ?? [])
      .map((row) => ({
        id: row.id,
        channel_id: row.channel_id,
        channel_type: row.channel_type,
        publisher: row.publisher,
        message_seq: row.message_seq,
        message_id: row.message_id,
        reminder_type: row.reminder_type,
        uid: row.uid,
        text: row.text,
        is_locate: 1,
        version: row.version,
        done: row.done,
      }));
  });

  app.post('/v1/message/reminder/done', async (request) => {
    const me = caller(request).uid;
    reminders.done(me, parse(z.array(z.int().min(1)).max(1000), request.body));
    await commands.onlineToUser(me, 'syncReminders');
    return OK;
  });

  // No word list is kept here; TSDD's web client asks for it at every start.
  app.get('/v1/message/prohibit_words/sync', async (request) => {
    caller(request);
    return [];
  });
  app.get('/v1/message/sync/sensitivewords', async (request) => {
    caller(request);
    return { tips: '', list: [], version: 1 };
  });

  // For programs: the token travels in the body. Checks what the IM server checks for a socket, which an API send skips.
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
