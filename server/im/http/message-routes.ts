import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CHANNEL_PERSON, SYSTEM_UID } from '../channel-ids.ts';
import type { ImCore } from '../im-core.ts';
import { ReasonCode } from '../../../shared/wire/packets.ts';
import type { Channel } from '../store/channel-store.ts';
import type { StoredMessage } from '../store/message-store.ts';
import {
  channelAt,
  eraseBody,
  flagBits,
  type Place,
  place,
  sendBody,
  sendHeader,
  sendRequest,
} from './message-bodies.ts';
import { messageDto } from './message-dto.ts';
import { ApiError, base64, channelId, int64, parse, queryInt, u32, uid, uids } from './validation.ts';

const MAX_LIMIT = 10_000;
const NOT_FOUND = { status: 404 };

const sendBatchBody = z.object({
  header: sendHeader,
  from_uid: z.union([z.literal(''), uid]).default(''),
  subscribers: uids.min(1, 'must not be empty'),
  payload: base64.refine((bytes) => bytes.length > 0, 'must not be empty'),
});
const syncBody = z.object({
  ...place,
  start_message_seq: u32.default(0),
  end_message_seq: u32.default(0),
  limit: z.int().min(0).default(0),
  pull_mode: z.union([z.literal(0), z.literal(1)]).default(0),
});
const lookupBody = z.object({
  ...place,
  message_seqs: z.array(u32).nullish(),
  message_ids: z.array(int64).nullish(),
  client_msg_nos: z.array(z.string()).nullish(),
});
const oneBody = z.object({ ...place, message_id: int64.optional(), client_msg_no: z.string().optional() });
const byNoQuery = z.object({
  channel_id: channelId,
  channel_type: queryInt,
  client_msg_no: z.string().min(1),
});
const namingBody = z.object({ since: z.int().min(0), texts: z.array(z.string().min(1).max(200)).max(200) });
const channelQuery = z.object({
  channel_id: channelId,
  channel_type: queryInt,
  login_uid: z.string().default(''),
});

