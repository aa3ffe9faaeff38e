/**
 * Runs one task per key at a time. Requests that arrive while a run is waiting share it; those that arrive while it runs
 * share the next one, so that each request is followed by a run that started after it. Starts of the same key are at
 * least `minIntervalMs` apart: whoever floods hints costs one request per interval.
 */
export interface KeyedRunnerOptions {
  minIntervalMs: number;
  /** Runs over all keys at the same time. */
  concurrency: number;
  run: (key: string) => Promise<void>;
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
  lastStart: number;
  timer: NodeJS.Timeout | null;
}

/** Idle slots are only kept for their `lastStart`; beyond this many the old ones go. */
const MAX_IDLE_SLOTS = 2_000;

export function createKeyedRunner(options: KeyedRunnerOptions): KeyedRunner {
  const slots = new Map<string, Slot>();
  const ready: Slot[] = [];
  let active = 0;
  let closed = false;

  function prune(): void {
    if (slots.size <= MAX_IDLE_SLOTS) return;
    const now = Date.now();
    for (const [key, slot] of slots) {
      if (slot.state === 'idle' && now - slot.lastStart >= options.minIntervalMs) slots.delete(key);
    }
  }

  function schedule(slot: Slot): void {
    if (slot.state !== 'idle' || slot.waiters.length === 0) return;
    slot.state = 'waiting';
    const delay = slot.lastStart + options.minIntervalMs - Date.now();
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
    while (!closed && active < options.concurrency) {
      const slot = ready.shift();
      if (!slot) return;
      start(slot);
    }
  }

  function start(slot: Slot): void {
    const waiters = slot.waiters;
    slot.waiters = [];
    slot.state = 'running';
    slot.lastStart = Date.now();
    active += 1;
    const done = (settle: (waiter: Waiter) => void): void => {
      active -= 1;
      slot.state = 'idle';
      for (const waiter of waiters) settle(waiter);
      schedule(slot);
      drain();
      prune();
    };
    options.run(slot.key).then(
      () => done((waiter) => waiter.resolve()),
      (error: unknown) => done((waiter) => waiter.reject(error)),
    );
  }

  return {
    request(key) {
      if (closed) return Promise.reject(new RunnerClosed());
      let slot = slots.get(key);
      if (!slot) {
        slot = { key, waiters: [], state: 'idle', lastStart: Number.NEGATIVE_INFINITY, timer: null };
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
