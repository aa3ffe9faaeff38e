/**
 * After how many seconds the messages of a chat are deleted (tsdd-api.md 5, `message/autodelete`): kept and told, and
 * carried out by the clients, each of which puts the time on what it sends.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { MAX_EXPIRE_SECONDS, spanInWords } from '../../../shared/content/system-lines.ts';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { Id, parse } from '../http/validation.ts';
import { GROUP, PERSON } from '../im-client/commands.ts';

const Params = z.object({ id: Id, type: z.enum([String(PERSON), String(GROUP)]) });
const Body = z.object({ msg_auto_delete: z.int().min(0).max(MAX_EXPIRE_SECONDS) });

export function autoDeleteRoutes(app: FastifyInstance, context: Context): void {
  const { accounts, autoDelete, commands, db, friends, groups, jobs } = context;

  app.post('/v1/channels/:id/:type/message/autodelete', async (request) => {
    const me = caller(request).uid;
    const { id, type } = parse(Params, request.params);
    const { msg_auto_delete: seconds } = parse(Body, request.body);
    const channel = { channelId: id, channelType: Number(type) };
    if (channel.channelType === GROUP) groups.requireManager(id, me, '只有群管理者才能修改！');
    else if (!friends.isFriend(me, id)) throw refusal('不是好友，不能设置！', 'not_friend');
    db.transaction(() => {
      autoDelete.set(me, channel, seconds);
      // (TSDD says nothing of the end.)
      if (seconds > 0)
        commands.queue({
          fromUid: me,
          ...channel,
          payload: {
            content: `{0}设置消息在 ${spanInWords(seconds)} 后自动删除`,
            data: { data_type: 'autoDeleteForMessage', msg_auto_delete: seconds },
            extra: [{ uid: me, name: accounts.name(me) }],
            type: 2000,
          },
        });
      const tell = (uid: string, channelId: string): void =>
        commands.queueToUser(uid, 'channelUpdate', { channel_id: channelId, channel_type: PERSON });
      if (channel.channelType === GROUP)
        commands.queueToChannel(channel, undefined, 'channelUpdate', {
          channel_id: id,
          channel_type: GROUP,
        });
      else {
        tell(me, id);
        tell(id, me);
      }
    });
    await jobs.flush();
    return OK;
  });
}
