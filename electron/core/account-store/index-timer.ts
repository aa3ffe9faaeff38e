/** Builds the search index anew in slices, between which everything else of the worker gets its turn. */
import type { StoreLog } from '../store/context.ts';

/** Between two slices of some 15 ms: a rebuild takes a tenth of the worker's time. */
const PAUSE_MS = 120;
/** After a slice that failed. */
const RETRY_MS = 10_000;

interface Parts {
  /** One slice; true when there is more. */
  more: () => boolean;
  guarded: (call: () => void) => void;
  /** Open, and on a disk. */
  mayRun: () => boolean;
  /** Something was written: the log may have grown. */
  called: () => void;
  log: StoreLog;
}

export class IndexTimer {
  readonly #parts: Parts;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    this.#schedule(PAUSE_MS);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #schedule(delayMs: number): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#slice();
    }, delayMs);
    this.#timer.unref();
  }

  #slice(): void {
    const { guarded, mayRun, more, called, log } = this.#parts;
    // A store that goes on in memory keeps the index as it is; back on the disk it is started again.
    if (!mayRun()) return;
    let again = false;
    try {
      guarded(() => (again = more()));
      called();
      if (again) this.#schedule(PAUSE_MS);
    } catch (error) {
      log('error', `the search index could not be built anew, tried again: ${String(error)}`);
      this.#schedule(RETRY_MS);
    }
  }
}
