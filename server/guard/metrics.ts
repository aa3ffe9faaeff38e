/** What Prometheus is told (docs/guard.md). One registry an instance, so that tests can run several. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class Metrics {
  readonly registry = new Registry();
  readonly requests = new Counter({
    name: 'guard_requests_total',
    help: 'Requests of clients',
    labelNames: ['route', 'status'],
    registers: [this.registry],
  });
  readonly requestSeconds = new Histogram({
    name: 'guard_request_seconds',
    help: 'From the request to the end of the answer, TSDD included',
    labelNames: ['route'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly maskSeconds = new Histogram({
    name: 'guard_mask_seconds',
    help: 'What the guard adds to a page: from its last byte to the look-up and the answer',
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly recalls = new Counter({
    name: 'guard_recalls_total',
    help: 'Recalls by outcome: done, already, the reason of a refusal, or failed',
    labelNames: ['outcome'],
    registers: [this.registry],
  });
  readonly masked = new Counter({
    name: 'guard_masked_total',
    help: 'What was blanked in pages: message, quote, edit, tip, reminder, hit',
    labelNames: ['kind'],
    registers: [this.registry],
  });
  readonly lookups = new Counter({
    name: 'guard_state_lookups_total',
    help: 'Batch look-ups of recall state: cached (none needed), asked, foreseen (beside TSDD), failed',
    labelNames: ['result'],
    registers: [this.registry],
  });
  readonly lateCopies = new Counter({
    name: 'guard_late_copies_total',
    help: 'Copies that WuKongIM stored after the recall, found and recorded here',
    registers: [this.registry],
  });
  readonly commands = new Counter({
    name: 'guard_commands_total',
    help: 'CMDs sent after recalls',
    labelNames: ['attempt', 'result'],
    registers: [this.registry],
  });
  readonly upstreamUp = new Gauge({
    name: 'guard_upstream_up',
    help: 'Whether a TSDD node answers',
    labelNames: ['upstream'],
    registers: [this.registry],
  });
  readonly imUp = new Gauge({
    name: 'guard_im_up',
    help: 'Whether a WuKongIM node answers; a node that hangs does not',
    labelNames: ['node'],
    registers: [this.registry],
  });
  readonly imCalls = new Counter({
    name: 'guard_im_calls_total',
    help: 'Calls to a WuKongIM node: ok, refused, failed, silent, and too_little (another node knew more)',
    labelNames: ['node', 'result'],
    registers: [this.registry],
  });
  readonly imRoutes = new Counter({
    name: 'guard_im_routes_total',
    help: 'Clients that asked which node to connect to: told by the guard, or by TSDD',
    labelNames: ['by'],
    registers: [this.registry],
  });
  readonly movedPeople = new Counter({
    name: 'guard_moved_people_total',
    help: 'Connections that were ended because another node came to lead their person, and heard nothing any more',
    registers: [this.registry],
  });
  readonly redisConnected = new Gauge({
    name: 'guard_redis_connected',
    help: '1 while recalls of other guards are heard; without Redis 0',
    registers: [this.registry],
  });
  readonly plugins = new Gauge({
    name: 'guard_plugins_connected',
    help: 'WuKongIM nodes whose plug-in said through Redis that it stands; -1 when that is not known',
    registers: [this.registry],
  });
  readonly sends = new Counter({
    name: 'guard_plugin_sends_total',
    help: 'SENDs the plug-in was asked about, by what is wrong with them (ok: nothing)',
    labelNames: ['fault'],
    registers: [this.registry],
  });
  readonly sendSeconds = new Histogram({
    name: 'guard_plugin_send_seconds',
    help: 'From the question about a SEND to its answer',
    buckets: [0.00001, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01],
    registers: [this.registry],
  });
  readonly pluginConnected = new Gauge({
    name: 'guard_plugin_connected',
    help: '1 while the plug-in stands in its WuKongIM node; while 0 forged messages pass',
    registers: [this.registry],
  });

  /** As the gauge says. */
  pluginsSeen = -1;

  constructor(options: { processMetrics?: boolean } = {}) {
    if (options.processMetrics === true) collectDefaultMetrics({ register: this.registry });
    this.setPlugins(-1);
  }

  /** Counters by route and status, which are looked up by their labels once. */
  readonly #answered = new Map<string, { inc: () => void; observe: (seconds: number) => void }>();

  /** A request of a client was answered after so many ms. `route` is one of few. */
  answered(route: string, status: number, ms: number): void {
    const key = `${status} ${route}`;
    let known = this.#answered.get(key);
    if (known === undefined) {
      const [requests, seconds] = [
        this.requests.labels({ route, status: String(status) }),
        this.requestSeconds.labels({ route }),
      ];
      known = { inc: () => requests.inc(), observe: (value) => seconds.observe(value) };
      this.#answered.set(key, known);
    }
    known.inc();
    known.observe(ms / 1000);
  }

  setPlugins(count: number): void {
    this.pluginsSeen = count;
    this.plugins.set(count);
  }
}
