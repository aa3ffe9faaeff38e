/**
 * What an account took for its beginnings, a first sync above all, is given back while its page is not on the screen:
 * V8 collects a thread that has little to do late, and keeps what it had. Several accounts would hold half of their
 * memory for nothing (bench `accounts`).
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** After the page has left; then, for as long as it stays away, every so often. */
const LOOKS_MS = [2_000, 4_000, 9_000, 15_000] as const;
const LATER_MS = 600_000;
/** Less than that is not worth a pause of some hundred milliseconds. */
const WORTH_BYTES = 4 * 1024 * 1024;

const MiB = 1024 * 1024;

interface GiveBackOptions {
  /** Bytes of the heap that are in memory; for tests. */
  size?: () => number;
  collect?: () => void;
  log?: (message: string) => void;
}

export class GiveBack {
  readonly #size: () => number;
  readonly #collect: () => void;
  readonly #log: (message: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;
  /** After the last collection. */
  #least = 0;

  constructor({ size, collect, log }: GiveBackOptions = {}) {
    this.#size = size ?? (() => getHeapStatistics().total_physical_size);
    this.#collect = collect ?? collectEverything;
    this.#log = log ?? (() => undefined);
  }

  /** Nobody looks at the account. */
  rests(): void {
    this.#looks = 0;
    this.#plan();
  }

  /** Somebody does: nothing is to pause now. */
  works(): void {
    clearTimeout(this.#timer);
  }

  #plan(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), LOOKS_MS[this.#looks] ?? LATER_MS);
    this.#timer.unref();
    this.#looks += 1;
  }

  #look(): void {
    const before = this.#size();
    if (before - this.#least >= WORTH_BYTES) {
      const startedAt = performance.now();
      this.#collect();
      this.#least = this.#size();
      const [from, to] = [before, this.#least].map((bytes) => (bytes / MiB).toFixed(0));
      this.#log(`at rest: ${from} to ${to} MiB in ${Math.round(performance.now() - startedAt)} ms`);
    }
    this.#plan();
  }
}

/**
 * V8 hands its collection to a context that is made after the flag. Of the last resort: everything is collected at once
 * and the pages are given back, without a list of what is alive, which would take as much again for a moment.
 */
function collectEverything(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as unknown;
  setFlagsFromString('--no-expose-gc');
  if (typeof collect === 'function')
    (collect as (how: object) => void)({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
