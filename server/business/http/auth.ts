/** Who is calling: the `token` header (tsdd-api.md 0). */
import type { FastifyRequest } from 'fastify';
import { ApiError } from './errors.ts';

/** The signed-in caller of a request. */
export interface Caller {
  uid: string;
  flag: number;
  /** Digest of the session's token. */
  session: Buffer;
}

/** Whose token it is; null when unknown or expired. */
export interface TokenLookup {
  find(token: string): Caller | null;
}

const callers = new WeakMap<FastifyRequest, Caller>();

/** Resolves the token once per request; unauthenticated routes never look at the result. */
export function identify(request: FastifyRequest, sessions: TokenLookup): Caller | null {
  const token = request.headers['token'];
  const found = typeof token === 'string' && token !== '' ? sessions.find(token) : null;
  if (found) callers.set(request, found);
  return found;
}

/** The signed-in caller. Throws TSDD's 401 texts. */
export function caller(request: FastifyRequest): Caller {
  const found = callers.get(request);
  if (found) return found;
  throw new ApiError(401, request.headers['token'] ? '请先登录！' : 'token不能为空，请先登录！');
}

export function adminOnly(request: FastifyRequest, tokens: { valid(token: string): boolean }): void {
  const token = request.headers['token'];
  if (typeof token !== 'string' || token === '') throw new ApiError(401, 'token不能为空，请先登录！');
  if (!tokens.valid(token)) throw new ApiError(401, '请先登录！');
}
