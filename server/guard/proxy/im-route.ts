/** `GET users/:uid/im`, where clients learn which node of WuKongIM to connect to: TSDD passes on what any node says. */
import { type GuardParts, OTHER_ORIGINS, type Passing } from './parts.ts';

const ROUTE = /^\/v1\/users\/([^/]+)\/im$/;

/** Whose way is asked for; null for other calls. */
export function personOfImRoute(method: string, path: string): string | null {
  const written = method === 'GET' ? ROUTE.exec(path)?.[1] : undefined;
  if (written === undefined) return null;
  try {
    return decodeURIComponent(written);
  } catch {
    return null;
  }
}

/** The addresses of the node that leads the person's slot, in TSDD's form; where none is known TSDD's answer. */
export function imRoute({ leadingNodes, metrics }: GuardParts, uid: string): Passing {
  return async (_request, reply, from) => {
    const addresses = await leadingNodes.addressesFor(uid);
    metrics.imRoutes.inc({ by: addresses === null ? 'tsdd' : 'guard' });
    if (addresses === null) return from({});
    return reply
      .headers(OTHER_ORIGINS)
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(addresses));
  };
}
