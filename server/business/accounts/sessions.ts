/**
 * HTTP sessions. As in TSDD one token per (uid, device flag) serves both as HTTP header and as IM CONNECT token; flags
 * 1 (web) and 2 (pc) reuse a live token, flag 0 (app) gets a new one (tsdd-api.md 1.3). Unlike TSDD's, a token ends
 * when it expires, at sign-out and at a password change, and the token a registration returns stays the valid one.
 */
import { digestOf, sameSecret } from '../../secret-text.ts';
import type { Db } from '../store/database.ts';
import { newId } from '../store/format.ts';

const LIFETIME_MS = 30 * 24 * 3600 * 1000;

export const DeviceFlag = { app: 0, web: 1, pc: 2 } as const;

interface SessionRow {
  token: string;
  uid: string;
  flag: number;
  expires_at: number;
}

export class Sessions {
  readonly #db: Db;
  readonly #now: () => number;

  constructor(db: Db, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /** The token of this uid and flag, new or reused; its life starts over. */
  open(uid: string, flag: number): string {
    return this.#db.transaction(() => {
      const current = this.#db.get<SessionRow>(
        'SELECT token, uid, flag, expires_at FROM session WHERE uid = ? AND flag = ?',
        uid,
        flag,
      );
      const expiresAt = this.#now() + LIFETIME_MS;
      if (current && current.expires_at > this.#now() && flag !== DeviceFlag.app) {
        this.#db.run('UPDATE session SET expires_at = ? WHERE uid = ? AND flag = ?', expiresAt, uid, flag);
        return current.token;
      }
      const token = newId();
      this.#db.run('DELETE FROM session WHERE uid = ? AND flag = ?', uid, flag);
      this.#db.run(
        'INSERT INTO session(token_hash, token, uid, flag, expires_at) VALUES (?, ?, ?, ?, ?)',
        digestOf(token),
        token,
        uid,
        flag,
        expiresAt,
      );
      return token;
    });
  }

  /**
   * Whose token this is; null when unknown or expired. Looked up by its SHA-256, whose prefix tells nothing about the
   * token, then compared in constant time.
   */
  find(token: string): { uid: string; flag: number } | null {
    const row = this.#db.get<SessionRow>(
      'SELECT token, uid, flag, expires_at FROM session WHERE token_hash = ?',
      digestOf(token),
    );
    if (!row || !sameSecret(row.token, token) || row.expires_at <= this.#now()) return null;
    return { uid: row.uid, flag: row.flag };
  }

  close(uid: string, flag: number): void {
    this.#db.run('DELETE FROM session WHERE uid = ? AND flag = ?', uid, flag);
  }

  closeAll(uid: string): void {
    this.#db.run('DELETE FROM session WHERE uid = ?', uid);
  }
}
