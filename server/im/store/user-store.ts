import type { Db } from './database.ts';
import { digestOf, hasDigest } from '../../secret-text.ts';

/** Tokens per user and device flag, and the system users. */
export class UserStore {
  readonly #db: Db;
  readonly #systemUids: Set<string>;

  constructor(db: Db) {
    this.#db = db;
    const rows = db.prepare<[], { uid: string }>('SELECT uid FROM system_uid').all();
    this.#systemUids = new Set(rows.map((row) => row.uid));
  }

  setToken(uid: string, deviceFlag: number, token: string, deviceLevel: number): void {
    this.#db
      .prepare(
        `INSERT INTO device_token(uid, device_flag, token, device_level) VALUES(?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET token = excluded.token, device_level = excluded.device_level`,
      )
      .run(uid, deviceFlag, digestOf(token), deviceLevel);
  }

  /** Makes the tokens of one device flag, or of all (null), worthless. */
  clearTokens(uid: string, deviceFlag: number | null): void {
    this.#db
      .prepare('DELETE FROM device_token WHERE uid = ? AND (? IS NULL OR device_flag = ?)')
      .run(uid, deviceFlag, deviceFlag);
  }

  /** Level of the device when the token is right, else null. Compares in constant time. */
  checkToken(uid: string, deviceFlag: number, token: string): number | null {
    const row = this.#db
      .prepare<[string, number], { token: Buffer; device_level: number }>(
        'SELECT token, device_level FROM device_token WHERE uid = ? AND device_flag = ?',
      )
      .get(uid, deviceFlag);
    return row && Buffer.isBuffer(row.token) && hasDigest(token, row.token) ? row.device_level : null;
  }

  systemUids(): string[] {
    return [...this.#systemUids].sort();
  }

  isSystemUid(uid: string): boolean {
    return this.#systemUids.has(uid);
  }

  addSystemUids(uids: readonly string[]): void {
    const insert = this.#db.prepare('INSERT OR IGNORE INTO system_uid(uid) VALUES(?)');
    this.#db.transaction(() => uids.forEach((uid) => insert.run(uid)))();
    for (const uid of uids) this.#systemUids.add(uid);
  }

  removeSystemUids(uids: readonly string[]): void {
    const remove = this.#db.prepare('DELETE FROM system_uid WHERE uid = ?');
    this.#db.transaction(() => uids.forEach((uid) => remove.run(uid)))();
    for (const uid of uids) this.#systemUids.delete(uid);
  }
}
