/**
 * Bounds what lies between the core and the page. A page says when it has taken a batch of deltas (`core.deltasTaken`);
 * while `MAX_UNTAKEN` batches are on their way, changes stay in the store's change log, where a message or conversation
 * that changes again costs nothing and more than a few hundred of one chat become one "reload".
 */

/** One that is drawn while the next is on its way. */
const MAX_UNTAKEN = 2;
/** A page that hangs gets one batch after this, then after twice as long, up to the longest. */
const FIRST_HOLD_MS = 1_000;
const LONGEST_HOLD_MS = 30_000;

export interface DeltaFlow {
  /** `PublisherOptions.schedule`. */
  schedule: (flush: () => void, delayMs: number) => () => void;
  /** A batch was posted. */
  sent: () => void;
  /** The page has taken one. From the first time on it is waited for. */
  taken: () => void;
  /** A page starts anew: what was on its way to the one before counts no more. */
  reset: () => void;
}

export function createDeltaFlow(): DeltaFlow {
  let answers = false;
  let untaken = 0;
  let holdMs = FIRST_HOLD_MS;
  let waiting: (() => void) | null = null;
  /** `waiting` has had its delay and waits for the page. */
  let held = false;
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;

  function stop(): void {
    clearTimeout(timer);
    clearImmediate(immediate);
    held = false;
  }

  function go(): void {
    stop();
    const flush = waiting;
    waiting = null;
    flush?.();
  }

  return {
    schedule(flush, delayMs) {
      stop();
      waiting = flush;
      const due = (): void => {
        if (!answers || untaken < MAX_UNTAKEN) return go();
        held = true;
        timer = setTimeout(() => {
          holdMs = Math.min(holdMs * 2, LONGEST_HOLD_MS);
          go();
        }, holdMs);
      };
      // A timer takes a millisecond at least.
      if (delayMs <= 0) immediate = setImmediate(due);
      else timer = setTimeout(due, delayMs);
      return () => {
        stop();
        waiting = null;
      };
    },
    sent() {
      untaken += 1;
    },
    taken() {
      answers = true;
      untaken = Math.max(0, untaken - 1);
      holdMs = FIRST_HOLD_MS;
      if (held && untaken < MAX_UNTAKEN) go();
    },
    reset() {
      answers = false;
      untaken = 0;
      holdMs = FIRST_HOLD_MS;
      if (held) go();
    },
  };
}
