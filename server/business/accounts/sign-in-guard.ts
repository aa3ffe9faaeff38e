/**
 * How often a password may be guessed, per account and per address. An attempt takes its place before anything is
 * hashed: hundreds at the same moment do not all get through. Kept in memory, of bounded size.
 */
import { LRUCache } from 'lru-cache';
import { addressKey } from '../http/addresses.ts';
import { refusal } from '../http/errors.ts';
import { AttemptLimit } from '../http/rate-limit.ts';
import { type Lane, STRANGERS } from './hash-queue.ts';

const WINDOW_MS = 60_000;
const KNOWN_KEPT = 20_000;

export interface GuardLimits {
  /** Wrong passwords of one account a minute, from all addresses together that never signed in to it. */
  perAccount: number;
  /** Wrong passwords and made-up names from one address a minute. */
  perAddress: number;
}

export const DEFAULT_GUARD_LIMITS: GuardLimits = { perAccount: 20, perAddress: 100 };

export interface Attempt {
  /** On whose behalf the hash is made (HashQueue). */
  lane: Lane;
  /** The password was right. */
  succeeded(): void;
  /** Nothing was compared: it counts for nothing. */
  abandoned(): void;
}

export class SignInGuard {
  readonly #perAccount: AttemptLimit;
  readonly #perAddress: AttemptLimit;
  readonly #perPair: AttemptLimit;
  /**
   * Pairs of account and address with a sign-in. They have a limit of their own, so that nobody elsewhere locks a user
   * out of where he works, nor a neighbour behind the same address.
   */
  readonly #known = new LRUCache<string, true>({ max: KNOWN_KEPT });

  constructor(limits: GuardLimits, now: () => number) {
    this.#perAccount = new AttemptLimit(limits.perAccount, WINDOW_MS, now);
    this.#perAddress = new AttemptLimit(limits.perAddress, WINDOW_MS, now);
    this.#perPair = new AttemptLimit(limits.perAccount, WINDOW_MS, now);
  }

  /**
   * Takes the place of an attempt; `account` null: there is none of that name. Made-up names are not counted one by
   * one: a flood of them would push real accounts out of memory. Throws the refusal `rate_limited`.
   */
  begin(ip: string, account: string | null): Attempt {
    const address = addressKey(ip);
    const pair = `${address} ${account}`;
    const isKnown = account !== null && this.#known.has(pair);
    const taken: [AttemptLimit, string][] = isKnown
      ? [[this.#perPair, pair]]
      : [
          [this.#perAddress, address],
          ...(account === null ? [] : [[this.#perAccount, account] as [AttemptLimit, string]]),
        ];
    if (!taken.every(([limit, key]) => limit.allowed(key)))
      throw refusal('登录过于频繁，请稍后再试！', 'rate_limited');
    for (const [limit, key] of taken) limit.record(key);
    const giveBack = (): void => {
      for (const [limit, key] of taken.splice(0)) limit.giveBack(key);
    };
    return {
      lane: { address, account: isKnown ? account : STRANGERS },
      succeeded: () => {
        giveBack();
        if (account !== null) this.#known.set(pair, true);
      },
      abandoned: giveBack,
    };
  }

  /** The account was made from here. */
  remember(ip: string, account: string): void {
    this.#known.set(`${addressKey(ip)} ${account}`, true);
  }
}
