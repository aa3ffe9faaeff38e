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

export class KeyedRunner {
  readonly #options: KeyedRunnerOptions;
  readonly #slots = new Map<string, Slot>();
  readonly #ready: Slot[] = [];
  #active = 0;
  #closed = false;

  constructor(options: KeyedRunnerOptions) {
    this.#options = options;
  }

  /** Resolves or rejects with the run that serves this request. */
  request(key: string): Promise<void> {
    if (this.#closed) return Promise.reject(new RunnerClosed());
    let slot = this.#slots.get(key);
    if (!slot) {
      slot = {
        key,
        waiters: [],
        state: 'idle',
        tokens: this.#options.burst,
        refilledAt: Date.now(),
        timer: null,
      };
      this.#slots.set(key, slot);
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    slot.waiters.push({ resolve, reject });
    this.#schedule(slot);
    return promise;
  }

  /** Drops what has not started; its requests reject with `RunnerClosed`. */
  close(): void {
    this.#closed = true;
    for (const slot of this.#slots.values()) {
      if (slot.timer) clearTimeout(slot.timer);
      for (const waiter of slot.waiters.splice(0)) waiter.reject(new RunnerClosed());
    }
    this.#slots.clear();
    this.#ready.length = 0;
  }

  #refill(slot: Slot, now: number): void {
    // A clock that was set back must not hold the runs up until it is there again.
    if (now < slot.refilledAt) slot.refilledAt = now;
    const steps = Math.floor((now - slot.refilledAt) / this.#options.refillMs);
    if (steps <= 0) return;
    slot.refilledAt += steps * this.#options.refillMs;
    slot.tokens = Math.min(this.#options.burst, slot.tokens + steps);
  }

  #prune(): void {
    if (this.#slots.size <= MAX_IDLE_SLOTS) return;
    const now = Date.now();
    for (const [key, slot] of this.#slots) {
      this.#refill(slot, now);
      if (slot.state === 'idle' && slot.tokens >= this.#options.burst) this.#slots.delete(key);
    }
  }

  #schedule(slot: Slot): void {
    if (slot.state !== 'idle' || slot.waiters.length === 0) return;
    slot.state = 'waiting';
    const now = Date.now();
    this.#refill(slot, now);
    const delay = slot.tokens >= 1 ? 0 : slot.refilledAt + this.#options.refillMs - now;
    if (delay <= 0) {
      this.#enqueue(slot);
      return;
    }
    slot.timer = setTimeout(() => {
      slot.timer = null;
      this.#enqueue(slot);
    }, delay);
  }

  #enqueue(slot: Slot): void {
    this.#ready.push(slot);
    this.#drain();
  }

  #drain(): void {
    if (this.#closed) return;
    while (this.#active < this.#options.concurrency) {
      const slot = this.#ready.shift();
      if (!slot) return;
      this.#start(slot);
    }
  }

  #start(slot: Slot): void {
    const waiters = slot.waiters;
    slot.waiters = [];
    slot.state = 'running';
    this.#refill(slot, Date.now());
    slot.tokens -= 1;
    this.#active += 1;
    void this.#settle(slot, waiters);
  }

  async #settle(slot: Slot, waiters: readonly Waiter[]): Promise<void> {
    try {
      const worthwhile = await this.#options.run(slot.key);
      if (worthwhile === true) slot.tokens = Math.min(this.#options.burst, slot.tokens + 1);
      for (const waiter of waiters) waiter.resolve();
    } catch (error) {
      for (const waiter of waiters) waiter.reject(error);
    }
    this.#active -= 1;
    slot.state = 'idle';
    this.#schedule(slot);
    this.#drain();
    this.#prune();
  }
}
