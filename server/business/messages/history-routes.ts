/**
 * What a client reads of its messages: history, changes of recall and edit state, offline commands, reminders
 * (tsdd-api.md 5.2).
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { ChannelFields, Id, parse, Seq } from '../http/validation.ts';
import { GROUP } from '../im-client/commands.ts';
import type { History } from './history.ts';

const HISTORY_MAX = 10_000;
const ChannelSync = z.object({
  ...ChannelFields,
  start_message_seq: Seq.default(0),
  end_message_seq: Seq.default(0),
  limit: z.int().min(0).default(0),
  pull_mode: z.union([z.literal(0), z.literal(1)], { error: '只能是 0 或 1' }).default(0),
  device_uuid: z.string().max(200).optional(),
});
const Offset = z.object({ ...ChannelFields, message_seq: Seq });
const ExtraSync = z.object({
  ...ChannelFields,
  extra_version: z.int().min(0).default(0),
  source: z.string().max(200).optional(),
  limit: z.int().min(0).default(0),
});

export function historyRoutes(app: FastifyInstance, context: Context, history: History): void {
  const { im, commands, groups, reminders } = context;

  app.post('/v1/message/channel/sync', async (request, reply) => {
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
    const head = JSON.stringify({
      start_message_seq: body.start_message_seq,
      end_message_seq: body.end_message_seq,
      pull_mode: 0,
      more: 0,
    });
    return reply.type('application/json; charset=utf-8').send(`${head.slice(0, -1)},"messages":${messages}}`);
  });

  app.post('/v1/message/offset', async (request) => {
    const me = caller(request).uid;
    const body = parse(Offset, request.body);
    const channel = { channelId: body.channel_id, channelType: body.channel_type };
    if (channel.channelType === GROUP) groups.requireMember(channel.channelId, me);
    history.cleared.clear(me, channel, body.message_seq);
    await im.setUnread(me, channel.channelId, channel.channelType, 0, body.message_seq);
    await commands.onlineToUser(me, 'unreadClear', {
      channel_id: body.channel_id,
      channel_type: body.channel_type,
      unread: 0,
      // As with `clearUnread`.
      message_seq: body.message_seq,
    });
    return OK;
  });

  app.post('/v1/message/extra/sync', async (request) => {
    const me = caller(request).uid;
    const body = parse(ExtraSync, request.body);
    const channel = { channelId: body.channel_id, channelType: body.channel_type };
    return history.changes(me, channel, body.extra_version, Math.min(body.limit || 100, HISTORY_MAX));
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
}
