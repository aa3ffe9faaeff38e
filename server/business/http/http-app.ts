/**
 * The Fastify instance: body parsing, CORS, errors and unknown routes as TSDD answers them (tsdd-api.md 0, captures.md
 * 4).
 */
import multipart from '@fastify/multipart';
import { stackOf } from '../../../shared/errors.ts';
import Fastify, { type FastifyInstance } from 'fastify';
import { fastifyLimits, type HttpLimits } from '../../http-limits.ts';
import type { Log } from '../im-client/im-jobs.ts';
import { isOwnHost, type OwnHosts } from '../../own-host.ts';
import { ImError } from '../im-client/im-api.ts';
import { addressKey } from './addresses.ts';
import { identify, type TokenLookup } from './auth.ts';
import { ApiError } from './errors.ts';
import { nestingDepth } from '../../../shared/json.ts';
import type { RequestLimit } from './rate-limit.ts';

const MAX_JSON_BYTES = 2 * 1024 * 1024;
const MAX_JSON_DEPTH = 64;
/** What a form adds to the file in it: a longer body is refused by its length, before it is sent. */
const FORM_BYTES = 64 * 1024;
const ALLOWED_HEADERS =
  'Content-Type, Content-Length, Accept-Encoding, X-CSRF-Token, token, accept, origin, Cache-Control, X-Requested-With, appid, noncestr, sign, timestamp';

export interface HttpAppOptions {
  sessions: TokenLookup;
  /** Values of `Host` that are answered (own-host.ts). */
  ownHosts: OwnHosts;
  requests: RequestLimit;
  maxUploadBytes: number;
  limits: HttpLimits;
  log: Log;
}

export async function createHttpApp(options: HttpAppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    bodyLimit: MAX_JSON_BYTES,
    forceCloseConnections: true,
    ...fastifyLimits(options.limits),
    routerOptions: { maxParamLength: 300 },
  });

  app.server.maxConnections = options.limits.connections;

  // gin ignores the content type of a JSON body, and clients send none or a form type with an empty body.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    const text = typeof body === 'string' ? body : body.toString('utf8');
    if (text.trim() === '') return done(null, undefined);
    try {
      if (nestingDepth(text) > MAX_JSON_DEPTH) throw new SyntaxError('nested too deeply');
      done(null, JSON.parse(text));
    } catch {
      done(new ApiError(400, '请求数据格式有误！', { code: 'bad_request' }), undefined);
    }
  });
  await app.register(multipart, {
    limits: { fileSize: options.maxUploadBytes, files: 1, fields: 10, parts: 11, headerPairs: 100 },
  });

  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Credentials': 'true',
      'Access-Control-Allow-Headers': ALLOWED_HEADERS,
      'Access-Control-Allow-Methods': 'POST, OPTIONS, GET, PUT, DELETE, UPDATE',
      'X-Content-Type-Options': 'nosniff',
    });
    if (!isOwnHost(request.headers.host, options.ownHosts)) {
      done(new ApiError(403, '未知的主机名！', { code: 'unknown_host' }));
      return;
    }
    if (request.method === 'OPTIONS') {
      void reply.code(204).send();
      return;
    }
    const isForm = /^multipart\//i.test(request.headers['content-type'] ?? '');
    if (isForm && Number(request.headers['content-length'] ?? 0) > options.maxUploadBytes + FORM_BYTES) {
      done(new ApiError(400, '上传内容过大！', { code: 'too_large' }));
      return;
    }
    const who = identify(request, options.sessions);
    // The IM server's webhook speaks for everybody at once; it has its own guard.
    const limited =
      !request.url.startsWith('/v2/') && !options.requests.take(who ? who.uid : addressKey(request.ip));
    done(limited ? new ApiError(429, '请求过于频繁，请稍后再试！', { code: 'rate_limited' }) : undefined);
  });

  app.setNotFoundHandler((request, reply) => {
    if (request.method === 'OPTIONS') return reply.code(204).send();
    return reply.code(404).type('text/plain').send('404 page not found');
  });

  app.setErrorHandler((error: unknown, request, reply) => {
    if (error instanceof ApiError) return reply.code(error.status).send(error.body());
    if (error instanceof ImError) {
      options.log.warn(`${request.method} ${request.routeOptions.url ?? ''}: ${error.message}`);
      return reply.code(400).send({ msg: '调用IM服务失败！', status: 400, code: 'im_unavailable' });
    }
    const status = statusOf(error);
    if (status === 413)
      return reply.code(400).send({ msg: '上传内容过大！', status: 400, code: 'too_large' });
    if (status >= 400 && status < 500)
      return reply.code(400).send({ msg: '请求数据格式有误！', status: 400, code: 'bad_request' });
    options.log.warn(`${request.method} ${request.routeOptions.url ?? ''} failed: ${stackOf(error)}`);
    return reply.code(500).send({ msg: '服务器内部错误', status: 500, code: 'internal' });
  });

  return app;
}

function statusOf(error: unknown): number {
  const status: unknown =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : 500;
}
