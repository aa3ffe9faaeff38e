/** Reads of messages: history, recents, offline CMDs, changes, pins, reminders, search (tsdd-api.md 4.1, 5.2). */
import type { FastifyInstance } from 'fastify';
import { rawInteger } from '../../../shared/exact-json.ts';
import { isObject } from '../../../shared/json.ts';
import type { ImMessage } from '../../business/im-client/im-api.ts';
import { storedChannelId } from '../../business/im-client/channel-address.ts';
import { bound, callerOf, numberOf, OK, type Scripted, textOf, TsddError } from './answers.ts';
import { extraRow, messageRow } from './message-rows.ts';

const GROUP = 2;
const CHANNEL = { channel_id: 'string', channel_type: 'number' } as const;

export function readRoutes(app: FastifyInstance, scripted: Scripted): void {
  const { state, faults, im } = scripted;

  app.post('/v1/message/channel/sync', async (request) => {
    const me = callerOf(scripted, request);
    const body = bound(request, {
      ...CHANNEL,
      start_message_seq: 'number',
      end_message_seq: 'number',
      limit: 'number',
      pull_mode: 'number',
    });
    const channel = { channelId: textOf(body['channel_id']), channelType: numberOf(body['channel_type']) };
    const limit = numberOf(body['limit']);
    const open = channel.channelType !== GROUP || state.role(channel.channelId, me) !== null;
    const rows =
      open && limit > 0
        ? await im.history(me, channel.channelId, channel.channelType, {
            startSeq: numberOf(body['start_message_seq']),
            endSeq: numberOf(body['end_message_seq']),
            limit,
            pullMode: numberOf(body['pull_mode']),
          })
        : [];
    return {
      start_message_seq: numberOf(body['start_message_seq']),
      end_message_seq: numberOf(body['end_message_seq']),
      pull_mode: 0,
      more: 0,
      messages: rows.map((row) => messageRow(scripted, row, { viewer: me, readsReplies: true })),
    };
  });

  app.post('/v1/conversation/sync', async (request) => {
    const me = callerOf(scripted, request);
    const body = bound(request, { version: 'number', last_msg_seqs: 'string', msg_count: 'number' });
    const rows = await im.conversations(me, {
      version: numberOf(body['version']),
      lastMsgSeqs: textOf(body['last_msg_seqs']),
      msgCount: numberOf(body['msg_count']),
    });
    const shown = rows.filter(
      (row) =>
        (row.recents ?? []).length > 0 &&
        (row.channel_type !== GROUP || state.role(row.channel_id, me) !== null),
    );
    return {
      uid: me,
      conversations: shown.map((row) => ({
        channel_id: row.channel_id,
        channel_type: row.channel_type,
        ...(row.unread > 0 ? { unread: row.unread } : {}),
        timestamp: row.timestamp,
        last_msg_seq: row.last_msg_seq,
        last_client_msg_no: row.last_client_msg_no,
        offset_msg_seq: 0,
        version: rawInteger(`${row.timestamp}000000000`),
        recents: (row.recents ?? []).map((each) =>
          messageRow(scripted, each, { viewer: me, hideVersion: true }),
        ),
      })),
      users: [...state.people.values()].map(({ uid, name }) => ({ uid, name })),
      groups: [...state.groups.values()]
        .filter((group) => state.role(group.groupNo, me) !== null)
        .map(({ groupNo, name }) => ({ group_no: groupNo, name })),
      channel_status: [],
    };
  });

  app.put('/v1/coversation/clearUnread', async (request) => {
    callerOf(scripted, request);
    return OK;
  });

  app.post('/v1/message/sync', async (request) => {
    const me = callerOf(scripted, request);
    const body = bound(request, { max_message_seq: 'number', limit: 'number' });
    const rows = await im.offlineCommands(
      me,
      numberOf(body['max_message_seq']),
      numberOf(body['limit']) || 200,
    );
    return rows.map((row) => messageRow(scripted, row, { viewer: me }));
  });

  app.post('/v1/message/syncack/:seq', async (request) => {
    callerOf(scripted, request);
    if (Number((request.params as { seq: string }).seq) <= 0)
      throw new TsddError('最后一次message_seq不能为空或者0！');
    return OK;
  });

  app.post('/v1/message/extra/sync', async (request) => {
    const me = callerOf(scripted, request);
    const body = bound(request, { ...CHANNEL, extra_version: 'number', source: 'string', limit: 'number' });
    const channel = { channelId: textOf(body['channel_id']), channelType: numberOf(body['channel_type']) };
    if (
      channel.channelType === GROUP &&
      state.role(channel.channelId, me) === null &&
      !faults.has('extra-sync-open')
    )
      throw new TsddError('没有权限！');
    const storedId = storedChannelId(me, channel);
    const cursorKey = `${me}/${textOf(body['source'])}/${storedId}`;
    const since = Math.max(numberOf(body['extra_version']), state.cursors.get(cursorKey) ?? 0);
    const limit = numberOf(body['limit']) || 100;
    const rows = [...state.extras.values()]
      .filter((row) => row.channelId === storedId && row.version > since)
      .toSorted((a, b) => a.version - b.version);
    const page = since === 0 ? rows.slice(-limit) : rows.slice(0, limit);
    state.cursors.set(cursorKey, since);
    return page.map((row) => extraRow(scripted, row));
  });

  app.post('/v1/message/pinned/sync', async (request) => {
    const me = callerOf(scripted, request);
    const body = bound(request, { ...CHANNEL, version: 'number' });
    const channelId = textOf(body['channel_id']);
    const channelType = numberOf(body['channel_type']);
    const pins = state.pins.filter(
      (pin) => pin.channelId === channelId && pin.version > numberOf(body['version']),
    );
    const rows =
      pins.length > 0
        ? await im.lookup(me, channelId, channelType, { messageIds: pins.map((pin) => pin.messageId) })
        : [];
    return {
      pinned_messages: pins.map((pin) => ({
        message_id: pin.messageId,
        message_seq: pin.messageSeq,
        channel_id: pin.channelId,
        channel_type: pin.channelType,
        is_deleted: pin.isDeleted,
        version: pin.version,
      })),
      messages: rows.map((row) => messageRow(scripted, row, { viewer: me })),
    };
  });

  app.post('/v1/message/reminder/sync', async (request) => {
    const me = callerOf(scripted, request);
    const body = bound(request, { version: 'number', limit: 'number', channel_ids: 'list' });
    return state.reminders
      .filter((row) => row.version > numberOf(body['version']) && (row.uid === me || row.uid === ''))
      .slice(0, numberOf(body['limit']))
      .map((row) => ({
        id: row.id,
        channel_id: row.channelId,
        channel_type: GROUP,
        publisher: row.publisher,
        message_seq: row.messageSeq,
        message_id: row.messageId,
        reminder_type: 1,
        uid: row.uid,
        text: row.text,
        is_locate: 1,
        version: row.version,
        done: row.done,
      }));
  });

  // Needs the search plug-in at a real one; here the newest messages of the caller's conversations.
  app.post('/v1/search/global', async (request) => {
    const me = callerOf(scripted, request);
    const body = bound(request, { keyword: 'string', limit: 'number', page: 'number' });
    const keyword = textOf(body['keyword']);
    const conversations = await im.conversations(me, { version: 0, lastMsgSeqs: '', msgCount: 100 });
    const messages = conversations.flatMap((conversation) =>
      (conversation.recents ?? []).flatMap((row) => hit(row, keyword, conversation.channel_id)),
    );
    return { friends: [], groups: [], messages };
  });

  function hit(row: ImMessage, keyword: string, channelId: string): Record<string, unknown>[] {
    const extra = state.extras.get(row.message_idstr);
    if (extra?.revoke === 1 || extra?.isDeleted === 1) return [];
    const payload: unknown = JSON.parse(Buffer.from(row.payload ?? '', 'base64').toString());
    const content = isObject(payload) ? textOf(payload['content']) : '';
    if (!isObject(payload) || !content.includes(keyword)) return [];
    const channel = {
      channel_id: channelId,
      channel_type: row.channel_type,
      channel_remark: '',
      channel_name: '',
    };
    return [
      {
        setting: row.setting,
        message_id: rawInteger(row.message_idstr),
        message_idstr: row.message_idstr,
        message_seq: row.message_seq,
        client_msg_no: row.client_msg_no,
        from_uid: row.from_uid,
        timestamp: row.timestamp,
        payload: { ...payload, content: content.replaceAll(keyword, `<mark>${keyword}</mark>`) },
        is_deleted: 0,
        channel,
        from_channel: null,
      },
    ];
  }
}
