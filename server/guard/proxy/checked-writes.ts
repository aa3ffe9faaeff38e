/**
 * What TSDD takes unchecked (tsdd-api.md 5.2, 11.1): an edit has to come from the author, of a message that is not
 * recalled; a deletion for everybody from who may recall; nothing may carry a payload that breaks readers, of robots
 * neither; nothing recalled is pinned; and nobody takes a name that TSDD reads as a role.
 */
import { z } from 'zod';
import { reasonOf } from '../../../shared/errors.ts';
import { isObject } from '../../../shared/json.ts';
import { ApiError, refusal } from '../../business/http/errors.ts';
import { type Channel, storedChannelId } from '../../business/im-client/channel-address.ts';
import type { ImMessage } from '../../business/im-client/im-api.ts';
import { Id, MessageIdString, ChannelTypeField, parse } from '../../business/http/validation.ts';
import { requireMayRecall } from '../../business/messages/recall-rules.ts';
import { parseSafePayload, requireSafePayload } from '../../business/messages/payload-guard.ts';
import { bodyOf } from './checked-body.ts';
import { type GuardParts, type Passing, tokenOf } from './parts.ts';

const MOST_BODY = 4 * 1024 * 1024;
const GROUP = 2;
const OneMessage = z.object({ message_id: MessageIdString, channel_id: Id, channel_type: ChannelTypeField });
const Edit = OneMessage.extend({ content_edit: z.string().min(1).max(1_000_000) });
const NAMES_OF_ONE = ['message_id', 'message_seq', 'channel_id', 'channel_type'];
const NAMES_OF_EDIT = [...NAMES_OF_ONE, 'content_edit'];
const NAMES_OF_SEND = ['token', 'receive_channel_id', 'receive_channel_type', 'payload'];

export function edit(parts: GuardParts): Passing {
  const { im, identities, states, log } = parts;
  return async (request, _reply, from) => {
    const me = await identities.uidOf(tokenOf(request));
    const { asked: said, ...whole } = await bodyOf(request, NAMES_OF_EDIT, MOST_BODY);
    const asked = parse(Edit, said);
    const payload = parseSafePayload(asked.content_edit, 'content_edit');
    let found;
    let recalled;
    try {
      const rows = await im.lookup(me, asked.channel_id, asked.channel_type, {
        messageIds: [asked.message_id],
      });
      found = rows.find((row) => row.message_idstr === asked.message_id);
      const channel = { channelId: asked.channel_id, channelType: asked.channel_type };
      recalled = found !== undefined && (await isGone(states, me, channel, found));
    } catch (error) {
      log.warn('edit_unchecked', { reason: reasonOf(error) });
      throw refusal('查询IM消息错误');
    }
    if (!found) throw refusal('没有读取到消息！');
    if (found.from_uid !== me) throw refusal('只能编辑自己的消息！', 'not_allowed');
    if (recalled) throw refusal('消息已撤回，无法编辑！', 'recalled');
    const before: unknown = json(Buffer.from(found.payload ?? '', 'base64'));
    if (isObject(before) && payload['type'] !== before['type'])
      throw refusal('不能改变消息的类型！', 'bad_payload');
    return from(whole);
  };
}

/**
 * TSDD repeats the words of what is pinned in a line that everybody is sent, also of what was recalled, and finds it by
 * its id in whatever chat it lies.
 */
export function pin(parts: GuardParts): Passing {
  const { im, identities, states, log } = parts;
  return async (request, _reply, from) => {
    const me = await identities.uidOf(tokenOf(request));
    const { asked: said, ...whole } = await bodyOf(request, NAMES_OF_ONE, MOST_BODY);
    const { message_id: messageId, channel_id, channel_type: channelType } = parse(OneMessage, said);
    let found;
    let isRecalled;
    try {
      const rows = await im.lookup(me, channel_id, channelType, { messageIds: [messageId] });
      found = rows.find((row) => row.message_idstr === messageId);
      isRecalled =
        found !== undefined && (await isGone(states, me, { channelId: channel_id, channelType }, found));
    } catch (error) {
      log.warn('pin_unchecked', { reason: reasonOf(error) });
      throw refusal('查询IM消息错误');
    }
    if (!found) throw refusal('没有读取到消息！');
    if (isRecalled) throw refusal('消息已撤回，无法置顶！', 'recalled');
    return from(whole);
  };
}

