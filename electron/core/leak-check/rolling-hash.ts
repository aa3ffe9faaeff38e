/**
 * 64-bit hashes of windows of bytes, as two halves of 32 bits that can be rolled on byte by byte. Made with random
 * numbers of this object: nothing can be read back from a hash, and no other process gets the same.
 */
import { randomBytes } from 'node:crypto';

/** Bytes of a window. */
export const WINDOW_SIZES = [32, 16, 8] as const;
export type WindowSize = (typeof WINDOW_SIZES)[number];
export const LARGEST_WINDOW = WINDOW_SIZES[0];

/** High and low. */
export type Halves<T> = readonly [T, T];

export class RollingHash {
  /** What a byte that comes into a window adds. */
  readonly incoming: Halves<Uint32Array>;
  /** By which the hash is multiplied before it. */
  readonly factors: Halves<number>;
  readonly #leaving: ReadonlyMap<WindowSize, Halves<Uint32Array>>;

  constructor() {
    const random = new Uint32Array(new Uint8Array(randomBytes(4 * (2 * 256 + 2))).buffer);
    this.incoming = [random.subarray(0, 256), random.subarray(256, 512)];
    this.factors = [(random[512] ?? 0) | 1, (random[513] ?? 0) | 1];
    this.#leaving = new Map(WINDOW_SIZES.map((size) => [size, this.#leavingOf(size)]));
  }

  /** What the byte that leaves a window of this size takes away. */
  leaving(size: WindowSize): Halves<Uint32Array> {
    return this.#leaving.get(size) ?? this.#leavingOf(size);
  }

  /** Hash of `size` bytes. */
  of(bytes: Uint8Array, from: number, size: WindowSize): Halves<number> {
    const [inHigh, inLow] = this.incoming;
    const [factorHigh, factorLow] = this.factors;
    let high = 0;
    let low = 0;
    for (let i = from; i < from + size; i += 1) {
      const byte = bytes[i] ?? 0;
      high = (Math.imul(high, factorHigh) + (inHigh[byte] ?? 0)) | 0;
      low = (Math.imul(low, factorLow) + (inLow[byte] ?? 0)) | 0;
    }
    return [high >>> 0, low >>> 0];
  }

  #leavingOf(size: WindowSize): Halves<Uint32Array> {
    const of = (half: 0 | 1): Uint32Array => {
      let power = 1;
      for (let i = 0; i < size; i += 1) power = Math.imul(power, this.factors[half]);
      return this.incoming[half].map((value) => Math.imul(value, power) >>> 0);
    };
    return [of(0), of(1)];
  }
}
