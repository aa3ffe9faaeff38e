/** What a server's message says, as the facts its row is derived from. */
import { isObject } from '../../../shared/json.ts';
import { flameOf } from '../../../shared/content/flame.ts';
import type { ParsedPayload } from '../../../shared/content/message-content.ts';
import type { StoreContext } from '../store/context.ts';
import type { ServerMessage } from '../store/server-records.ts';
import { albumNumber } from '../store/tables/messages/album.ts';
import { isHiddenType, type MessageFacts } from '../store/tables/messages/message-derive.ts';
import { withoutOthersWords } from '../store/tables/messages/payload.ts';
import { delivered } from '../store/tables/messages/stream-text.ts';

const MESSAGE_ID = /^-?\d{1,19}$/;
const int = (value: number): number => (Number.isFinite(value) ? Math.trunc(value) : 0);

export const isMessageId = (id: string): boolean => MESSAGE_ID.test(id);
export const isSeq = (seq: number): boolean => Number.isSafeInteger(seq) && seq >= 1;

/**
 * `parsed`: its payload. What has expired by now counts as deleted, and so does what is too old to be kept on this
 * computer.
 */
export function factsOf(
  message: ServerMessage,
  parsed: Pick<ParsedPayload, 'type' | 'visibles'>,
  channelNo: number,
  { keepSeconds = null, me, serverNow }: Pick<StoreContext, 'keepSeconds' | 'me' | 'serverNow'>,
): MessageFacts {
  const lasts = Math.min(message.expire > 0 ? int(message.expire) : Infinity, keepSeconds ?? Infinity);
  const expiresAt = Number.isFinite(lasts) ? int(message.timestamp) + lasts : 0;
  const expired = expiresAt > 0 && expiresAt * 1000 <= serverNow();
  const notForMe =
    message.fromUid !== me.uid && parsed.visibles !== null && !parsed.visibles.includes(me.uid);
  const facts: MessageFacts = {
    message_id: message.messageId,
    channel_no: channelNo,
    seq: message.messageSeq,
    client_msg_no: message.clientMsgNo,
    from_uid: message.fromUid,
    timestamp: int(message.timestamp),
    expires_at: expiresAt,
    setting: int(message.setting),
    type: parsed.type,
    flame: flameOf(message.payload),
    album: albumNumber(message.payload, message.fromUid),
    stream: null,
    stream_seq: 0,
    voice_played: Number(message.voicePlayed === true),
    deleted: Number(message.deleted || expired),
    hidden: Number(isHiddenType(parsed.type) || notForMe),
    payload: isObject(message.payload) ? withoutOthersWords(message.payload) : null,
  };
  return delivered(facts, message.stream);
}
