/** Time that passes only when it is told to, for `Date.now`, `performance.now` and timers: hours in a moment. */

interface Timer {
  at: number;
  run: () => void;
}

export interface SimulatedClock {
  /** Lets so many ms pass; what is due runs in order, each with the time to be answered. */
  pass: (ms: number) => Promise<void>;
  /** The real clock again. */
  restore: () => void;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export function installSimulatedClock(startMs: number): SimulatedClock {
  const real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    dateNow: Date.now,
    // oxlint-disable-next-line typescript/unbound-method -- put back as it is
    performanceNow: performance.now,
  };
  const timers = new Map<object, Timer>();
  let elapsed = 0;
  const set = (action: () => void, ms = 0): object => {
    const handle = { unref: () => handle, ref: () => handle, hasRef: () => true };
    timers.set(handle, { at: elapsed + Math.max(0, ms), run: action });
    return handle;
  };
  globalThis.setTimeout = set as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((handle: object) => void timers.delete(handle)) as typeof clearTimeout;
  Date.now = () => startMs + elapsed;
  performance.now = () => elapsed;

  return {
    async pass(ms) {
      const end = elapsed + ms;
      for (;;) {
        await settle();
        const next = [...timers].filter(([, { at }]) => at <= end).toSorted(([, a], [, b]) => a.at - b.at)[0];
        if (!next) break;
        const [handle, { at, run }] = next;
        timers.delete(handle);
        elapsed = Math.max(elapsed, at);
        run();
      }
      elapsed = end;
    },
    restore() {
      globalThis.setTimeout = real.setTimeout;
      globalThis.clearTimeout = real.clearTimeout;
      Date.now = real.dateNow;
      performance.now = real.performanceNow;
    },
  };
}
