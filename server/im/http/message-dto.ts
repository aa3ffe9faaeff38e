import { displayChannelId, shownUid } from '../channel-ids.ts';
import { MessageFlag, type StoredMessage } from '../store/message-store.ts';

/** MessageResp of wukongim.md C.5; `message_id` is a bigint for stringifyExact. */
export interface MessageDto {
  header: { no_persist: number; red_dot: number; sync_once: number };
  setting: number;
  message_id: bigint;
  message_idstr: string;
  client_msg_no: string;
  message_seq: number;
  from_uid: string;
  channel_id: string;
  channel_type: number;
  topic?: string;
  expire: number;
  timestamp: number;
  /** base64. */
  payload: string;
}

export function messageDto(m: StoredMessage): MessageDto {
  const bit = (flag: number): number => ((m.flags & flag) === 0 ? 0 : 1);
  return {
    header: {
      no_persist: bit(MessageFlag.noPersist),
      red_dot: bit(MessageFlag.redDot),
      sync_once: bit(MessageFlag.syncOnce),
    },
    setting: m.setting,
    message_id: m.messageId,
    message_idstr: m.messageId.toString(),
    client_msg_no: m.clientMsgNo,
    message_seq: m.seq,
    from_uid: shownUid(m.fromUid),
    channel_id: displayChannelId(m.channelId, m.channelType, m.fromUid),
    channel_type: m.channelType,
    ...(m.topic === '' ? {} : { topic: m.topic }),
    expire: m.expire,
    timestamp: m.timestamp,
    payload: m.payload.toString('base64'),
  };
}
