/**
 * After an erasure: takes what it left out of the search index, in slices, and then off the disk with a checkpoint.
 * All of it within 5 s of the erasure (docs/recall.md).
 */
import type { StoreLog } from '../store/context.ts';
import type { StoreCore } from './store-core.ts';

/** Between an erasure and the checkpoint that takes it off the disk. */
export const CHECKPOINT_DELAY_MS = 2_000;
/** From an erasure to the first slice of what it left in the index: a catch-up's come in the order of its rows. */
const ERASE_DELAY_MS = 500;
/** Messages per transaction: at most 40 ms. After this time other work of the worker gets its turn. */
const ERASE_ROWS = 200;
const ERASE_SLICE_MS = 25;
/** If the slices take longer than this, the checkpoint makes the rest at once. */
const ERASE_IN_SLICES_MS = 3_500;
/** While another process reads the files. */
const CHECKPOINT_RETRY_MS = 500;

interface Parts {
  core: () => Pick<StoreCore, 'eraseDue' | 'checkpoint'>;
  guarded: (call: () => void) => void;
  /** Open, and on a disk. */
  mayRun: () => boolean;
  log: StoreLog;
}

export class ErasureTimer {
  readonly #parts: Parts;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Something was erased. */
  start(): void {
    this.#schedule(ERASE_DELAY_MS, 0);
  }

  /** The checkpoint could not be made because somebody reads the files. */
  retry(): void {
    this.#schedule(CHECKPOINT_RETRY_MS, CHECKPOINT_DELAY_MS);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** `waitedMs`: since the erasure. */
  #schedule(delayMs: number, waitedMs: number): void {
    const { guarded, log, mayRun } = this.#parts;
    if (this.#timer || !mayRun()) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      try {
        guarded(() => this.#settle(waitedMs + delayMs));
      } catch (error) {
        log('error', `checkpoint after a recall failed: ${String(error)}`);
        this.#schedule(CHECKPOINT_DELAY_MS, CHECKPOINT_DELAY_MS);
      }
    }, delayMs);
    this.#timer.unref();
  }

  #settle(waitedMs: number): void {
    const core = this.#parts.core();
    const startedAt = performance.now();
    let more: boolean;
    do more = core.eraseDue(ERASE_ROWS);
    while (more && performance.now() - startedAt < ERASE_SLICE_MS);
    const waited = waitedMs + performance.now() - startedAt;
    if (more && waited < ERASE_IN_SLICES_MS) this.#schedule(0, waited);
    else if (waited < CHECKPOINT_DELAY_MS) this.#schedule(CHECKPOINT_DELAY_MS - waited, waited);
    else core.checkpoint();
  }
}
