/** When something was asked for and answered last, and when it is due again; after failures sooner, then less often. */

/** After a failure; never later than what is usual. */
const RETRY_MS = [5_000, 10_000, 20_000, 40_000] as const;

/** All times by `performance.now()`. */
export class Pulse {
  readonly #everyMs: () => number;
  /** When the request that was answered last was made. */
  #answeredFor = Number.NEGATIVE_INFINITY;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #running = false;

  /** `everyMs`: longest time since the last answer; Infinity = not now. */
  constructor(everyMs: () => number) {
    this.#everyMs = everyMs;
  }

  /** false: a request is under way. */
  start(): boolean {
    if (this.#running) return false;
    this.#running = true;
    this.#askedAt = performance.now();
    return true;
  }

  /** Somebody else asks. */
  asked(): void {
    this.#askedAt = performance.now();
  }

  /** `startedAt`: of the request that was answered, if it was not `start`. */
  answered(startedAt = this.#askedAt): void {
    this.#running = false;
    this.#failures = 0;
    this.#answeredAt = performance.now();
    this.#answeredFor = Math.max(this.#answeredFor, startedAt);
  }

  failed(): void {
    this.#running = false;
    this.#failures += 1;
  }

  /** Whether a request that was made after `at` was answered. */
  answeredSince(at: number): boolean {
    return this.#answeredFor >= at;
  }

  /** ms since it was asked for or answered. */
  since(): number {
    return performance.now() - Math.max(this.#askedAt, this.#answeredAt);
  }

  /** ms; 0 or less: now. Infinity: not before something else happens. */
  dueIn(): number {
    if (this.#running) return Infinity;
    const every = this.#everyMs();
    if (every === Infinity) return Infinity;
    const last = Math.max(this.#askedAt, this.#answeredAt);
    const retry = RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1];
    return last + (retry === undefined ? every : Math.min(retry, every)) - performance.now();
  }
}
