/** The query of `POST /v1/message/revoke` (wukongim.md E.1), read strictly where TSDD panics or guesses. */
import { z } from 'zod';
import { Id, parse } from '../http/validation.ts';
import { type RecallRequest, RecallRefusal } from './recall-rules.ts';

const RevokeQuery = z.object({
  message_id: z.string().default(''),
  client_msg_no: z.string().max(200).default(''),
  channel_id: Id,
  channel_type: z.enum(['1', '2'], { error: '频道类型只能是 1 或 2' }).transform(Number),
});

/** @throws ApiError */
export function readRevokeQuery(query: unknown): RecallRequest {
  const read = parse(RevokeQuery, query);
  const messageId = read.message_id;
  if (messageId === '' && read.client_msg_no === '') throw RecallRefusal.badIds();
  if (messageId !== '' && !/^\d{1,19}$/.test(messageId)) throw RecallRefusal.badIds();
  return {
    channel: { channelId: read.channel_id, channelType: read.channel_type },
    messageId,
    clientMsgNo: read.client_msg_no,
  };
}
