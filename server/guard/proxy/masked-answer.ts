/** A page of TSDD's on its way to the client: read whole, masked, and sent with TSDD's own headers. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { isObject } from '../../../shared/json.ts';
import { ApiError } from '../../business/http/errors.ts';
import { type GuardParts, tokenOf } from './parts.ts';
import type { MaskOptions } from '../masking/found-rows.ts';
import { maskBody } from '../masking/pages.ts';
import type { FramedRows } from '../masking/whole-pages.ts';
import { ownText } from '../store/own-text.ts';
import { MOST_BYTES, readBody, unpacked } from './read-body.ts';

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
  const body = await unpackedPage(packed, String(reply.getHeader('content-encoding') ?? ''));
  const result =
    path === '/v1/common/appconfig'
      ? withWindow(body, parts.options.window)
      : await maskedBody(parts, path, body, tokenOf(request), extras);
  parts.metrics.maskSeconds.observe((performance.now() - startedAt) / 1000);
  if (result === body) {
    void reply.send(packed);
    return;
  }
  void reply
    .removeHeader('content-encoding')
    .removeHeader('content-length')
    .removeHeader('transfer-encoding');
  void reply.send(result);
}

/** @throws ApiError 502 for a packing that was not asked for and is not known */
export async function unpackedPage(packed: Buffer, encoding: string): Promise<Buffer> {
  const body = await unpacked(packed, encoding, MOST_BYTES);
  if (body === null) throw new ApiError(502, '业务服务器的应答无法读取');
  return body;
}

/**
 * A page without what was recalled; the very bytes where nothing was taken out.
 * @throws ApiError 503 while the state cannot be looked up, with `--fail closed`
 */
export async function maskedBody(
  parts: GuardParts,
  path: string,
  body: Buffer,
  token: string,
  extras?: Required<Pick<MaskOptions, 'asked' | 'moreExtras'>>,
  rows?: FramedRows | null,
): Promise<Buffer> {
  if (path === '/v1/conversation/sync') learnCaller(parts, token, body);
  try {
    return await maskBody(path, body, { ...maskOptions(parts), ...extras }, rows);
  } catch (error) {
    if (parts.options.fail === 'closed') throw new ApiError(503, '查询撤回状态失败，请稍后再试');
    throw error;
  }
}

export const maskOptions = ({ states, late, metrics, options }: GuardParts): MaskOptions => ({
  states,
  late,
  note: (kind) => metrics.masked.inc({ kind }),
  fail: options.fail,
});

/** Bytes in which that key stands. */
const LONGEST_BEGINNING = 512;
const UID = /^\{"uid":"([^"\\]{1,100})"/;

/** The first key of TSDD's answer; what is no match is asked for when it is needed. */
function learnCaller(parts: GuardParts, token: string, answer: Buffer): void {
  const uid = UID.exec(answer.toString('utf8', 0, LONGEST_BEGINNING))?.[1];
  if (uid !== undefined && token !== '') parts.identities.learn(token, ownText(uid));
}

/**
 * Clients offer the recall by `revoke_second`: it has to be what the guard enforces. That somebody enforces it is what
 * `recall_enforced` tells them, as the embedded server does (docs/sign-in.md).
 */
function withWindow(body: Buffer, seconds: number | undefined): Buffer {
  try {
    const answer: unknown = JSON.parse(body.toString('utf8'));
    if (!isObject(answer) || !('revoke_second' in answer)) return body;
    const window = seconds === undefined ? {} : { revoke_second: seconds };
    return Buffer.from(JSON.stringify({ ...answer, ...window, recall_enforced: 1 }));
  } catch {
    return body;
  }
}
