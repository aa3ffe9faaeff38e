/**
 * Runs what others ask for, not faster than allowed: `burst` at once, then one per `refillMs`. Requests of the same key
 * that wait are one request; nothing is dropped before `maxWaiting` different keys wait.
 */
export interface PacedOptions {
  burst: number;
  refillMs: number;
  maxWaiting: number;
}

export interface Paced {
  request: (key: string, action: () => void) => void;
  close: () => void;
}

export function createPaced(options: PacedOptions): Paced {
  const waiting = new Map<string, () => void>();
  let tokens = options.burst;
  let timer: NodeJS.Timeout | null = null;

  function tick(): void {
    timer = null;
    tokens = Math.min(options.burst, tokens + 1);
    const next = waiting.entries().next().value;
    if (next) {
      const [key, action] = next;
      waiting.delete(key);
      tokens -= 1;
      action();
    }
    arm();
  }

  function arm(): void {
    if (timer === null && tokens < options.burst) timer = setTimeout(tick, options.refillMs);
  }

  return {
    request(key, action) {
      if (waiting.has(key)) return;
      if (tokens >= 1) {
        tokens -= 1;
        action();
      } else if (waiting.size < options.maxWaiting) {
        waiting.set(key, action);
      }
      arm();
    },
    close() {
      if (timer) clearTimeout(timer);
      timer = null;
      tokens = 0;
      waiting.clear();
    },
  };
}
