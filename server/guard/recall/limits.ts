/** How many recalls one person may ask for: each costs several look-ups and up to three CMDs to every member. */
import { LRUCache } from 'lru-cache';

const A_MINUTE = 60_000;
export const RECALLS_A_MINUTE = 240;
const PEOPLE = 50_000;

export class RecallLimits {
  readonly #now: () => number;
  readonly #counts = new LRUCache<string, { from: number; count: number }>({ max: PEOPLE });

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts one. False: too many in this minute. */
  mayRecall(uid: string): boolean {
    const now = this.#now();
    let window = this.#counts.get(uid);
    if (!window || now - window.from >= A_MINUTE) window = { from: now, count: 0 };
    window.count += 1;
    this.#counts.set(uid, window);
    return window.count <= RECALLS_A_MINUTE;
  }
}
