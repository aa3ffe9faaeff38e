/** Limits on how often something may be asked for, in memory and bounded. */
import { LRUCache } from 'lru-cache';
import { type ApiError, refusal } from './errors.ts';

const KEYS_KEPT = 20_000;

/** What somebody is told who has asked too often. */
export const tooOften = (): ApiError => refusal('操作过于频繁，请稍后再试！', 'rate_limited');

/** Token bucket per key: `perSecond` on average, bursts of ten seconds' worth. */
export class RequestLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #now: () => number;
  readonly #buckets = new LRUCache<string, { tokens: number; at: number }>({ max: KEYS_KEPT });

  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#burst = perSecond * 10;
    this.#now = now;
  }

  /** false when the key has used up its share. */
  take(key: string): boolean {
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: this.#burst, at: now };
    bucket.tokens = Math.min(
      this.#burst,
      bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * this.#perSecond,
    );
    bucket.at = now;
    this.#buckets.set(key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}

/** Counts attempts per key in a fixed window that begins with the first. */
export class AttemptLimit {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #attempts = new LRUCache<string, { count: number; since: number }>({ max: KEYS_KEPT });

  constructor(limit: number, windowMs: number, now: () => number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  allowed(key: string): boolean {
    const entry = this.#attempts.get(key);
    return !entry || this.#now() - entry.since >= this.#windowMs || entry.count < this.#limit;
  }

  record(key: string): void {
    const entry = this.#attempts.get(key);
    if (!entry || this.#now() - entry.since >= this.#windowMs)
      this.#attempts.set(key, { count: 1, since: this.#now() });
    else entry.count++;
  }

  /** Counts one, or answers false when there were enough. */
  take(key: string): boolean {
    if (!this.allowed(key)) return false;
    this.record(key);
    return true;
  }

  /** One that was counted was none. */
  giveBack(key: string): void {
    const entry = this.#attempts.get(key);
    if (entry && entry.count > 0) entry.count--;
  }
}
