/** `POST /v1/message/revoke` (wukongim.md E.1). */
import { z } from 'zod';
import { reasonOf } from '../../../shared/errors.ts';
import { isObject } from '../../../shared/json.ts';
import { ApiError, OK } from '../../business/http/errors.ts';
import { readRevokeQuery } from '../../business/messages/revoke-query.ts';
import { DECIDED_MS, type TsddAnswer } from '../recall/recall-guard.ts';
import { OTHER_ORIGINS, type Routes, tokenOf } from './parts.ts';

/** Its row says whether it was done, also when it takes longer (recall-guard.ts). */
const TIMEOUT_MS = 4_000;
const Msg = z.object({ msg: z.string() });

export function revokeRoute({ app, parts, passage }: Routes): void {
  const { recalls, identities, metrics, limits, log } = parts;

  app.post('/v1/message/revoke', async (request, reply) => {
    const startedAt = performance.now();
    let outcome = 'failed';
    try {
      const token = tokenOf(request);
      const me = await identities.uidOf(token, { withinMs: DECIDED_MS });
      if (!limits.mayRecall(me)) throw new ApiError(429, '操作太频繁，请稍后再试');
      const recallRequest = readRevokeQuery(request.query);
      const { upstream } = passage(request);
      outcome = await recalls.recall(
        {
          uid: me,
          address: request.ip,
          askedAt: startedAt,
          passOn: (message) => passOn(upstream, token, request.ip, message, recallRequest.channel),
        },
        recallRequest,
      );
      return await reply.headers(OTHER_ORIGINS).send(OK);
    } catch (error) {
      if (error instanceof ApiError)
        outcome = error.code ?? (error.status === 400 ? 'failed' : String(error.status));
      throw error;
    } finally {
      metrics.recalls.inc({ outcome });
      log.info('recall', { outcome, ms: Math.round(performance.now() - startedAt) });
    }
  });

  async function passOn(
    upstream: string,
    token: string,
    address: string,
    message: { messageId: string; clientMsgNo: string },
    channel: { channelId: string; channelType: number },
  ): Promise<TsddAnswer> {
    const query = new URLSearchParams({
      message_id: message.messageId,
      client_msg_no: message.clientMsgNo,
      channel_id: channel.channelId,
      channel_type: String(channel.channelType),
    });
    try {
      const response = await fetch(`${upstream}/v1/message/revoke?${query.toString()}`, {
        method: 'POST',
        headers: { token, 'x-forwarded-for': address },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const read = Msg.safeParse(json(await response.text()));
      return { status: response.status, msg: read.success ? read.data.msg : '' };
    } catch (error) {
      parts.upstreams.failed(upstream, reasonOf(error));
      return { status: 0, msg: '' };
    }
  }
}

function json(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
