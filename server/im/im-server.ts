import type { AddressInfo } from 'node:net';
import { DEFAULT_HTTP_LIMITS } from '../http-limits.ts';
import { ownHosts } from '../own-host.ts';
import { newSecret } from '../secret-text.ts';
import { createApi } from './http/api.ts';
import { ImCore } from './im-core.ts';
import { listenTcp, listenWs } from './listeners.ts';
import { DEFAULT_LIMITS, DEFAULT_TIMINGS, type ImServerOptions } from './options.ts';

export type { ImServerOptions } from './options.ts';

export interface ImServer {
  /** `host:port` of the wire protocol over TCP. */
  tcp: string;
  /** `ws://host:port`. */
  ws: string;
  /** `http://host:port` of the HTTP API. */
  api: string;
  /** What the HTTP API asks for in the header `token`. */
  apiToken: string;
  /** Asks the same API from this process, without a socket. Rejects once the server is closed. */
  readonly ask: (request: {
    method: 'GET' | 'POST';
    path: string;
    headers: Record<string, string>;
    body?: string;
  }) => Promise<{ status: number; text: string }>;
  /** Sets or, with null, removes the webhook. */
  setWebhook(url: string | null): void;
  /** Commits what is queued, ends all connections and frees the ports. */
  close(): Promise<void>;
}

/**
 * Starts a small WuKongIM: wire protocol 2-5 over TCP and WebSocket, the HTTP API of wukongim.md C, one SQLite file.
 * @throws Error when a port is taken or the database cannot be opened
 */
export async function startImServer(options: ImServerOptions): Promise<ImServer> {
  const host = options.host ?? '127.0.0.1';
  const log = options.log ?? (() => undefined);
  const apiToken = options.managerToken ?? newSecret();
  const timings = { ...DEFAULT_TIMINGS, ...options.timings };
  const core = new ImCore({
    dataDir: options.dataDir,
    nodeId: options.nodeId ?? 1001,
    tokenAuth: options.tokenAuth ?? true,
    storeRepeats: options.storeRepeats ?? false,
    takeAnyType: options.takeAnyType ?? false,
    timings,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    log,
  });
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    // The API first: its requests may still be waiting for the pipeline.
    for (const closer of closers.toReversed()) await closer();
    core.close();
  };
  try {
    const tcp = await listenTcp(host, options.tcpPort ?? 0, core, log);
    closers.push(() => tcp.close());
    const ws = await listenWs(host, options.wsPort ?? 0, core, log, timings.connectTimeoutMs);
    closers.push(() => ws.close());
    const shownHost = bracketed(options.externalHost ?? host);
    const addresses = {
      tcp_addr: `${shownHost}:${tcp.port}`,
      ws_addr: `ws://${shownHost}:${ws.port}`,
      wss_addr: '',
    };
    const app = createApi(core, {
      managerToken: apiToken,
      ownHosts: ownHosts(host, [
        ...(options.hostNames ?? []),
        ...(options.externalHost === undefined ? [] : [options.externalHost]),
      ]),
      addresses: () => addresses,
      limits: { ...DEFAULT_HTTP_LIMITS, ...options.httpLimits },
    });
    await app.listen({ host, port: options.apiPort ?? 0 });
    closers.push(() => app.close());
    const { port: apiPort } = app.server.address() as AddressInfo;
    core.webhook.setUrl(options.webhookUrl ?? null);
    return {
      tcp: `${bracketed(host)}:${tcp.port}`,
      ws: `ws://${bracketed(host)}:${ws.port}`,
      api: `http://${bracketed(host)}:${apiPort}`,
      apiToken,
      ask: async ({ method, path, headers, body }) => {
        const answer = await app.inject({
          method,
          url: path,
          headers: { ...headers, host: `${bracketed(host)}:${apiPort}` },
          ...(body === undefined ? {} : { payload: body }),
        });
        return { status: answer.statusCode, text: answer.payload };
      },
      setWebhook: (url) => core.webhook.setUrl(url),
      close: once(close),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** IPv6 addresses stand in brackets inside an address with a port. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => (running ??= run());
}
