/** A page of TSDD's on its way to the client: read whole, masked, and sent with TSDD's own headers. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { isObject } from '../../../shared/json.ts';
import { ApiError } from '../../business/http/errors.ts';
import type { GuardParts } from './parts.ts';
import { type MaskOptions, maskPage } from '../masking/pages.ts';
import { readBody, unpacked } from './read-body.ts';

/** 10,000 rows, the most TSDD sends at once, of 6 KiB. */
const MOST_BYTES = 64 * 1024 * 1024;

export async function masked(
  parts: GuardParts,
  request: FastifyRequest,
  reply: FastifyReply,
  stream: Readable,
  path: string,
  extras?: Required<Pick<MaskOptions, 'asked' | 'moreExtras'>>,
): Promise<void> {
  const packed = await readBody(stream, MOST_BYTES);
  const startedAt = performance.now();
  const encoding = String(reply.getHeader('content-encoding') ?? '');
  const body = await unpacked(packed, encoding, MOST_BYTES);
  if (body === null) throw new ApiError(502, '业务服务器的应答无法读取');
  const text = body.toString('utf8');
  const result = path === '/v1/common/appconfig' ? withWindow(text, parts.options.window) : await page(text);
  parts.metrics.maskSeconds.observe((performance.now() - startedAt) / 1000);
  // The very bytes where nothing was taken out: decoding them could have changed what is no UTF-8.
  if (result === text) {
    void reply.send(packed);
    return;
  }
  void reply
    .removeHeader('content-encoding')
    .removeHeader('content-length')
    .removeHeader('transfer-encoding');
  void reply.send(Buffer.from(result));

  async function page(answer: string): Promise<string> {
    if (path === '/v1/conversation/sync') learnCaller(parts, request, answer);
    try {
      return await maskPage(path, answer, {
        states: parts.states,
        late: parts.late,
        note: (kind) => parts.metrics.masked.inc({ kind }),
        fail: parts.options.fail,
        ...extras,
      });
    } catch (error) {
      if (parts.options.fail === 'closed') throw new ApiError(503, '查询撤回状态失败，请稍后再试');
      throw error;
    }
  }
}

const UID = /^\{"uid":"([^"\\]{1,100})"/;

/** The first key of TSDD's answer; what is no match is asked for when it is needed. */
function learnCaller(parts: GuardParts, request: FastifyRequest, answer: string): void {
  const uid = UID.exec(answer)?.[1];
  const token = request.headers['token'];
  if (uid !== undefined && typeof token === 'string' && token !== '') parts.identities.learn(token, uid);
}

/**
 * Clients offer the recall by `revoke_second`: it has to be what the guard enforces. That somebody enforces it is what
 * `recall_enforced` tells them, as the embedded server does (docs/sign-in.md).
 */
function withWindow(text: string, seconds: number | undefined): string {
  try {
    const answer: unknown = JSON.parse(text);
    if (!isObject(answer) || !('revoke_second' in answer)) return text;
    const window = seconds === undefined ? {} : { revoke_second: seconds };
    return JSON.stringify({ ...answer, ...window, recall_enforced: 1 });
  } catch {
    return text;
  }
}
