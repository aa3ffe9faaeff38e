/** Bodies of the calls that send, find and erase messages, and what they mean. */
import { z } from 'zod';
import { CHANNEL_PERSON, CHANNEL_TEMP, isPlainId, storageChannelId, SYSTEM_UID } from '../channel-ids.ts';
import type { ImCore } from '../im-core.ts';
import type { SendRequest } from '../message-pipeline.ts';
import type { Channel } from '../store/channel-store.ts';
import { MessageFlag } from '../store/message-store.ts';
import { ApiError, base64, bit, channelId, channelType, int64, u32, uid, uids } from './validation.ts';

export const sendHeader = z.object({ no_persist: bit, red_dot: bit, sync_once: bit }).prefault({});
export const sendBody = z.object({
  header: sendHeader,
  client_msg_no: z.string().max(200).default(''),
  from_uid: z.union([z.literal(''), uid]).default(''),
  channel_id: z.string().default(''),
  channel_type: channelType.default(0),
  expire: u32.default(0),
  payload: base64.refine((bytes) => bytes.length > 0, 'must not be empty'),
  subscribers: uids.nullish(),
});
/** Where a message is: the channel as `login_uid` names it. */
export const place = { login_uid: z.string().default(''), channel_id: channelId, channel_type: channelType };

export type Place = { login_uid: string; channel_id: string; channel_type: number };
export const eraseBody = z.object({ ...place, message_ids: z.array(int64).min(1, 'must not be empty') });

export function flagBits(h: z.output<typeof sendHeader>): number {
  return (
    (h.no_persist ? MessageFlag.noPersist : 0) |
    (h.red_dot ? MessageFlag.redDot : 0) |
    (h.sync_once ? MessageFlag.syncOnce : 0)
  );
}

/** @throws ApiError when the fields do not go together */
export function sendRequest(body: z.output<typeof sendBody>): SendRequest {
  const subscribers = body.subscribers ?? [];
  const toList = subscribers.length > 0;
  if (toList && body.channel_id !== '') throw new ApiError('channel_id: not together with subscribers');
  if (!toList && !isPlainId(body.channel_id))
    throw new ApiError('channel_id: must not be empty nor contain @ # &');
  if (toList && !body.header.sync_once) throw new ApiError('header.sync_once: must be 1 with subscribers');
  if (!toList && body.channel_type === 0) throw new ApiError('channel_type: must not be 0');
  return {
    fromUid: body.from_uid === '' ? SYSTEM_UID : body.from_uid,
    channelId: body.channel_id,
    channelType: toList ? CHANNEL_TEMP : body.channel_type,
    ...(toList ? { subscribers } : {}),
    clientMsgNo: body.client_msg_no,
    flags: flagBits(body.header),
    setting: 0,
    expire: body.expire,
    topic: '',
    payload: body.payload,
    byClient: false,
  };
}

/** @throws ApiError for a person channel that nobody names */
export function channelAt(core: ImCore, where: Place): Channel | null {
  if (where.channel_type === CHANNEL_PERSON && where.login_uid === '' && !where.channel_id.includes('@')) {
    throw new ApiError('login_uid: is needed for person channels');
  }
  const id = storageChannelId(where.login_uid, where.channel_id, where.channel_type);
  return core.channels.find(id, where.channel_type);
}
