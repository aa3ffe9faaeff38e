/**
 * Tokens for an IM server that knows one per device class (a real WuKongIM, wukongim.md C.1): every sign-in of the
 * class has to get the same one, though only its digest is stored. It follows from a seed in the database and a key in
 * a file beside it, so that neither alone gives it away.
 */
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { writePrivateFile } from '../../private-file.ts';
import { newSecret, secretIn } from '../../secret-text.ts';

export class SharedTokens {
  readonly #file: string;
  #key: string | null = null;

  constructor(dataDir: string) {
    this.#file = join(dataDir, 'session-key');
  }

  /** 32 hex digits, as TSDD's (tsdd-api.md 0). */
  token(uid: string, flag: number, seed: string): string {
    this.#key ??= secretIn(this.#file) ?? this.#newKey();
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([uid, flag, seed]))
      .digest('hex')
      .slice(0, 32);
  }

  #newKey(): string {
    const key = newSecret();
    writePrivateFile(this.#file, key);
    return key;
  }
}
