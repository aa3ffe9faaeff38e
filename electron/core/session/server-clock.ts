/**
 * The server's clock. Only the local clock can tell the time between two connections, but it may be set back by a
 * person or a time server, and then recall windows would open again: what it jumps back is added to the offset. A jump
 * ahead looks like a sleeping computer, during which the steady clock stands still; there the local clock is
 * right.
 */
export interface ServerClock {
  /** Server time, ms since epoch. */
  now(): number;
  /** Server clock minus local clock, ms. */
  offsetMs(): number;
  /** As measured at a connection. */
  setOffset(ms: number): void;
}

/** Smaller steps back are the work of time servers, and would be counted twice by rounding. */
const JUMP_MS = 1_000;

/** `onJump`: the offset is another one because the local clock was set back. */
export function createServerClock(
  onJump: (offsetMs: number) => void,
  local: () => number = Date.now,
  steady: () => number = () => performance.now(),
): ServerClock {
  let offset = 0;
  let seen = { local: local(), steady: steady() };

  function look(): number {
    const now = { local: local(), steady: steady() };
    const back = seen.local + (now.steady - seen.steady) - now.local;
    seen = now;
    if (back >= JUMP_MS) {
      offset += back;
      onJump(offset);
    }
    return now.local;
  }

  return {
    now: () => look() + offset,
    offsetMs() {
      look();
      return offset;
    },
    setOffset(ms) {
      look();
      offset = ms;
    },
  };
}