/** Sending, history and look-up (wukongim.md C.3, C.5, C.6), and /message/erase. */
export function registerMessageRoutes(app: FastifyInstance, core: ImCore): void {
  const { messages } = core;

  const channelOf = (where: Place): Channel | null => channelAt(core, where);

  app.post('/message/send', async (request) => {
    const body = parse(sendBody, request.body);
    const result = await core.send(sendRequest(body));
    if (result.reason !== ReasonCode.success) throw new ApiError('message could not be stored', 500);
    if ((body.subscribers ?? []).length > 0) return { status: 200 };
    return { status: 200, data: { message_id: result.messageId, client_msg_no: result.clientMsgNo } };
  });

  app.post('/message/sendbatch', async (request) => {
    const body = parse(sendBatchBody, request.body);
    const results = await Promise.all(
      body.subscribers.map((to) =>
        core.send({
          fromUid: body.from_uid === '' ? SYSTEM_UID : body.from_uid,
          channelId: to,
          channelType: CHANNEL_PERSON,
          clientMsgNo: '',
          flags: flagBits(body.header),
          setting: 0,
          expire: 0,
          topic: '',
          payload: body.payload,
          byClient: false,
        }),
      ),
    );
    const failed = body.subscribers.filter((_, i) => results[i]?.reason !== ReasonCode.success);
    return { fail_uids: failed, reason: failed.map(() => 'message could not be stored') };
  });

  app.post('/channel/messagesync', async (request) => {
    const body = parse(syncBody, request.body);
    const channel = channelOf(body);
    if (!channel) return { start_message_seq: 0, end_message_seq: 0, more: 0, messages: [] };
    const { start_message_seq: start, end_message_seq: end } = body;
    const limit = Math.min(body.limit, MAX_LIMIT);
    let page: StoredMessage[];
    // One row more than asked for tells whether there are more.
    if (start === 0 && end === 0) page = messages.lastBefore(channel, 0, channel.lastSeq, limit + 1);
    else if (body.pull_mode === 1)
      page = messages.range(channel, start, end === 0 ? channel.lastSeq + 1 : end, limit + 1);
    else page = messages.lastBefore(channel, end, start, limit + 1);
    const more = page.length > limit;
    page = page.slice(0, limit);
    page.sort((a, b) => a.seq - b.seq);
    return {
      start_message_seq: start,
      end_message_seq: end,
      more: more && limit > 0 ? 1 : 0,
      messages: page.map(messageDto),
    };
  });

  app.post('/messages', async (request) => {
    const body = parse(lookupBody, request.body);
    const channel = channelOf(body);
    const found = new Map<bigint, StoredMessage>();
    const take = (message: StoredMessage | null | undefined): void => {
      if (message) found.set(message.messageId, message);
    };
    if (channel) {
      for (const seq of body.message_seqs ?? []) take(messages.range(channel, seq, seq + 1, 1)[0]);
      for (const id of body.message_ids ?? []) take(messages.byId(channel, id));
      for (const no of body.client_msg_nos ?? []) take(messages.byClientMsgNo(channel, no));
    }
    return {
      start_message_seq: 0,
      end_message_seq: 0,
      more: 0,
      messages: [...found.values()].sort((a, b) => a.seq - b.seq).map(messageDto),
    };
  });

  app.post('/message', async (request) => {
    const body = parse(oneBody, request.body);
    const channel = channelOf(body);
    if (body.message_id === undefined && !body.client_msg_no) {
      throw new ApiError('message_id: this or client_msg_no is needed');
    }
    if (!channel) return NOT_FOUND;
    const message =
      body.message_id !== undefined && body.message_id !== 0n
        ? messages.byId(channel, body.message_id)
        : messages.byClientMsgNo(channel, body.client_msg_no ?? '');
    return message ? messageDto(message) : NOT_FOUND;
  });

  app.get('/message/byclientmsgno', async (request) => {
    const query = parse(byNoQuery, request.query);
    const channel = core.channels.find(query.channel_id, query.channel_type);
    const message = channel && messages.byClientMsgNo(channel, query.client_msg_no);
    return message ? messageDto(message) : NOT_FOUND;
  });

  app.get('/channel/max_message_seq', async (request) => {
    const channel = channelOf(parse(channelQuery, request.query));
    return { message_seq: channel?.lastSeq ?? 0 };
  });

  app.get('/channel/last_message', async (request) => {
    const channel = channelOf(parse(channelQuery, request.query));
    const last = channel && messages.lastBefore(channel, 0, channel.lastSeq, 1)[0];
    return last ? messageDto(last) : NOT_FOUND;
  });

  /**
   * Not in WuKongIM: overwrites the payloads of recalled messages with `{}`, on disk (secure_delete, WAL truncated) and
   * in what waits for redelivery; id, seq, sender and client_msg_no stay. What later messages of the channel repeat of
   * them as a quote is blanked too. Body: {login_uid (person channels),
   * channel_id, channel_type, message_ids: [int64 or decimal string]}; answer: {"status":200,"data":{"erased":n}}.
   * A business server in front of a real WuKongIM gets 404 here and must blank payloads on its own reads only.
   */
  app.post('/message/erase', async (request) => {
    const body = parse(eraseBody, request.body);
    const channel = channelOf(body);
    const erased = channel ? await core.erase([{ channel, messageIds: body.message_ids }]) : 0;
    return { status: 200, data: { erased } };
  });
}

/** Not in WuKongIM: which of these texts stand in stored payloads. For files that no message names any more. */
export function registerNamingRoute(app: FastifyInstance, core: ImCore): void {
  app.post('/message/naming', async (request) => {
    const body = parse(namingBody, request.body);
    return { found: await core.messages.naming(body.since, body.texts) };
  });
}
