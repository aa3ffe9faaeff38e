/**
 * Bounds what lies between the core and the page. A page says when it has taken a batch of deltas (`core.deltasTaken`); while
 * `MAX_UNTAKEN` batches are on their way, changes stay in the store's change log, where a message or conversation that changes
 * again costs nothing and more than a few hundred of one chat become one "reload". Candidates for notifications go out at a
 * pace; of what exceeds it the newest of each chat is kept.
 */
import { channelKey } from '../../shared/domain.ts';
import type { FromWorker } from '../../shared/ipc/worker-protocol.ts';

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

  function go(): void {
    clearTimeout(timer);
    held = false;
    const flush = waiting;
    waiting = null;
    flush?.();
  }

  return {
    schedule(flush, delayMs) {
      clearTimeout(timer);
      waiting = flush;
      timer = setTimeout(() => {
        if (!answers || untaken < MAX_UNTAKEN) return go();
        held = true;
        timer = setTimeout(() => {
          holdMs = Math.min(holdMs * 2, LONGEST_HOLD_MS);
          go();
        }, holdMs);
      }, delayMs);
      return () => {
        clearTimeout(timer);
        waiting = null;
        held = false;
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

type Notify = Extract<FromWorker, { kind: 'notify' | 'withdraw' }>;
type Candidate = Extract<FromWorker, { kind: 'notify' }>;

const NOTIFY_BURST = 50;
const NOTIFY_REFILL_MS = 100;

export interface NotifyPace {
  /** Withdrawals pass at once, and take with them what still waits. */
  post: (message: Notify) => void;
  close: () => void;
}

export function createNotifyPace(post: (message: Notify) => void): NotifyPace {
  let room = NOTIFY_BURST;
  let timer: NodeJS.Timeout | undefined;
  /** Newest of each chat beyond the pace, oldest chat first. */
  const waiting = new Map<string, Candidate>();

  function refill(): void {
    timer = undefined;
    room += 1;
    const [next] = waiting;
    if (next) {
      waiting.delete(next[0]);
      room -= 1;
      post(next[1]);
    }
    if (room < NOTIFY_BURST) timer = setTimeout(refill, NOTIFY_REFILL_MS);
  }

  function withdrawn(message: Extract<Notify, { kind: 'withdraw' }>): void {
    const key = channelKey(message.channel);
    const candidate = waiting.get(key)?.candidate;
    if (!candidate) return;
    const read = message.readSeq !== null && candidate.messageSeq <= message.readSeq;
    if (read || message.messageKeys.includes(candidate.messageKey)) waiting.delete(key);
  }

  return {
    post(message) {
      if (message.kind === 'withdraw') {
        withdrawn(message);
        post(message);
      } else if (room > 0 && waiting.size === 0) {
        room -= 1;
        timer ??= setTimeout(refill, NOTIFY_REFILL_MS);
        post(message);
      } else {
        waiting.set(channelKey(message.candidate.channel), message);
      }
    },
    close() {
      clearTimeout(timer);
      waiting.clear();
    },
  };
}
