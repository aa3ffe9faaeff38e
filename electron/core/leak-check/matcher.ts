/** Looks for hashes of windows in a stream of bytes, at every position. */
import {
  LARGEST_WINDOW,
  type Halves,
  type RollingHash,
  WINDOW_SIZES,
  type WindowSize,
} from './rolling-hash.ts';

const FILTER_BITS = 16;

/** By window size. */
export type WindowHashes = ReadonlyMap<WindowSize, readonly Halves<number>[]>;

/** One window size: what is looked for, and the hash of the window that ends at the last byte. */
interface Lane {
  size: WindowSize;
  /** By the first bits of the high half: whether it can be one of them at all. */
  filter: Uint8Array;
  /** High half -> low halves. */
  byHigh: Map<number, Set<number>>;
  leaving: Halves<Uint32Array>;
  high: number;
  low: number;
  /** Position of the last byte that was counted as found. */
  coveredTo: number;
}

/** `feed` the bytes of one text in order; `begin` before the next. */
export class Matcher {
  /** What was found since the last `reset`: fingerprint -> occurrences. Opaque keys. */
  readonly found = new Map<string, number>();
  readonly #hash: RollingHash;
  readonly #lanes: Lane[];
  /** The last bytes before the chunk. */
  readonly #before = new Uint8Array(LARGEST_WINDOW);
  #length = 0;
  #covered = 0;

  constructor(hash: RollingHash, wanted: readonly WindowHashes[]) {
    this.#hash = hash;
    this.#lanes = WINDOW_SIZES.map((size) => laneOf(size, hash, wanted)).filter(
      ({ byHigh }) => byHigh.size > 0,
    );
  }

  /** Bytes covered by the windows found. */
  get bytes(): number {
    return this.#covered;
  }

  begin(): void {
    this.#length = 0;
    this.#before.fill(0);
    for (const lane of this.#lanes) Object.assign(lane, { high: 0, low: 0, coveredTo: -1 });
  }

  /** `begin`, and forgets what was found. */
  reset(): void {
    this.begin();
    this.found.clear();
    this.#covered = 0;
  }

  feed(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    for (const lane of this.#lanes) this.#feedLane(lane, chunk);
    const before = this.#before;
    if (chunk.length >= LARGEST_WINDOW) before.set(chunk.subarray(chunk.length - LARGEST_WINDOW));
    else {
      before.copyWithin(0, chunk.length);
      before.set(chunk, LARGEST_WINDOW - chunk.length);
    }
    this.#length += chunk.length;
  }

  /** Every byte of every file of the profile comes through here: locals only. */
  #feedLane(lane: Lane, chunk: Uint8Array): void {
    const { size, filter, byHigh } = lane;
    const [inHigh, inLow] = this.#hash.incoming;
    const [factorHigh, factorLow] = this.#hash.factors;
    const [outHigh, outLow] = lane.leaving;
    const before = this.#before;
    const length = this.#length;
    const shift = 32 - FILTER_BITS;
    let { high, low } = lane;
    for (let i = 0; i < chunk.length; i += 1) {
      const byte = chunk[i] as number;
      high = (Math.imul(high, factorHigh) + (inHigh[byte] as number)) | 0;
      low = (Math.imul(low, factorLow) + (inLow[byte] as number)) | 0;
      const at = length + i;
      if (at < size - 1) continue;
      if (at >= size) {
        const gone = (i >= size ? chunk[i - size] : before[LARGEST_WINDOW - size + i]) as number;
        high = (high - (outHigh[gone] as number)) | 0;
        low = (low - (outLow[gone] as number)) | 0;
      }
      if (filter[high >>> shift] === 0) continue;
      if (byHigh.get(high >>> 0)?.has(low >>> 0)) this.#add(lane, `${size}:${high >>> 0}:${low >>> 0}`, at);
    }
    lane.high = high;
    lane.low = low;
  }

  #add(lane: Lane, key: string, at: number): void {
    this.found.set(key, (this.found.get(key) ?? 0) + 1);
    this.#covered += Math.min(lane.size, at - lane.coveredTo);
    lane.coveredTo = at;
  }
}

function laneOf(size: WindowSize, hash: RollingHash, wanted: readonly WindowHashes[]): Lane {
  const filter = new Uint8Array(1 << FILTER_BITS);
  const byHigh = new Map<number, Set<number>>();
  for (const hashes of wanted) {
    for (const [high, low] of hashes.get(size) ?? []) {
      filter[high >>> (32 - FILTER_BITS)] = 1;
      const lows = byHigh.get(high) ?? new Set();
      byHigh.set(high, lows.add(low));
    }
  }
  return { size, filter, byHigh, leaving: hash.leaving(size), high: 0, low: 0, coveredTo: -1 };
}
