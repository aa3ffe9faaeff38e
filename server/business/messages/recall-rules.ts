/**
 * The recall policy (docs/recall.md): who may recall whose message until when, and the refusals. The business server
 * and the guard in front of a TSDD decide by this same code.
 */
import { type Channel, ChannelType } from '../im-client/channel-address.ts';
import type { ImMessage } from '../im-client/im-api.ts';
import { type ApiError, refusal } from '../http/errors.ts';
import { Role } from '../groups/group-rows.ts';
import { sentAtMs } from './message-time.ts';

export interface RecallRequest {
  channel: Channel;
  /** '' = not given. At least one of the two is. */
  messageId: string;
  clientMsgNo: string;
}

/** Refusals, each with its own text; the first three texts are TSDD's (tsdd-api.md 5.3). */
export const RecallRefusal = {
  badIds: (): ApiError => refusal('撤回主键参数错误！', 'recall_bad_ids'),
  disagreeing: (): ApiError =>
    refusal('message_id 与 client_msg_no 不是同一条消息，无法撤回！', 'recall_bad_ids'),
  notFound: (): ApiError => refusal('未查询到撤回消息！', 'recall_not_found'),
  denied: (): ApiError => refusal('无权限撤回此消息！', 'recall_denied'),
  late: (seconds: number): ApiError =>
    refusal(`超过可撤回时间（${seconds}秒），无法撤回！`, 'recall_too_late'),
  wrongChannel: (): ApiError => refusal('消息不在此会话中，无法撤回！', 'recall_wrong_channel'),
};

/**
 * The author; in a group also the owner over anyone, and managers over ordinary members and authors who left.
 * `roleOf`: the role in the channel's group, null for who is no member.
 * @throws RecallRefusal.denied
 */
export function requireMayRecall(
  me: string,
  channel: Channel,
  author: string,
  roleOf: (uid: string) => number | null,
): void {
  if (author === '') throw RecallRefusal.denied();
  if (author === me) return;
  if (channel.channelType !== ChannelType.group) throw RecallRefusal.denied();
  const myRole = roleOf(me);
  if (myRole === Role.owner) return;
  const authorRole = roleOf(author);
  if (myRole === Role.manager && (authorRole === null || authorRole === Role.member)) return;
  throw RecallRefusal.denied();
}

/**
 * The window, by the IM server's own time of the message. `seconds` below 0: none.
 * @throws RecallRefusal.late
 */
export function requireInTime(message: ImMessage, seconds: number, nowMs: number): void {
  if (seconds >= 0 && nowMs - sentAtMs(message.message_idstr, message.timestamp) > seconds * 1000)
    throw RecallRefusal.late(seconds);
}

/**
 * `param` of the CMD messageRevoke. In a person channel both sides receive the same bytes but name the channel
 * differently, so it is left out and the envelope tells (clients fill it in from there, wukongim.md E.5).
 */
export function recallParam(
  channel: Channel,
  revoker: string,
  message: { messageId: string; clientMsgNo: string },
): Record<string, unknown> {
  return {
    message_id: message.messageId,
    ...(message.clientMsgNo === '' ? {} : { client_msg_no: message.clientMsgNo }),
    ...(channel.channelType === ChannelType.group
      ? { channel_id: channel.channelId, channel_type: channel.channelType }
      : { from_uid: revoker, to_uid: channel.channelId }),
  };
}
