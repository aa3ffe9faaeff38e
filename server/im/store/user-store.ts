import { LRUCache } from 'lru-cache';
import type { Db } from './database.ts';
import type { NobodyQuota } from './nobody-quota.ts';
import { digestOf } from '../../secret-text.ts';

/** Tokens per user and device flag, and the system users. */
export class UserStore {
  readonly #db: Db;
  readonly #systemUids: Set<string>;
  readonly #nobody: NobodyQuota;
  /** Those asked for lately that are known: nobody becomes unknown again. */
  readonly #known = new LRUCache<string, true>({ max: 50_000 });

  constructor(db: Db, nobody: NobodyQuota) {
    this.#db = db;
    this.#nobody = nobody;
    const rows = db.prepare<[], { uid: string }>('SELECT uid FROM system_uid').all();
    this.#systemUids = new Set(rows.map((row) => row.uid));
  }

  /** Makes this the only token of the device flag, as a real WuKongIM does. */
  setToken(uid: string, deviceFlag: number, token: string, deviceLevel: number): void {
    this.#db.transaction(() => {
      this.clearTokens(uid, deviceFlag);
      this.#insert(uid, deviceFlag, digestOf(token), deviceLevel);
    })();
  }

  /** Adds a token by its digest; a master's (level 1) takes the place of the flag's others. */
  addToken(uid: string, deviceFlag: number, digest: Buffer, deviceLevel: number): void {
    this.#db.transaction(() => {
      if (deviceLevel === 1) this.clearTokens(uid, deviceFlag);
      this.#insert(uid, deviceFlag, digest, deviceLevel);
    })();
  }

  /** Whether the uid ever was somebody's here. */
  isKnown(uid: string): boolean {
    if (this.#known.has(uid) || this.#systemUids.has(uid)) return true;
    const known = this.#db.prepare('SELECT 1 FROM known_uid WHERE uid = ?').get(uid) !== undefined;
    if (known) this.#known.set(uid, true);
    return known;
  }

  /** These are somebody's. */
  learn(uids: readonly string[]): void {
    const add = this.#db.prepare('INSERT OR IGNORE INTO known_uid(uid) VALUES(?)');
    this.#db.transaction(() => {
      for (const uid of uids) {
        if (this.isKnown(uid)) continue;
        add.run(uid);
        this.#nobody.cameIn(uid);
      }
    })();
  }

  #insert(uid: string, deviceFlag: number, digest: Buffer, deviceLevel: number): void {
    this.#db
      .prepare(
        'INSERT OR REPLACE INTO device_token(uid, device_flag, token, device_level) VALUES(?, ?, ?, ?)',
      )
      .run(uid, deviceFlag, digest, deviceLevel);
    this.learn([uid]);
  }

  /** Makes tokens of a user worthless, by their digests. */
  removeTokens(uid: string, digests: readonly Buffer[]): void {
    const remove = this.#db.prepare('DELETE FROM device_token WHERE uid = ? AND token = ?');
    this.#db.transaction(() => digests.forEach((digest) => remove.run(uid, digest)))();
  }

  /** Makes the tokens of one device flag, or of all (null), worthless. */
  clearTokens(uid: string, deviceFlag: number | null): void {
    this.#db
      .prepare('DELETE FROM device_token WHERE uid = ? AND (? IS NULL OR device_flag = ?)')
      .run(uid, deviceFlag, deviceFlag);
  }

  /**
   * Level and digest of the device's token when it is a right one, else null. Looked up by digest: how long that takes
   * tells nothing about a token.
   */
  checkToken(uid: string, deviceFlag: number, token: string): { level: number; digest: Buffer } | null {
    const digest = digestOf(token);
    const row = this.#db
      .prepare<[string, number, Buffer], { device_level: number }>(
        'SELECT device_level FROM device_token WHERE uid = ? AND device_flag = ? AND token = ?',
      )
      .get(uid, deviceFlag, digest);
    return row ? { level: row.device_level, digest } : null;
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
