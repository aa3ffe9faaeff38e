import Fastify, { type FastifyInstance } from 'fastify';
import { reasonOf } from '../../../shared/errors.ts';
import { fastifyLimits, type HttpLimits } from '../../http-limits.ts';
import { isOwnHost, type OwnHosts } from '../../own-host.ts';
import { digestOf, hasDigest } from '../../secret-text.ts';
import type { ImCore } from '../im-core.ts';
import { registerChannelRoutes } from './channel-routes.ts';
import { registerConversationRoutes } from './conversation-routes.ts';
import { parseExact, stringifyExact } from '../../../shared/exact-json.ts';
import { registerManyRoutes } from './many-routes.ts';
import { registerMessageRoutes, registerNamingRoute } from './message-routes.ts';
import { registerOfflineCmdRoutes } from './offline-cmd-routes.ts';
import { registerRouteRoutes, type RouteAddresses } from './route-routes.ts';
import { registerUserRoutes } from './user-routes.ts';
import { ApiError } from './validation.ts';

/** Base64 of the largest frame, with room for the other fields. */
const BODY_LIMIT = 4 * 1024 * 1024;

export interface ApiOptions {
  /** Every request but /health needs it in the header `token`. */
  managerToken: string;
  /** Values of `Host` that are answered (own-host.ts). */
  ownHosts: OwnHosts;
  addresses: () => RouteAddresses;
  limits: HttpLimits;
}

const JSON_TYPE = /^application\/json\s*(;|$)/i;

/**
 * The HTTP API of wukongim.md C: server to server, no user authentication. Whoever may call it speaks for every user,
 * so unlike the real server it always asks for the manager token, and never answers a browser.
 */
export function createApi(core: ImCore, options: ApiOptions): FastifyInstance {
  const expected = digestOf(options.managerToken);
  const isToken = (given: unknown): boolean => typeof given === 'string' && hasDigest(given, expected);
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    ...fastifyLimits(options.limits),
  });
  app.server.maxConnections = options.limits.connections;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    const text = body.toString();
    if (text === '') {
      done(null, {});
      return;
    }
    try {
      done(null, parseExact(text, 'bigint'));
    } catch {
      done(new ApiError('数据格式有误！'), undefined);
    }
  });
  app.setReplySerializer((payload) => stringifyExact(payload));

  app.addHook('onRequest', async (request) => {
    // No page of a browser has business here: neither under another name nor with a form's or a script's request.
    if (!isOwnHost(request.headers.host, options.ownHosts)) throw new ApiError('unknown Host', 403);
    if (request.headers.origin !== undefined) throw new ApiError('not for browsers', 403);
    if (request.url === '/health') return;
    if (!isToken(request.headers['token'])) throw new ApiError('token is wrong', 401);
    const hasBody =
      request.headers['transfer-encoding'] !== undefined ||
      Number(request.headers['content-length'] ?? 0) > 0;
    if (hasBody && !JSON_TYPE.test(request.headers['content-type'] ?? ''))
      throw new ApiError('the body must be application/json', 415);
  });
  app.setErrorHandler(async (error, request, reply) => {
    const known = error instanceof ApiError ? error : null;
    const framework = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    const status = known?.status ?? framework;
    if (status >= 500) core.log('error', `HTTP ${request.method} ${request.url}: ${String(error)}`);
    const msg = status >= 500 ? 'internal error' : reasonOf(error);
    return reply.status(status).type('application/json; charset=utf-8').send({ msg, status });
  });
  app.setNotFoundHandler(async (_request, reply) =>
    reply.status(404).type('text/plain').serializer(String).send('404 page not found'),
  );

  app.get('/health', async () => ({ status: 'ok' }));
  registerRouteRoutes(app, options.addresses);
  registerUserRoutes(app, core);
  registerChannelRoutes(app, core);
  registerMessageRoutes(app, core);
  registerManyRoutes(app, core);
  registerNamingRoute(app, core);
  registerConversationRoutes(app, core);
  registerOfflineCmdRoutes(app, core);
  return app;
}
