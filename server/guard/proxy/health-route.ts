/** `GET /v1/guard/health`: what whoever judges the deployment may know; without a token, without addresses. */
import type { Routes } from './parts.ts';

export function healthRoute({ app, parts }: Routes): void {
  app.get('/v1/guard/health', async (_request, reply) => {
    const reason = parts.notReady();
    return reply.code(reason === null ? 200 : 503).send({
      status: reason === null ? 'up' : reason,
      window: await parts.window().catch(() => null),
      im: { nodes: parts.im.count(), silent: parts.im.silent().length },
      redis: parts.coherence.heard(),
      plugins: parts.plugins(),
    });
  });
}
