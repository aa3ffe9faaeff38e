/**
 * The guard's HTTP side: everything passes to TSDD byte for byte (@fastify/http-proxy), but for the recall, which is
 * decided here, and the pages that carry words, which are read and masked on their way back.
 */
import httpProxy from '@fastify/http-proxy';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders, IncomingMessage, RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { reasonOf } from '../../../shared/errors.ts';
import { isObject } from '../../../shared/json.ts';
import { ApiError } from '../../business/http/errors.ts';
import { DEFAULT_HTTP_LIMITS, fastifyLimits } from '../../http-limits.ts';
import { PAGE_PATHS } from '../masking/pages.ts';
import { extraSync } from './extra-sync.ts';
import { canonicalPath } from './canonical-path.ts';
import { deleteForAll, edit, name, pin, robotSend, send } from './checked-writes.ts';
import { imRoute, personOfImRoute } from './im-route.ts';
import { healthRoute } from './health-route.ts';
import { masked } from './masked-answer.ts';
import { groupOfMemberList, memberList, pinnedSync } from './members-only.ts';
import { type ErrorAnswer, NoAnswer, pagesFirst } from './page-passage.ts';
import { SILENCE_MS } from './page-connections.ts';
import { ownStream } from './own-stream.ts';
import { type GuardParts, OTHER_ORIGINS, type Passage, type Passing, type Routes, tokenOf } from './parts.ts';
import { recallLogRoute } from './recall-log-route.ts';
import { revokeRoute } from './revoke-route.ts';
import { asksForWebSocket, tunnelUpgrade } from './upgrade-tunnel.ts';
import { CONNECTIONS_A_NODE, DOWN_PATIENCE_MS } from './upstreams.ts';
import { WholeRequest } from './whole-request.ts';
import { WholeResponse } from './whole-response.ts';

/** Answered by the guard itself, never by the path that matches everything. */
const OWN_PATHS = [
  '/v1/message/revoke',
  '/v1/message/extra/sync',
  '/v1/message/edit',
  '/v1/message/send',
  '/v1/message/mutual',
  '/v1/guard/health',
];
const MASKED = new Set([...PAGE_PATHS, '/v1/common/appconfig']);
/**
 * What TSDD offers the IM server, and with no token to everybody: messages nobody sent, who is online, the members of
 * any group. WuKongIM reaches TSDD past the guards.
 */
const OF_IM_SERVER = new Set(['/v1/webhook', '/v2/webhook', '/v1/webhook/message/notify', '/v1/datasource']);
const isGuarded = (path: string): boolean => OWN_PATHS.includes(path) || MASKED.has(path);

/** What else speaks of an upgrade is a call as if it did not: TSDD answers it as one, and it is looked at as one. */
function isWebSocket(request: IncomingMessage): boolean {
  if (!asksForWebSocket(request)) return false;
  const path = canonicalPath(request.url ?? '/');
  return !isGuarded(path) && !OF_IM_SERVER.has(path) && groupOfMemberList('GET', path) === null;
}
const BODY_TIMEOUT_MS = 300_000;

const NO_ANSWER = { msg: '业务服务器没有应答，请稍后再试', status: 502 };
const NOT_IN_TIME = { msg: '业务服务器没有及时应答，请稍后再试', status: 504 };

/** Who a client is for the choice of a node. */
const clientOf = (request: FastifyRequest): string => tokenOf(request) || request.ip;

/** Refused before anything of it was sent. */
const OF_ASKER = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH']);
const isOfAsker = (error: unknown): boolean => isObject(error) && OF_ASKER.has(String(error['code']));

/** It has gone, and took the socket along, or only the socket. */
const isGone = (socket: Socket | null): boolean => socket === null || socket.destroyed;

/** TSDD took the connection and said nothing. */
const LATE = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'FST_REPLY_FROM_GATEWAY_TIMEOUT']);
const isLate = (error: unknown): boolean => isObject(error) && LATE.has(String(error['code']));

const passages = new WeakMap<FastifyRequest, Passage>();