/** Whether it was recalled, or is another stored copy of what was. */
async function isGone(
  states: GuardParts['states'],
  me: string,
  channel: Channel,
  { message_idstr: messageId, from_uid: fromUid, client_msg_no: clientMsgNo }: ImMessage,
): Promise<boolean> {
  const key = { ...channel, channelId: storedChannelId(me, channel), fromUid, clientMsgNo, messageId };
  const page = await states.page([messageId], [key]);
  return page.of(messageId)?.revoked === true || page.copy(key)?.revoked === true;
}

/** Who may recall a message may delete it for everybody, at any time; at TSDD either side of a person chat may. */
export function deleteForAll(parts: GuardParts): Passing {
  const { im, identities, store, log } = parts;
  return async (request, _reply, from) => {
    const me = await identities.uidOf(tokenOf(request));
    const { asked: said, ...whole } = await bodyOf(request, NAMES_OF_ONE, MOST_BODY);
    const asked = parse(OneMessage, said);
    const channel = { channelId: asked.channel_id, channelType: asked.channel_type };
    let author;
    let roles: ReadonlyMap<string, number> = new Map();
    try {
      const ids = { messageIds: [asked.message_id] };
      const rows = await im.lookup(me, channel.channelId, channel.channelType, ids);
      author = rows.find((row) => row.message_idstr === asked.message_id)?.from_uid;
      if (author !== undefined && channel.channelType === GROUP)
        roles = await store.roles(channel.channelId, [me, author]);
    } catch (error) {
      log.warn('deletion_unchecked', { reason: reasonOf(error) });
      throw refusal('查询IM消息错误');
    }
    if (author === undefined) throw refusal('没有读取到消息！');
    try {
      requireMayRecall(me, channel, author, (uid) => roles.get(uid) ?? null);
    } catch {
      throw refusal('用户无权删除此消息', 'not_allowed');
    }
    return from(whole);
  };
}

export function send(): Passing {
  return async (request, _reply, from) => {
    const { asked, ...whole } = await bodyOf(request, NAMES_OF_SEND, MOST_BODY);
    // Without one TSDD refuses it.
    if (asked['payload'] !== undefined && asked['payload'] !== null)
      requireSafePayload(asked['payload'], 'payload');
    return from(whole);
  };
}

/** The calls by which robots speak, by the last of their path. TSDD matches them behind any name and any key. */
const OF_ROBOTS = /^\/v1\/robots\/.+\/(sendMessage|stream\/start)$/;

/**
 * Who has a robot's key sends by TSDD's own API and so past the plug-in; the start of a stream goes to the IM server as
 * it is, whatever its type and in anybody's name. null = another call.
 */
export function robotSend(method: string, path: string): Passing | null {
  const call = method === 'POST' ? OF_ROBOTS.exec(path)?.[1] : undefined;
  if (call === undefined) return null;
  return async (request, _reply, from) => {
    const { asked, ...whole } = await bodyOf(request, ['payload'], MOST_BODY);
    const { payload } = asked;
    if (call === 'sendMessage') {
      // Without one TSDD refuses it.
      if (payload !== undefined && payload !== null) requireSafePayload(payload, 'payload');
      return from(whole);
    }
    // Bytes in base64, and nothing that Go would read as bytes as well.
    if (typeof payload !== 'string') throw new ApiError(400, '数据格式有误！字段 payload');
    parseSafePayload(Buffer.from(payload, 'base64').toString('utf8'), 'payload');
    return from(whole);
  };
}

/**
 * A name that somebody gives to an account. TSDD keeps with a token "uid@name@role" and reads the role behind the
 * second sign, so that a name with "@superAdmin" in it opens the administrator's pages, with everybody's words.
 */
export function name(): Passing {
  return async (request, _reply, from) => {
    const { asked, ...whole } = await bodyOf(request, ['name'], MOST_BODY);
    const given = asked['name'];
    if (typeof given === 'string' && given.includes('@')) throw refusal('名字不能包含“@”！', 'bad_name');
    return from(whole);
  };
}

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}
