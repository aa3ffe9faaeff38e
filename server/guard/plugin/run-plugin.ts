/** `npm run guard -- --plugin SOCKET`. */
import { Redis } from 'ioredis';
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { PluginOptions } from '../command-line.ts';
import type { Log } from '../log.ts';
import { Metrics } from '../metrics.ts';
import { startMetricsServer } from '../metrics-server.ts';
import { PLUGIN_KEY, REDIS_MS } from '../store/coherence.ts';
import { PluginLink } from './plugin-link.ts';

const SAY_MS = 5_000;
/** Gone from the guards' metrics this long after its last word, s. */
const LAPSES_S = 15;

export async function runPlugin(
  options: PluginOptions,
  log: Log,
): Promise<{ said: Record<string, unknown>; close(): Promise<void> }> {
  const metrics = new Metrics({ processMetrics: true });
  const link = new PluginLink(options.socket, metrics, log);
  const server =
    options.metrics === undefined
      ? null
      : await startMetricsServer(metrics, { host: options.host, port: options.metrics }, () =>
          link.joined ? null : 'not joined',
        );
  const presence = options.redis === undefined ? null : sayPresence(options.redis, options.socket, link);
  return {
    said: { ready: true, plugin: options.socket, metrics: server?.port ?? null },
    close: async () => {
      await presence?.close();
      link.close();
      await server?.close();
    },
  };
}

/** Tells the guards that this node is watched: that nobody says so is visible in their metrics. */
function sayPresence(url: string, socket: string, link: PluginLink): { close(): Promise<void> } {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, commandTimeout: REDIS_MS });
  redis.on('error', () => undefined);
  const key = PLUGIN_KEY + createHash('sha256').update(`${hostname()}\n${socket}`).digest('hex').slice(0, 16);
  const say = (): void => {
    if (link.joined) redis.set(key, '1', 'EX', LAPSES_S).catch(() => undefined);
    else redis.del(key).catch(() => undefined);
  };
  const timer = setInterval(say, SAY_MS);
  say();
  return {
    close: async () => {
      clearInterval(timer);
      await redis.del(key).catch(() => undefined);
      redis.disconnect();
    },
  };
}
