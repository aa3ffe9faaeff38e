/** Recall, edit, deletion, pins and sending (wukongim.md E.1, tsdd-api.md 5.2), as unchecked as TSDD's. */
import type { FastifyInstance } from 'fastify';
import { isObject, type JsonObject } from '../../../shared/json.ts';
import type { ImMessage } from '../../business/im-client/im-api.ts';
import { type Channel, storedChannelId } from '../../business/im-client/channel-address.ts';
import { bound, callerOf, numberOf, OK, type Scripted, textOf, TsddError, TsddPanic } from './answers.ts';

const GROUP = 2;
const TARGET = {
  message_id: 'string',
  channel_id: 'string',
  channel_type: 'number',
  message_seq: 'number',
} as const;

interface RevokeQuery {
  message_id?: string;
  client_msg_no?: string;
  channel_id?: string;
  channel_type?: string;
}

export function changeRoutes(app: FastifyInstance, scripted: Scripted): void {
  const { state, faults, im, now } = scripted;

  const command = async (me: string, channel: Channel, cmd: string, param?: JsonObject): Promise<void> => {
    const payload = param === undefined ? { cmd, type: 99 } : { cmd, param, type: 99 };
    await im.send({ syncOnce: true, noPersist: cmd !== 'messageRevoke', fromUid: me, ...channel, payload });
  };

  /** Null: it may; 'panic' is TSDD's 500. */
  function revokeFault(me: string, channel: Channel, author: string): 'denied' | 'panic' | null {
    if (author === me) return null;
    if (author === '' || channel.channelType !== GROUP) return 'denied';
    const mine = state.role(channel.channelId, me);
    const theirs = state.role(channel.channelId, author);
    if (mine === null) return 'denied';
    if (theirs === null) return mine === 0 ? (faults.has('revoke-panics') ? 'panic' : 'denied') : null;
    if (theirs === 1) return 'denied';
    return mine === 1 || (mine === 2 && theirs === 0) ? null : 'denied';
  }

  app.post<{ Querystring: RevokeQuery }>('/v1/message/revoke', async (request) => {
    const me = callerOf(scripted, request);
    const { message_id = '', client_msg_no = '', channel_id = '', channel_type = '' } = request.query;
    if (client_msg_no === '') throw new TsddError('撤回主键参数错误！');
    if (faults.has('im-down')) throw new TsddError('查询IM消息错误');
    const channel = { channelId: channel_id, channelType: Number(channel_type) };
    const [found] = await im.lookup(me, channel_id, channel.channelType, { clientMsgNos: [client_msg_no] });
    if (!found) throw new TsddError('未查询到撤回消息！');
    const mismatch = message_id !== '' && message_id !== found.message_idstr;
    if (mismatch && !faults.has('revoke-ignores-message-id')) throw new TsddError('撤回主键参数错误！');
    const fault = revokeFault(me, channel, found.from_uid);
    if (fault === 'panic' || faults.has('revoke-500')) throw new TsddPanic();
    if (fault === 'denied') throw new TsddError('无权限撤回此消息！');
    const window = state.appConfig.revokeSecond;
    const late = window > 0 && found.from_uid === me && now() > (found.timestamp + window) * 1000 + 999;
    if (late && !faults.has('no-recall-window')) throw new TsddError('超过可撤回时间，无法撤回！');
    const already = state.extras.get(found.message_idstr)?.revoke === 1;
    if (already && mismatch) throw new TsddError('新增消息为撤回状态失败！');
    if (already && !faults.has('revoke-again')) return OK;
    state.upsertExtra(place(me, channel, found), { revoke: 1, revoker: me }, now());
    for (const reminder of state.reminders)
      if (reminder.messageId === found.message_idstr)
        Object.assign(reminder, { done: 1, version: state.nextVersion() });
    if (faults.has('cmd-fails')) throw new TsddError('发送撤回消息失败！');
    if (!faults.has('cmd-lost'))
      await command(me, channel, 'messageRevoke', { message_id: found.message_idstr });
    return OK;
  });

  app.post('/v1/message/edit', async (request) => {
    const me = callerOf(scripted, request);
    const body = bound(request, { ...TARGET, content_edit: 'string' });
    const channel = channelIn(body);
    const messageId = textOf(body['message_id']);
    const [found] = await im.lookup(me, channel.channelId, channel.channelType, { messageIds: [messageId] });
    if (!faults.has('edit-unchecked') && found?.from_uid !== me) throw new TsddError('没有权限！');
    const target = found
      ? place(me, channel, found)
      : {
          messageId,
          messageSeq: numberOf(body['message_seq']),
          channelId: storedChannelId(me, channel),
          channelType: channel.channelType,
          fromUid: me,
        };
    const change = { contentEdit: textOf(body['content_edit']), editedAt: Math.floor(now() / 1000) };
    state.upsertExtra(target, change, now());
    await command(me, channel, 'syncMessageExtra');
    return OK;
  });

  app.delete('/v1/message', async (request) => {
    const me = callerOf(scripted, request);
    if (!Array.isArray(request.body)) throw new TsddError('请求数据格式有误！');
    for (const each of request.body as JsonObject[])
      state.deletedFor.add(`${me}/${textOf(each['message_id'])}`);
    return OK;
  });

  app.delete('/v1/message/mutual', async (request) => {
    const me = callerOf(scripted, request);
    const body = bound(request, TARGET);
    const channel = channelIn(body);
    const [found] = await im.lookup(me, channel.channelId, channel.channelType, {
      messageIds: [textOf(body['message_id'])],
    });
    if (!found) throw new TsddError('没有读取到消息！');
    const mine =
      found.from_uid === me ||
      (channel.channelType === GROUP
        ? (state.role(channel.channelId, me) ?? 0) > 0
        : faults.has('mutual-unchecked'));
    if (!mine) throw new TsddError('用户无权删除此消息');
    state.upsertExtra(place(me, channel, found), { isDeleted: 1 }, now());
    await command(me, channel, 'syncMessageExtra');
    return OK;
  });

  app.post('/v1/message/pinned', async (request) => {
    const me = callerOf(scripted, request);
    const body = bound(request, TARGET);
    const channel = channelIn(body);
    const messageId = textOf(body['message_id']);
    const pin = state.pins.find((each) => each.messageId === messageId);
    if (pin) {
      Object.assign(pin, { isDeleted: pin.isDeleted === 1 ? 0 : 1, version: now() });
      return OK;
    }
    if (state.pins.length >= state.appConfig.pinnedMax) throw new TsddError('置顶数量已达到上限');
    const [found] = await im.lookup(me, channel.channelId, channel.channelType, { messageIds: [messageId] });
    if (!found) throw new TsddError('没有读取到消息！');
    state.pins.push({
      messageId,
      messageSeq: found.message_seq,
      ...channel,
      isDeleted: 0,
      version: now(),
    });
    const payload: unknown = JSON.parse(Buffer.from(found.payload ?? '', 'base64').toString());
    const words = isObject(payload) ? textOf(payload['content']) : '';
    const name = state.people.get(me)?.name ?? '';
    const tip = faults.has('pin-tip-words') ? `{0} 置顶了\`${words}\`` : '{0} 置顶了一条消息';
    await im.send({
      fromUid: me,
      ...channel,
      payload: { content: tip, extra: [{ uid: me, name }], from_name: name, from_uid: me, type: 2000 },
    });
    return OK;
  });

  app.post('/v1/message/send', async (request) => {
    const body = bound(request, {
      token: 'string',
      receive_channel_id: 'string',
      receive_channel_type: 'number',
    });
    const me = state.uidOfToken.get(textOf(body['token']));
    if (me === undefined) throw new TsddError('请先登录！');
    const payload = body['payload'];
    const type = isObject(payload) ? numberOf(payload['type']) : 0;
    if (!faults.has('send-any-type') && (type === 99 || type >= 1000))
      throw new TsddError('消息类型不支持！');
    await im.send({
      redDot: true,
      fromUid: me,
      channelId: textOf(body['receive_channel_id']),
      channelType: numberOf(body['receive_channel_type']),
      payload,
    });
    return OK;
  });
}

function channelIn(body: JsonObject): Channel {
  return { channelId: textOf(body['channel_id']), channelType: numberOf(body['channel_type']) };
}

function place(me: string, channel: Channel, row: ImMessage) {
  return {
    messageId: row.message_idstr,
    messageSeq: row.message_seq,
    channelId: storedChannelId(me, channel),
    channelType: channel.channelType,
    fromUid: row.from_uid,
  };
}
