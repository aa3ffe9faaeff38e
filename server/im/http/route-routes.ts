import type { FastifyInstance } from 'fastify';
import { parse, uids } from './validation.ts';

export interface RouteAddresses {
  tcp_addr: string;
  ws_addr: string;
  wss_addr: string;
}

/** Where clients connect (wukongim.md C.2). */
export function registerRouteRoutes(app: FastifyInstance, addresses: () => RouteAddresses): void {
  app.get('/route', async () => addresses());
  app.post('/route/batch', async (request) => [{ uids: parse(uids, request.body), ...addresses() }]);
}