export async function guardApp(parts: GuardParts): Promise<FastifyInstance> {
  const { metrics, upstreams, log } = parts;
  const limits = fastifyLimits(DEFAULT_HTTP_LIMITS);
  const app = Fastify({
    ...limits,
    http: {
      ...limits.http,
      IncomingMessage: WholeRequest,
      ServerResponse: WholeResponse,
      shouldUpgradeCallback: isWebSocket,
    },
    forceCloseConnections: 'idle',
    trustProxy: parts.options.trustProxy.length > 0 ? parts.options.trustProxy : false,
    routerOptions: { maxParamLength: 16_384 },
  });
  app.server.maxConnections = DEFAULT_HTTP_LIMITS.connections;

  const passage = (request: FastifyRequest): Passage => {
    let known = passages.get(request);
    if (!known) {
      known = {
        upstream: upstreams.pick(clientOf(request)),
        startedAt: performance.now(),
        path: canonicalPath(request.url),
      };
      passages.set(request, known);
    }
    return known;
  };

  app.addHook('onRequest', (request, reply, next) => {
    const { path } = passage(request);
    const written = request.url.split('?', 1)[0];
    if (OF_IM_SERVER.has(path) || (path !== written && isGuarded(path))) {
      // Not for clients, or written so that TSDD would take it for a call that is guarded, which is no accident.
      void reply.code(404).type('text/plain').send('404 page not found');
      return;
    }
    next();
  });
  app.addHook('onResponse', (request, reply, next) => {
    const { path, startedAt } = passage(request);
    const route = OWN_PATHS.includes(path) || MASKED.has(path) ? path : 'other';
    metrics.answered(route, reply.statusCode, performance.now() - startedAt);
    next();
  });
  app.setErrorHandler((error, request, reply) => answerError(parts, error, request, reply));

  const replyOptions = {
    getUpstream: (request: FastifyRequest) => passage(request).upstream,
    rewriteRequestHeaders: (request: FastifyRequest, headers: IncomingHttpHeaders) =>
      requestHeaders(request, headers, MASKED.has(passage(request).path)),
    // Never again on the same node: the client decides what is worth a second try.
    retryDelay: () => null,
    onResponse: (
      request: FastifyRequest,
      reply: FastifyReply,
      answer: { stream: Readable; statusCode: number },
    ) => {
      const { path } = passage(request);
      // "close" is said for a body that is still coming: it is read to its end (own-stream.ts), so that it stays.
      if (!request.raw.complete) void reply.removeHeader('connection');
      if (answer.statusCode === 200 && MASKED.has(path))
        masked(parts, request, reply, answer.stream, path).catch((error: unknown) =>
          answerError(parts, error, request, reply),
        );
      else void reply.send(answer.stream);
    },
    onError: (reply: FastifyReply, { error }: { error: Error }) => {
      const { request } = reply;
      const cause = error.cause ?? error;
      // Who asked has gone, in the middle of an upload maybe, or wrote what cannot be sent on: TSDD is not down for it.
      if (isGone(request.socket) || isOfAsker(cause)) {
        void reply.code(400).send({ msg: '请求数据格式有误！', status: 400 });
        return;
      }
      upstreams.failed(passage(request).upstream, reasonOf(cause));
      log.warn('tsdd_failed', { upstream: passage(request).upstream, reason: reasonOf(cause) });
      const said = isLate(cause) ? NOT_IN_TIME : NO_ANSWER;
      void reply.code(said.status).send(said);
    },
  };

  const special = specialCalls(parts);
  await app.register(httpProxy, {
    upstream: '',
    disableRequestLogging: true,
    internalRewriteLocationHeader: false,
    undici: {
      connections: CONNECTIONS_A_NODE,
      headersTimeout: SILENCE_MS,
      bodyTimeout: BODY_TIMEOUT_MS,
    },
    httpMethods: ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT', 'OPTIONS'],
    replyOptions: replyOptions as object,
    handler: (request, reply, dest, options) => {
      const { path } = passage(request);
      const groupNo = groupOfMemberList(request.method, path);
      const uid = personOfImRoute(request.method, path);
      const pass =
        (groupNo === null ? null : memberList(parts, groupNo)) ??
        (uid === null ? null : imRoute(parts, uid)) ??
        special[`${request.method} ${path}`] ??
        robotSend(request.method, path);
      const timed = upstreams.isUp(passage(request).upstream)
        ? options
        : { ...options, timeout: DOWN_PATIENCE_MS };
      if (!pass) {
        if (request.body instanceof Readable) request.body = ownStream(request.body);
        return reply.from(dest, timed);
      }
      return pass(request, reply, (more) => reply.from(dest, { ...timed, ...more }));
    },
  });
  await app.register(async (own) => {
    // No call of the guard's own has a body, and whatever a client says of one (`application/json` and nothing in it)
    // is no reason to refuse it, as it is none for TSDD.
    own.removeAllContentTypeParsers();
    own.addContentTypeParser('*', (_request, body, done) => {
      body.resume();
      body.on('end', () => done(null));
    });
    const routes: Routes = { app: own, parts, passage };
    revokeRoute(routes);
    recallLogRoute(routes);
    healthRoute(routes);
  });
  const [general] = app.server.listeners('request') as RequestListener[];
  if (general === undefined) throw new Error('the HTTP server has no listener');
  app.server.removeListener('request', general);
  app.server.on(
    'request',
    pagesFirst({ parts, errorAnswer: (error, path) => errorAnswer(parts, error, path) }, general),
  );
  app.server.on('upgrade', (request, socket, head) => {
    // A Node that does not ask before (older than 24.9).
    if (!isWebSocket(request)) {
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const token = request.headers['token'];
    const client = typeof token === 'string' && token !== '' ? token : (request.socket.remoteAddress ?? '');
    const upstream = upstreams.pick(client);
    tunnelUpgrade(request, socket, head, upstream, (reason) => upstreams.failed(upstream, reason));
  });
  return app;
}

/** Calls that are looked at before they are passed on. */
function specialCalls(parts: GuardParts): Readonly<Record<string, Passing>> {
  return {
    'POST /v1/message/extra/sync': extraSync(parts),
    'POST /v1/message/edit': edit(parts),
    'POST /v1/message/send': send(),
    'POST /v1/message/pinned': pin(parts),
    'POST /v1/message/pinned/sync': pinnedSync(parts),
    'DELETE /v1/message/mutual': deleteForAll(parts),
    'PUT /v1/user/current': name(),
    'POST /v1/user/register': name(),
    'POST /v1/user/usernameregister': name(),
  };
}

function requestHeaders(
  request: FastifyRequest,
  headers: IncomingHttpHeaders,
  isMasked: boolean,
): IncomingHttpHeaders {
  const before = headers['x-forwarded-for'];
  const peer = request.socket.remoteAddress ?? '';
  const next: IncomingHttpHeaders = {
    ...headers,
    'x-forwarded-for': before === undefined ? peer : `${String(before)}, ${peer}`,
    'x-forwarded-proto': headers['x-forwarded-proto'] ?? 'http',
  };
  // Node has said "continue" already; the client that goes on to TSDD refuses to send this, which is no fault of TSDD.
  delete next.expect;
  // It is no WebSocket, or is none that is let through: see isWebSocket.
  delete next.upgrade;
  // What is read here has to come unpacked.
  if (isMasked) next['accept-encoding'] = 'identity';
  return next;
}

/** Refusals as TSDD writes them; browsers of other origins read TSDD's, so they read these. */
function errorAnswer(parts: GuardParts, error: unknown, path: string): ErrorAnswer {
  const [status, body] = refusalOf(parts, error, path);
  const headers = { ...OTHER_ORIGINS, 'content-type': 'application/json; charset=utf-8' };
  return { status, headers, body: JSON.stringify(body) };
}

function refusalOf(parts: GuardParts, error: unknown, path: string): [status: number, body: object] {
  if (error instanceof ApiError) return [error.status, error.body()];
  if (error instanceof NoAnswer) return error.isLate ? [504, NOT_IN_TIME] : [502, NO_ANSWER];
  const status = isObject(error) && typeof error['statusCode'] === 'number' ? error['statusCode'] : 500;
  if (status >= 500) parts.log.warn('failed', { path, reason: reasonOf(error) });
  return [status, { msg: status < 500 ? '请求数据格式有误！' : '服务器错误', status }];
}

function answerError(parts: GuardParts, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent) return;
  for (const name of reply.getHeaders() ? Object.keys(reply.getHeaders()) : []) void reply.removeHeader(name);
  const { status, headers, body } = errorAnswer(parts, error, canonicalPath(request.url));
  void reply.code(status).headers(headers).send(body);
}
