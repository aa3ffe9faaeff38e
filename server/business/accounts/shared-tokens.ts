/**
 * Tokens for an IM server that knows one per device class (a real WuKongIM, wukongim.md C.1): every sign-in of the
 * class has to get the same one, though only its digest is stored. It follows from a seed in the database and a key in
 * a file beside it, so that neither alone gives it away.
 */
import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from '../../private-file.ts';
import { newSecret } from '../../secret-text.ts';

export class SharedTokens {
  readonly #file: string;
  #key: string | null = null;

  constructor(dataDir: string) {
    this.#file = join(dataDir, 'session-key');
  }

  /** 32 hex digits, as TSDD's (tsdd-api.md 0). */
  token(uid: string, flag: number, seed: string): string {
    this.#key ??= this.#keptKey();
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([uid, flag, seed]))
      .digest('hex')
      .slice(0, 32);
  }

  #keptKey(): string {
    const kept = existsSync(this.#file) ? readFileSync(this.#file, 'utf8').trim() : '';
    if (kept.length >= 32) return kept;
    const key = newSecret();
    writePrivateFile(this.#file, key);
    return key;
  }
}
