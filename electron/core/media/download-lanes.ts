/**
 * Places for downloads: the account's own server and its store have theirs, all other hosts share some, few of them for
 * one host. A download that drips gives its place up while others wait for it, and takes its turn behind them.
 */
import { TransferError } from '../api/file-transfer.ts';
import { Places } from './places.ts';

const OWN_AT_ONCE = 4;
const FOREIGN_AT_ONCE = 4;
const OF_ONE_HOST = 2;
/** So often a dripping download comes again before it has failed. */
const MAX_TURNS = 10;

export interface SlowLimits {
  /** Bytes that have to come within each `windowMs` while others wait. */
  bytes: number;
  windowMs: number;
}
/** A line that brings less brings nobody a picture. */
export const SLOW: SlowLimits = { bytes: 20 * 1024, windowMs: 10_000 };

/** Too little came while others waited. */
class TooSlow extends Error {}

export class DownloadLanes {
  readonly #limits: SlowLimits;
  readonly #own = new Places(OWN_AT_ONCE);
  /** Downloads that were told to give their place up and have not yet. */
  #givingUp = 0;
  readonly #foreign = new Places(FOREIGN_AT_ONCE, OF_ONE_HOST);

  constructor(limits: SlowLimits = SLOW) {
    this.#limits = limits;
  }

  /**
   * Runs `fetch` in a place; again, later, when it was too slow. `host`: null = the account's own server. `bytes`: how
   * many are here by now.
   */
  async run(
    host: string | null,
    signal: AbortSignal,
    bytes: () => number,
    fetch: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const places = host === null ? this.#own : this.#foreign;
    const key = host ?? '';
    for (let turn = 1; ; turn += 1) {
      await places.enter(signal, key);
      const slow = new AbortController();
      const end = this.#watch(bytes, () => {
        // One gives up for each that waits, not all of them for the same one.
        if (slow.signal.aborted || places.wantedFrom(key) <= this.#givingUp) return;
        this.#givingUp += 1;
        slow.abort(new TooSlow('too slow while others wait'));
      });
      try {
        await fetch(AbortSignal.any([signal, slow.signal]));
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!slow.signal.aborted) throw error;
        if (turn >= MAX_TURNS) throw new TransferError('network', 'the file comes too slowly');
      } finally {
        end();
        if (slow.signal.aborted) this.#givingUp -= 1;
        places.leave(key);
      }
    }
  }

  /** Calls `onSlow` after each window that brought too little. */
  #watch(bytes: () => number, onSlow: () => void): () => void {
    let before = bytes();
    const timer = setInterval(() => {
      const now = bytes();
      // A server that sends everything again counts from its start.
      const came = now < before ? now : now - before;
      before = now;
      if (came < this.#limits.bytes) onSlow();
    }, this.#limits.windowMs);
    return () => clearInterval(timer);
  }
}
