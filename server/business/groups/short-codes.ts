/**
 * Codes that stand for a permission for some minutes (tsdd-api.md 3.2: `auth_code`): in memory, as many as fit. After a
 * restart whoever has one asks for another.
 */
import { LRUCache } from 'lru-cache';
import { newId } from '../store/format.ts';

const CODES_KEPT = 10_000;

export class ShortCodes<T extends object> {
  readonly #lifetimeMs: number;
  readonly #now: () => number;
  readonly #codes = new LRUCache<string, { value: T; expiresAt: number }>({ max: CODES_KEPT });

  constructor(lifetimeMs: number, now: () => number) {
    this.#lifetimeMs = lifetimeMs;
    this.#now = now;
  }

  give(value: T): string {
    const code = newId();
    this.#codes.set(code, { value, expiresAt: this.#now() + this.#lifetimeMs });
    return code;
  }

  /** null: there is no such code, or it has run out. */
  find(code: string): T | null {
    const found = this.#codes.get(code);
    return found && found.expiresAt > this.#now() ? found.value : null;
  }

  /** It has done its work. */
  end(code: string): void {
    this.#codes.delete(code);
  }
}
