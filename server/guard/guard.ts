/** One guard: its parts, its ports, and how it ends. */
import type { AddressInfo } from 'node:net';
import { reasonOf } from '../../shared/errors.ts';
import type { GuardOptions } from './command-line.ts';
import { stderrLog, type Log } from './log.ts';
import { Metrics } from './metrics.ts';
import { type MetricsServer, startMetricsServer } from './metrics-server.ts';
import { guardApp } from './proxy/guard-app.ts';
import type { GuardParts } from './proxy/parts.ts';
import { Upstreams } from './proxy/upstreams.ts';
import { Announcements, LATE_REPEATS_MS } from './recall/announcements.ts';
import { Foresight } from './recall/foresight.ts';
import { Identities } from './recall/identity.ts';
import { LeadingNodes } from './recall/leading-nodes.ts';
import { MovedPeople } from './recall/moved-people.ts';
import { ImNodes, type ImNodesWatcher } from './recall/im-nodes.ts';
import { LateCopies } from './recall/late-copies.ts';
import { RecallLimits } from './recall/limits.ts';
import { RecallGuard } from './recall/recall-guard.ts';
import { NO_COHERENCE, redisCoherence } from './store/coherence.ts';
import type { GuardStore } from './store/guard-store.ts';
import { SamePages } from './masking/same-pages.ts';
import { SeenIds } from './store/seen-ids.ts';
import { RecallStates } from './store/recall-states.ts';

export interface GuardDeps {
  store: GuardStore;
  log?: Log;
  /** ms */
  now?: () => number;
  /** Pauses before the CMD goes out again, ms. */
  repeats?: readonly number[];
  /** The same of the late ones of a cluster, ms. */
  lateRepeats?: readonly number[];
  processMetrics?: boolean;
}

export interface Guard {
  /** Origin for clients. */
  url: string;
  metricsPort: number | null;
  parts: GuardParts;
  /** Takes no new requests, lets those under way end, sends what is still to be announced. */
  close(): Promise<void>;
}

const A_SECOND = 1_000;
const AN_HOUR = 3_600_000;
const A_DAY = 86_400_000;
/** How long requests under way may take when the guard ends. */
const DRAIN_MS = 15_000;
const IDLE_MS = 50;

export async function startGuard(options: GuardOptions, deps: GuardDeps): Promise<Guard> {
  const { store, log = stderrLog, now = Date.now } = deps;
  const metrics = new Metrics({ processMetrics: deps.processMetrics ?? false });
  const upstreams = new Upstreams(options.tsdd, metrics, log);
  const im = new ImNodes(options.imApi, options.imApiToken, {}, imWatcher(metrics, log));
  const states = new RecallStates(store, metrics, now);
  const identities = new Identities((token) => upstreams.pick(token));
  const coherence =
    options.redis === undefined
      ? NO_COHERENCE
      : redisCoherence(options.redis, metrics, log, (records) => states.recalled(records));
  const announcements = new Announcements({
    im,
    store,
    metrics,
    log,
    now,
    repeats: deps.repeats,
    lateRepeats: options.imApi.length > 1 ? (deps.lateRepeats ?? LATE_REPEATS_MS) : [],
  });
  let draining = false;
  const parts: GuardParts = {
    options,
    log,
    metrics,
    upstreams,
    im,
    leadingNodes: new LeadingNodes(im, options, now),
    store,
    states,
    samePages: new SamePages(states),
    coherence,
    foresight: new Foresight({ states, seen: new SeenIds(now), identities }),
    identities,
    recalls: new RecallGuard({
      im,
      store,
      states,
      coherence,
      announcements,
      log,
      window: options.window,
      now,
    }),
    late: new LateCopies({ im, store, states, coherence, announcements, metrics, log, now }),
    limits: new RecallLimits(now),
    notReady: () => (draining ? 'draining' : upstreams.anyUp() ? null : 'no TSDD node answers'),
    remarks: () => remarksOf(im),
    window: () => (options.window === undefined ? store.revokeSecond() : Promise.resolve(options.window)),
    plugins: () => pluginsOf(metrics),
    anyGuardOnly: remembered(() => store.anyGuardOnly(), A_SECOND, now),
  };
  const movedPeople = new MovedPeople({ nodes: parts.leadingNodes, log, metrics });
  const app = await guardApp(parts);
  await app.listen({ host: options.host, port: options.port });
  let metricsServer: MetricsServer | null = null;
  if (options.metrics !== undefined) {
    const at = { host: options.host, port: options.metrics };
    metricsServer = await startMetricsServer(
      metrics,
      at,
      () => parts.notReady(),
      () => parts.remarks(),
    );
  }
  const purge = (): void => {
    store
      .purgeAudit(now() - options.auditDays * A_DAY)
      .catch((error: unknown) => log.warn('audit_purge_failed', { reason: reasonOf(error) }));
  };
  const purging = setInterval(purge, AN_HOUR);
  purging.unref();
  purge();
  announcements.start();
  im.watch();
  if (options.imApi.length > 1) movedPeople.watch();
  return {
    url: `http://${urlHost(options.host)}:${(app.server.address() as AddressInfo).port}`,
    metricsPort: metricsServer?.port ?? null,
    parts,
    close: async () => {
      draining = true;
      movedPeople.close();
      clearInterval(purging);
      // A connection that was busy when the end began is idle after its answer, and nobody would close it.
      const idle = setInterval(() => app.server.closeIdleConnections(), IDLE_MS);
      const force = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
      await app.close();
      clearInterval(idle);
      clearTimeout(force);
      await announcements.flush();
      upstreams.close();
      im.close();
      await coherence.close();
      await store.close();
      await metricsServer?.close();
    },
  };
}

const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** A silent node is no reason to send clients elsewhere, where it would be as silent; who reads `/ready` is told. */
function remarksOf(im: ImNodes): string[] {
  return im.silent().map(({ node, ms }) => `WuKongIM ${node}: no answer for ${Math.round(ms / 1000)} s`);
}

function imWatcher(metrics: Metrics, log: Log): ImNodesWatcher {
  const silent = new Set<string>();
  return {
    ended: (node, result) => metrics.imCalls.inc({ node, result }),
    answers: (node, does) => {
      metrics.imUp.set({ node }, does ? 1 : 0);
      if (does && silent.delete(node)) log.info('im_up', { node });
      else if (!does && !silent.has(node)) {
        silent.add(node);
        log.warn('im_silent', { node });
      }
    },
  };
}

function pluginsOf(metrics: Metrics): number | null {
  const value = metrics.pluginsSeen;
  return value < 0 ? null : value;
}

/** The answer of `ask`, asked for again when it is older than `ms`. */
function remembered<T>(ask: () => Promise<T>, ms: number, now: () => number): () => Promise<T> {
  let last: { at: number; value: Promise<T> } | null = null;
  return () => {
    if (last === null || now() - last.at >= ms) {
      const value = ask();
      const mine = { at: now(), value };
      last = mine;
      value.catch(() => {
        if (last === mine) last = null;
      });
    }
    return last.value;
  };
}
