/** Passwords at rest: scrypt with its parameters beside the key, so that they can grow and old hashes still verify. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { sameBytes } from '../../secret-text.ts';
import { HashQueue, type Lane } from './hash-queue.ts';

/** A password as requests carry it. */
export const Password = z.string().max(200);
/** Characters that a new password needs. */
export const MIN_PASSWORD = 6;

/**
 * scrypt's N of new hashes: 128 MiB and about 0.4 s a hash, with r = 8 and p = 1 the first of OWASP's choices. Hashes
 * are made one at a time, so the memory is needed once.
 */
export const DEFAULT_PASSWORD_COST = 2 ** 17;
const BLOCK = { r: 8, p: 1 };
const KEY_BYTES = 32;
/** Stored parameters that take more memory (1 GiB) or turns than this are not believed. */
const MOST_STORED = { blocks: 2 ** 23, p: 16 };
const LEAST_KEY_BYTES = 16;

/** Hashes that wait at the default cost, some 6 s of work; cheaper ones may be more. */
const MAX_WAITING = 16;
const MOST_WAITING = 2000;

interface Stored {
  N: number;
  r: number;
  p: number;
  salt: Buffer;
  key: Buffer;
}

/** Reads `scrypt$N$r$p$salt$key`; null when it is none, or its parameters are no sane ones. */
function parseStored(text: string): Stored | null {
  const [scheme, n, rText, pText, salt, key] = text.split('$');
  if (scheme !== 'scrypt' || !salt || !key) return null;
  const [N, r, p] = [Number(n), Number(rText), Number(pText)];
  if (![N, r, p].every((each) => Number.isInteger(each) && each >= 1)) return null;
  if (N < 2 || !Number.isInteger(Math.log2(N)) || N * r > MOST_STORED.blocks || p > MOST_STORED.p)
    return null;
  const keyBytes = Buffer.from(key, 'base64');
  if (keyBytes.length < LEAST_KEY_BYTES) return null;
  return { N, r, p, salt: Buffer.from(salt, 'base64'), key: keyBytes };
}

export interface Verdict {
  right: boolean;
  /** A right password's new hash, when the stored one was made with less than today's parameters. */
  upgraded: string | null;
}

export class Passwords {
  readonly #cost: number;
  readonly #queue: HashQueue;

  /** `cost`: scrypt's N; tests lower it. */
  constructor(cost: number) {
    this.#cost = cost;
    const waiting = Math.floor((MAX_WAITING * DEFAULT_PASSWORD_COST) / cost);
    this.#queue = new HashQueue(Math.min(MOST_WAITING, Math.max(MAX_WAITING, waiting)));
  }

  /** A salted hash of a new password. `lane`: see HashQueue. Throws the refusal `busy`. */
  async hash(password: string, lane: Lane): Promise<string> {
    const salt = randomBytes(16);
    const key = await this.#derive(password, { N: this.#cost, ...BLOCK, salt, key: Buffer.alloc(0) }, lane);
    return ['scrypt', this.#cost, BLOCK.r, BLOCK.p, salt.toString('base64'), key.toString('base64')].join(
      '$',
    );
  }

  /**
   * Compares with a stored hash, or with none (null, an account that does not exist): both take the time of a hash of
   * today, so that answers do not tell names apart by time. Throws the refusal `busy`.
   */
  async check(password: string, stored: string | null, lane: Lane): Promise<Verdict> {
    const parsed = stored === null ? null : parseStored(stored);
    const right = parsed !== null && sameBytes(await this.#derive(password, parsed, lane), parsed.key);
    if (parsed !== null && this.#isOfToday(parsed)) return { right, upgraded: null };
    if (!right) {
      await this.#derive(password, this.#nobody, lane);
      return { right, upgraded: null };
    }
    // Busy: the next sign-in upgrades it.
    return { right, upgraded: await this.hash(password, lane).catch(() => null) };
  }

  get #nobody(): Stored {
    return { N: this.#cost, ...BLOCK, salt: Buffer.alloc(16), key: Buffer.alloc(0) };
  }

  #isOfToday({ N, r, p }: Stored): boolean {
    return N * r * p >= this.#cost * BLOCK.r * BLOCK.p;
  }

  #derive(password: string, { N, r, p, salt, key }: Stored, lane: Lane): Promise<Buffer> {
    return this.#queue.derive(lane, { password, salt, keyBytes: key.length || KEY_BYTES, N, r, p });
  }

  close(): Promise<void> {
    return this.#queue.close();
  }
}
