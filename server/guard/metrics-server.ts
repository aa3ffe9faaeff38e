/** `/metrics` for Prometheus, `/live` and `/ready` for whoever starts and watches the process. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

export interface MetricsServer {
  port: number;
  close(): Promise<void>;
}

/**
 * `ready`: null while clients may be sent here, otherwise the reason why not. `remarks`: what is told beside it, a line
 * each.
 */
export async function startMetricsServer(
  metrics: Metrics,
  at: { host: string; port: number },
  ready: () => string | null,
  remarks: () => string[] = () => [],
): Promise<MetricsServer> {
  const server: Server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': type }).end(body);
    };
    if (request.url === '/live') return answer(200, 'text/plain', 'ok\n');
    if (request.url === '/ready') {
      const reason = ready();
      return answer(
        reason === null ? 200 : 503,
        'text/plain',
        `${[reason ?? 'ok', ...remarks()].join('\n')}\n`,
      );
    }
    if (request.url !== '/metrics') return answer(404, 'text/plain', 'not found\n');
    metrics.registry.metrics().then(
      (text) => answer(200, metrics.registry.contentType, text),
      () => answer(500, 'text/plain', 'metrics could not be read\n'),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
