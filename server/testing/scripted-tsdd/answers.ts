/** How TSDD answers and what it makes of a request (tsdd-api.md 0). */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isObject, type JsonObject } from '../../../shared/json.ts';
import type { ImApi } from '../../business/im-client/im-api.ts';
import type { TsddFault } from './faults.ts';
import type { ScriptedState } from './state.ts';

export interface Scripted {
  state: ScriptedState;
  faults: Set<TsddFault>;
  im: ImApi;
  /** Server clock, ms. */
  now: () => number;
}

/** A business error: 400 and a Chinese text. */
export class TsddError extends Error {
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

/** gin.Recovery: 500 with an empty body. */
export class TsddPanic extends Error {}

export const OK = { status: 200 };

/** The signed-in caller's uid. */
export function callerOf({ state }: Scripted, request: FastifyRequest): string {
  const token = request.headers['token'];
  if (typeof token !== 'string' || token === '') throw new TsddError('token不能为空，请先登录！', 401);
  const uid = state.uidOfToken.get(token);
  if (uid === undefined) throw new TsddError('请先登录！', 401);
  return uid;
}

/** A body that Go would bind to a struct of these fields: a wrong JSON type is a 400. */
export function bound(
  request: FastifyRequest,
  fields: Readonly<Record<string, 'string' | 'number' | 'list'>>,
): JsonObject {
  const body = request.body;
  if (!isObject(body)) throw new TsddError('请求数据格式有误！');
  for (const [name, kind] of Object.entries(fields)) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (kind === 'list' ? !Array.isArray(value) : typeof value !== kind)
      throw new TsddError('请求数据格式有误！');
  }
  return body;
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Errors as TSDD writes them. */
export function answerError(error: unknown, reply: FastifyReply): FastifyReply {
  if (error instanceof TsddPanic) return reply.code(500).send();
  if (error instanceof TsddError) {
    const body = error.status === 401 ? { msg: error.message } : { msg: error.message, status: error.status };
    return reply.code(error.status).send(body);
  }
  const status = isObject(error) && typeof error['statusCode'] === 'number' ? error['statusCode'] : 500;
  if (status === 413)
    return reply.code(413).type('text/html').send('<html>413 Request Entity Too Large</html>');
  if (status < 500)
    return reply
      .code(400)
      .type('text/plain; charset=utf-8')
      .send(JSON.stringify({ msg: '请求数据格式有误！', status: 400 }));
  // A rejected look-up at WuKongIM.
  return reply.code(400).send({ msg: '查询IM消息错误', status: 400 });
}
