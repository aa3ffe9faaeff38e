import { sameSecret } from '../../secret-text.ts';
import { newId } from '../store/format.ts';

const MAX_TOKENS = 100;
const TOKEN_LIFETIME_MS = 12 * 3600 * 1000;

/** Admin tokens live in memory: a restart signs administrators out. */
export class AdminTokens {
  readonly #expiry = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(): string {
    const token = newId();
    // The oldest goes: whoever knows the password signs in as often as he likes.
    const [oldest] = this.#expiry.keys();
    if (this.#expiry.size >= MAX_TOKENS && oldest !== undefined) this.#expiry.delete(oldest);
    this.#expiry.set(token, this.#now() + TOKEN_LIFETIME_MS);
    return token;
  }

  valid(token: string): boolean {
    for (const [known, expiry] of this.#expiry) {
      if (expiry <= this.#now()) this.#expiry.delete(known);
      else if (sameSecret(known, token)) return true;
    }
    return false;
  }
}
