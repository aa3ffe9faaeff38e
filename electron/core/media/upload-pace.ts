/**
 * How fast this account uploads, measured while it does, and what its server does not take: the embedded one says so
 * beforehand, of a TSDD server it is known once a file was refused (tsdd-api.md 6.1). In memory only: another start may
 * be on another network.
 */

/** A shorter stretch says little: what the system takes into its buffers is gone at once. */
const SHORTEST_MS = 1_000;
/** How much the newest stretch counts. */
const NEWEST = 0.4;

export class UploadPace {
  readonly #now: () => number;
  #running = 0;
  #since = 0;
  #bytes = 0;
  #rate: number | null = null;
  #refused: number | null = null;
  #limit: number | null = null;

  /** `now`: ms of a clock that is never set. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** null while nothing was measured. */
  get bytesPerSecond(): number | null {
    return this.#rate;
  }

  /** A file of this size, or larger, was or will be refused; null = not known. */
  get refusedBytes(): number | null {
    if (this.#limit === null) return this.#refused;
    return Math.min(this.#limit + 1, this.#refused ?? Infinity);
  }

  /** The server says how much it takes. */
  limit(bytes: number): void {
    this.#limit = bytes;
  }

  began(): void {
    if (this.#running === 0) this.#restart();
    this.#running += 1;
  }

  moved(bytes: number): void {
    this.#bytes += bytes;
    this.#measure();
  }

  ended(): void {
    this.#measure();
    this.#running = Math.max(0, this.#running - 1);
  }

  refused(size: number): void {
    this.#refused = Math.min(size, this.#refused ?? size);
  }

  /** The server has another limit now. */
  passed(size: number): void {
    if (this.#refused !== null && size >= this.#refused) this.#refused = null;
  }

  #measure(): void {
    const ms = this.#now() - this.#since;
    if (ms < SHORTEST_MS || this.#bytes === 0) return;
    const rate = (this.#bytes * 1_000) / ms;
    this.#rate = this.#rate === null ? rate : this.#rate * (1 - NEWEST) + rate * NEWEST;
    this.#restart();
  }

  #restart(): void {
    this.#since = this.#now();
    this.#bytes = 0;
  }
}
