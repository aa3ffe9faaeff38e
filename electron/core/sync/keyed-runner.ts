/**
 * Runs one task per key at a time. Requests that arrive while a run is waiting share it; those that arrive while it
 * runs share the next one, so that each request is followed by a run that started after it. Fruitless runs of one key
 * are rate-bounded (a token bucket: `burst` at once, then one per `refillMs`); a run that brought something costs
 * nothing. So real recalls are never held back, and whoever floods forged hints causes a few requests.
 */
export interface KeyedRunnerOptions {
  burst: number;
  refillMs: number;
  /** Runs over all keys at the same time. */
  concurrency: number;
  /** Resolves to whether it was worth it; anything but `true` costs a token. */
  run: (key: string) => Promise<boolean | void>;
}

export interface KeyedRunner {
  /** Resolves or rejects with the run that serves this request. */
  request: (key: string) => Promise<void>;
  /** Drops what has not started; its requests reject with `RunnerClosed`. */
  close: () => void;
}

export class RunnerClosed extends Error {
  constructor() {
    super('closed');
    this.name = 'RunnerClosed';
  }
}

interface Waiter {
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface Slot {
  key: string;
  waiters: Waiter[];
  state: 'idle' | 'waiting' | 'running';
  tokens: number;
  /** When `tokens` was last brought up to date. */
  refilledAt: number;
  timer: NodeJS.Timeout | null;
}

/** Idle slots are only kept for their tokens; beyond this many the old ones go. */
const MAX_IDLE_SLOTS = 2_000;

export function createKeyedRunner(options: KeyedRunnerOptions): KeyedRunner {
  const slots = new Map<string, Slot>();
  const ready: Slot[] = [];
  let active = 0;
  let closed = false;

  function refill(slot: Slot, now: number): void {
    // A clock that was set back must not hold the runs up until it is there again.
    if (now < slot.refilledAt) slot.refilledAt = now;
    const steps = Math.floor((now - slot.refilledAt) / options.refillMs);
    if (steps <= 0) return;
    slot.refilledAt += steps * options.refillMs;
    slot.tokens = Math.min(options.burst, slot.tokens + steps);
  }

  function prune(): void {
    if (slots.size <= MAX_IDLE_SLOTS) return;
    const now = Date.now();
    for (const [key, slot] of slots) {
      refill(slot, now);
      if (slot.state === 'idle' && slot.tokens >= options.burst) slots.delete(key);
    }
  }

  function schedule(slot: Slot): void {
    if (slot.state !== 'idle' || slot.waiters.length === 0) return;
    slot.state = 'waiting';
    const now = Date.now();
    refill(slot, now);
    const delay = slot.tokens >= 1 ? 0 : slot.refilledAt + options.refillMs - now;
    if (delay <= 0) {
      enqueue(slot);
      return;
    }
    slot.timer = setTimeout(() => {
      slot.timer = null;
      enqueue(slot);
    }, delay);
  }

  function enqueue(slot: Slot): void {
    ready.push(slot);
    drain();
  }

  function drain(): void {
    if (closed) return;
    while (active < options.concurrency) {
      const slot = ready.shift();
      if (!slot) return;
      start(slot);
    }
  }

  function start(slot: Slot): void {
    const waiters = slot.waiters;
    slot.waiters = [];
    slot.state = 'running';
    refill(slot, Date.now());
    slot.tokens -= 1;
    active += 1;
    void settle(slot, waiters);
  }

  async function settle(slot: Slot, waiters: readonly Waiter[]): Promise<void> {
    try {
      const worthwhile = await options.run(slot.key);
      if (worthwhile === true) slot.tokens = Math.min(options.burst, slot.tokens + 1);
      for (const waiter of waiters) waiter.resolve();
    } catch (error) {
      for (const waiter of waiters) waiter.reject(error);
    }
    active -= 1;
    slot.state = 'idle';
    schedule(slot);
    drain();
    prune();
  }

  return {
    request(key) {
      if (closed) return Promise.reject(new RunnerClosed());
      let slot = slots.get(key);
      if (!slot) {
        slot = {
          key,
          waiters: [],
          state: 'idle',
          tokens: options.burst,
          refilledAt: Date.now(),
          timer: null,
        };
        slots.set(key, slot);
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      slot.waiters.push({ resolve, reject });
      schedule(slot);
      return promise;
    },
    close() {
      closed = true;
      for (const slot of slots.values()) {
        if (slot.timer) clearTimeout(slot.timer);
        for (const waiter of slot.waiters.splice(0)) waiter.reject(new RunnerClosed());
      }
      slots.clear();
      ready.length = 0;
    },
  };
}
