/**
 * The pump of the outbox: lets every lane look at what waits, whenever somebody says that there is work (`kick`) and at
 * the moment at which the next job may be tried. It knows what holds all lanes up: a folder that takes no writes, a
 * refused token, no connection, the end of the account.
 */
import { reasonOf } from '../../../shared/errors.ts';
import { DEFAULT_TIMINGS, type OutboxOptions, type OutboxTimings } from './outbox-api.ts';

export interface PumpedLane {
  /** Starts what may start. `kicked`: also what waits for its next try, unless it has just failed. */
  start(kicked: boolean): void;
  /** What is under way. */
  readonly running: readonly Promise<void>[];
  /** Nothing more will come: what is held back in memory is stored now. */
  flush?(): void;
}

export class Pump {
  readonly timings: OutboxTimings;
  readonly #options: OutboxOptions;
  readonly #lanes: PumpedLane[] = [];
  #state: 'open' | 'closing' | 'closed' = 'open';
  #signedOut = false;
  #timer: NodeJS.Timeout | undefined;
  /** performance.now() of the next look. */
  #wakeAt = Infinity;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.timings = { ...DEFAULT_TIMINGS, ...options.timings };
  }

  /** Lanes get their turn in the order in which they were added. */
  add(lane: PumpedLane): void {
    this.#lanes.push(lane);
  }

  /** There is new work, or the connection came (back) online. */
  kick(): void {
    // A connection that is online has had its token accepted.
    if (this.isOnline) this.#signedOut = false;
    this.#startAll(true);
  }

  /** Lets all lanes look again after `ms` at the latest. */
  wakeIn(ms: number): void {
    const at = performance.now() + ms;
    if (this.#state !== 'open' || at >= this.#wakeAt) return;
    this.#wakeAt = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#wakeAt = Infinity;
      this.#startAll(false);
    }, ms);
  }

  /** Stops all requests until somebody is signed in again. */
  unauthorized(): void {
    if (this.#signedOut) return;
    this.#signedOut = true;
    this.#options.onUnauthorized();
  }

  get isOnline(): boolean {
    return this.#options.connection.state.state === 'online';
  }

  /** False once `close` has ended: the store must not be touched any more. */
  get isOpen(): boolean {
    return this.#state !== 'closed';
  }

  /** May a lane over HTTP start something? Not while closing, and not while the token is refused. */
  get mayRequest(): boolean {
    return this.#state === 'open' && !this.#signedOut && !this.#options.store.readOnly;
  }

  /** May a SEND start? */
  get maySend(): boolean {
    return this.#state === 'open' && !this.#options.store.readOnly && this.isOnline;
  }

  /** Starts nothing new; what is under way gets `closeGraceMs` to end. */
  async close(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    clearTimeout(this.#timer);
    const { promise: grace, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.timings.closeGraceMs);
    await Promise.race([Promise.allSettled(this.#lanes.flatMap(({ running }) => running)), grace]);
    clearTimeout(timer);
    for (const lane of this.#lanes) lane.flush?.();
    this.#state = 'closed';
  }

  #startAll(kicked: boolean): void {
    if (this.#state !== 'open') return;
    try {
      for (const lane of this.#lanes) lane.start(kicked);
    } catch (error) {
      // Reading the jobs failed; they are still there.
      this.#options.log('error', `outbox: ${reasonOf(error)}`);
      this.wakeIn(this.timings.backoffFirstMs);
    }
  }
}
