import Fastify, { type FastifyInstance } from 'fastify';
import { reasonOf } from '../../../shared/errors.ts';
import { fastifyLimits, type HttpLimits } from '../../http-limits.ts';
import type { ImCore } from '../im-core.ts';
import { registerChannelRoutes } from './channel-routes.ts';
import { registerConversationRoutes } from './conversation-routes.ts';
import { parseExact, stringifyExact } from '../../../shared/exact-json.ts';
import { registerMessageRoutes } from './message-routes.ts';
import { registerOfflineCmdRoutes } from './offline-cmd-routes.ts';
import { registerRouteRoutes, type RouteAddresses } from './route-routes.ts';
import { registerUserRoutes } from './user-routes.ts';
import { ApiError } from './validation.ts';

/** Base64 of the largest frame, with room for the other fields. */
const BODY_LIMIT = 4 * 1024 * 1024;

export interface ApiOptions {
  managerToken: string | null;
  addresses: () => RouteAddresses;
  limits: HttpLimits;
}

/** The HTTP API of wukongim.md C: server to server, no user authentication. */
export function createApi(core: ImCore, options: ApiOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    ...fastifyLimits(options.limits),
  });
  app.server.maxConnections = options.limits.connections;
  // Every body is JSON, whatever its content type says, as on the real server.
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
    const { managerToken } = options;
    if (managerToken === null || request.url === '/health') return;
    if (request.headers['token'] !== managerToken) throw new ApiError('token is wrong', 401);
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
  registerConversationRoutes(app, core);
  registerOfflineCmdRoutes(app, core);
  return app;
}
