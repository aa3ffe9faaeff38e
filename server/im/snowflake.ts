/** Twitter's epoch, as WuKongIM's generator uses it. */
const EPOCH_MS = 1288834974657n;
const NODE_BITS = 10n;
const SEQUENCE_BITS = 12n;
const SEQUENCE_MASK = (1n << SEQUENCE_BITS) - 1n;

/** The smallest id that a message of this time (ms) can have. */
export function firstIdOf(ms: number): bigint {
  const since = BigInt(Math.floor(ms)) - EPOCH_MS;
  return (since > 0n ? since : 0n) << (NODE_BITS + SEQUENCE_BITS);
}

/** Strictly increasing int64 message ids: 41 bits ms, 10 bits node, 12 bits sequence (wukongim.md B.4). */
export class Snowflake {
  readonly #node: bigint;
  readonly #now: () => number;
  #ms: bigint;
  #sequence = 0n;

  /** `greatestSoFar`: ids continue above it, also when the clock went back since. */
  constructor(nodeId: number, greatestSoFar: bigint, now: () => number = Date.now) {
    if (!Number.isInteger(nodeId) || nodeId < 0 || nodeId > 1023)
      throw new RangeError('nodeId must be 0..1023');
    this.#node = BigInt(nodeId) << SEQUENCE_BITS;
    this.#now = now;
    this.#ms = greatestSoFar >> (NODE_BITS + SEQUENCE_BITS);
    this.#sequence = SEQUENCE_MASK;
  }

  next(): bigint {
    const ms = BigInt(this.#now()) - EPOCH_MS;
    if (ms > this.#ms) {
      this.#ms = ms;
      this.#sequence = 0n;
    } else if (this.#sequence < SEQUENCE_MASK) {
      this.#sequence++;
    } else {
      // The ms is used up (or the clock went back): borrow from the next one.
      this.#ms++;
      this.#sequence = 0n;
    }
    return (this.#ms << (NODE_BITS + SEQUENCE_BITS)) | this.#node | this.#sequence;
  }
}
