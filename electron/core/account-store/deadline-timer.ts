/**
 * What is gone at its second: messages that expire, messages that burn after reading. One timer for all of them, set
 * to the next end. Ends are on the server's clock, which may be set anew while one waits: no wait is longer than
 * `LONGEST_WAIT_MS`, and who wakes up too early waits on.
 */
import type { StoreLog } from '../store/context.ts';

/** Also bounds how late an end is noticed after the computer slept or its clock was set. */
export const LONGEST_WAIT_MS = 5_000;
/** After an end that could not be made: the disk may be full, the next try is not now. */
const RETRY_MS = 1_000;

interface Options {
  /** Server time in ms. */
  now: () => number;
  /** Server time (ms) of the next end; null = none is known. */
  next: () => number | null;
  /** Makes an end of all that is due. */
  run: () => void;
  log: StoreLog;
}

export class DeadlineTimer {
  readonly #options: Options;
  #timer: NodeJS.Timeout | null = null;
  /** Server time (ms) the timer is set to. */
  #dueMs = Number.POSITIVE_INFINITY;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Something ends at this server time (ms). */
  at(dueMs: number): void {
    if (dueMs >= this.#dueMs) return;
    this.#dueMs = dueMs;
    this.#arm();
  }

  /** Other databases, or another clock: looks for the next end. */
  refresh(): void {
    this.stop();
    const next = this.#options.next();
    if (next !== null) this.at(next);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#dueMs = Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    if (this.#timer) clearTimeout(this.#timer);
    const waitMs = Math.min(Math.max(1, this.#dueMs - this.#options.now()), LONGEST_WAIT_MS);
    this.#timer = setTimeout(() => this.#wake(), waitMs);
    this.#timer.unref();
  }

  #wake(): void {
    this.#timer = null;
    const { log, next, now, run } = this.#options;
    if (now() < this.#dueMs) {
      this.#arm();
      return;
    }
    this.#dueMs = Number.POSITIVE_INFINITY;
    try {
      run();
      const nextMs = next();
      // What is due still could not be ended.
      if (nextMs !== null) this.at(Math.max(nextMs, now() + (nextMs <= now() ? RETRY_MS : 0)));
    } catch (error) {
      log('error', `what is due could not be ended: ${String(error)}`);
      this.at(now() + RETRY_MS);
    }
  }
}
