import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ReasonCode } from '../../../shared/wire/packets.ts';
import type { ImCore } from '../im-core.ts';
import { channelAt, eraseBody, place, sendBody, sendRequest } from './message-bodies.ts';
import { messageDto } from './message-dto.ts';
import { ApiError, int64, parse } from './validation.ts';

const MOST_CALLS = 200;
/** Stored copies of one sending; a client that repeats more often is no client. */
const MOST_COPIES = 100;

const many = <T extends z.ZodType>(body: T) => z.object({ calls: z.array(body).min(1).max(MOST_CALLS) });
const sendMany = many(sendBody);
const eraseMany = many(eraseBody);
const sentAs = z.object({
  asked: z
    .array(z.object({ ...place, message_id: int64 }))
    .min(1)
    .max(MOST_CALLS),
});

/**
 * Not in WuKongIM, which answers 404: many calls as one, for a business server that has much to say at once. Each call
 * is checked before the first is made, and they share a transaction as far as the pipeline does.
 */
export function registerManyRoutes(app: FastifyInstance, core: ImCore): void {
  /** Bodies of `/message/send`, stored and delivered in this order. */
  app.post('/message/send_many', async (request) => {
    const requests = parse(sendMany, request.body).calls.map(sendRequest);
    const results = await Promise.all(requests.map((each) => core.send(each)));
    if (results.some((result) => result.reason !== ReasonCode.success))
      throw new ApiError('messages could not be stored', 500);
    return { status: 200 };
  });

  /** Bodies of `/message/erase`. */
  app.post('/message/erase_many', async (request) => {
    const erasures = parse(eraseMany, request.body).calls.flatMap((body) => {
      const channel = channelAt(core, body);
      return channel ? [{ channel, messageIds: body.message_ids }] : [];
    });
    return { status: 200, data: { erased: await core.erase(erasures) } };
  });

  /**
   * For each `asked` {login_uid, channel_id, channel_type, message_id} the message and what else is stored in its
   * channel under its client_msg_no, whoever sent it; nothing when the message is not there. Answer: {answers: [[…]]}.
   */
  app.post('/message/sent_as', async (request) => ({
    answers: parse(sentAs, request.body).asked.map((one) => {
      const channel = channelAt(core, one);
      const message = channel && core.messages.byId(channel, one.message_id);
      if (!channel || !message) return [];
      const alike =
        message.clientMsgNo === ''
          ? []
          : core.messages.withClientMsgNo(channel, message.clientMsgNo, MOST_COPIES);
      const others = alike.filter((each) => each.messageId !== message.messageId);
      return [message, ...others].map(messageDto);
    }),
  }));
}
