/**
 * Which TSDD node answers a request. The same client goes to the same node while it answers: the sign-in by QR code
 * waits in the memory of one node (tsdd-api.md 1.5).
 */
import { createHash } from 'node:crypto';
import {
  Agent as HttpAgent,
  type ClientRequest,
  request as httpRequest,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { reasonOf } from '../../../shared/errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { PageConnections } from './page-connections.ts';
import { MOST_BYTES } from './read-body.ts';

/** Connections to one node. */
export const CONNECTIONS_A_NODE = 512;
/** What is known to be down is asked all the same, for it may be back; but not waited for as long, ms. */
export const DOWN_PATIENCE_MS = 5_000;
const CHECK_MS = 5_000;
const CHECK_TIMEOUT_MS = 3_000;

export class Upstreams {
  readonly #origins: readonly string[];
  readonly #down = new Set<string>();
  readonly #metrics: Metrics;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: CONNECTIONS_A_NODE });
  readonly #https = new HttpsAgent({ keepAlive: true, maxSockets: CONNECTIONS_A_NODE });

  /** For what is asked and read whole. */
  readonly pages = new PageConnections({ most: CONNECTIONS_A_NODE, mostBytes: MOST_BYTES });

  constructor(origins: readonly string[], metrics: Metrics, log: Log) {
    this.#origins = origins;
    this.#metrics = metrics;
    this.#log = log;
    for (const origin of origins) metrics.upstreamUp.set({ upstream: origin }, 1);
    this.#timer = setInterval(() => void this.check(), CHECK_MS);
    this.#timer.unref();
  }

  /** The node for a client, by rendezvous hashing over those that answer; when none does, over all. */
  pick(client: string): string {
    const [only = ''] = this.#origins;
    if (this.#origins.length === 1) return only;
    const up = this.#origins.filter((origin) => !this.#down.has(origin));
    const among = up.length > 0 ? up : this.#origins;
    if (among.length === 1) return among[0] ?? '';
    let best = '';
    let bestWeight = '';
    for (const origin of among) {
      const weight = createHash('sha1').update(`${client}\n${origin}`).digest('hex');
      if (weight > bestWeight) [best, bestWeight] = [origin, weight];
    }
    return best;
  }

  /** A request could not be sent to it, or was not answered. */
  failed(origin: string, reason: string): void {
    if (this.#down.has(origin)) return;
    this.#down.add(origin);
    this.#metrics.upstreamUp.set({ upstream: origin }, 0);
    this.#log.warn('tsdd_down', { upstream: origin, reason });
  }

  /** A request to a node, over a connection that is kept. */
  request(origin: string, options: Pick<RequestOptions, 'path' | 'method' | 'headers'>): ClientRequest {
    return origin.startsWith('https:')
      ? httpsRequest(origin, { ...options, agent: this.#https })
      : httpRequest(origin, { ...options, agent: this.#http });
  }

  isUp(origin: string): boolean {
    return !this.#down.has(origin);
  }

  anyUp(): boolean {
    return this.#down.size < this.#origins.length;
  }

  /** Asks every node; TSDD answers /v1/ping without a token. */
  async check(): Promise<void> {
    await Promise.all(
      this.#origins.map(async (origin) => {
        try {
          const response = await fetch(`${origin}/v1/ping`, {
            signal: AbortSignal.timeout(CHECK_TIMEOUT_MS),
          });
          await response.arrayBuffer();
          if (response.status >= 500) this.failed(origin, `HTTP ${response.status}`);
          else if (this.#down.delete(origin)) {
            this.#metrics.upstreamUp.set({ upstream: origin }, 1);
            this.#log.info('tsdd_up', { upstream: origin });
          }
        } catch (error) {
          this.failed(origin, reasonOf(error));
        }
      }),
    );
  }

  close(): void {
    clearInterval(this.#timer);
    this.#http.destroy();
    this.#https.destroy();
    this.pages.close();
  }
}
