import { encryptPayload, recvMsgKey, type SessionKeys } from '../../shared/wire/crypto.ts';
import type { Packet } from '../../shared/wire/packets.ts';
import { CHANNEL_PERSON, channelIdSeenBy, plainChannelId, shownUid } from './channel-ids.ts';
import { MessageFlag, type StoredMessage } from './store/message-store.ts';

/** A stored message as RECV for `uid`, encrypted and signed with the keys of its connection (wukongim.md A.3). */
export function recvPacket(message: StoredMessage, uid: string, keys: SessionKeys): Packet {
  const own = message.fromUid === uid;
  // Only the CMD channel of a subscriber list shows its suffix, as on the real server.
  const plainId = message.channelType === 8 ? message.channelId : plainChannelId(message.channelId);
  const isPerson = message.channelType === CHANNEL_PERSON;
  const fields = {
    messageId: message.messageId,
    messageSeq: message.seq,
    clientMsgNo: message.clientMsgNo,
    timestamp: message.timestamp,
    fromUid: shownUid(message.fromUid),
    channelId: isPerson ? shownUid(channelIdSeenBy(uid, plainId, CHANNEL_PERSON)) : plainId,
    channelType: message.channelType,
    payload: encryptPayload(keys, message.payload),
  };
  return {
    type: 'recv',
    flags: {
      noPersist: (message.flags & MessageFlag.noPersist) !== 0,
      redDot: !own && (message.flags & MessageFlag.redDot) !== 0,
      syncOnce: (message.flags & MessageFlag.syncOnce) !== 0,
      dup: false,
    },
    ...fields,
    setting: message.setting,
    msgKey: recvMsgKey(keys, fields),
    expire: message.expire,
    topic: message.topic,
  };
}
