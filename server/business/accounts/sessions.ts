/**
 * HTTP sessions: one token serves both as HTTP header and as IM CONNECT token (tsdd-api.md 1.2). Only its SHA-256 is
 * kept. A session is of one device; with an IM server that knows one token per device class, a real WuKongIM, all
 * devices of the class share one. Unlike TSDD's, a token ends when it expires, at sign-out, with its device and at a
 * password change, and the token a registration returns stays valid.
 */
import { digestOf } from '../../secret-text.ts';
import type { Caller } from '../http/auth.ts';
import type { Db } from '../store/database.ts';

const LIFETIME_MS = 30 * 24 * 3600 * 1000;
/** Sessions and devices kept of one user; the oldest end. */
const MAX_PER_USER = 50;

export const DeviceFlag = { app: 0, web: 1, pc: 2 } as const;

export interface Session {
  token_hash: Buffer;
  uid: string;
  flag: number;
  /** 1: of all devices of its class. */
  shared: number;
  /** What a shared token is made from (shared-tokens.ts); '' when it cannot be made again. */
  seed: string;
  expires_at: number;
}

const COLUMNS = 'token_hash, uid, flag, shared, seed, expires_at';

export class Sessions {
  readonly #db: Db;
  readonly #now: () => number;

  constructor(db: Db, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /**
   * Keeps a new session. Answers those it ends, which the IM server is still to be told of: the device's former one,
   * of a phone and of a shared one all of its class, and the oldest when there are too many.
   */
  open(
    token: string,
    session: { uid: string; flag: number; deviceId: string | null; seed?: string },
  ): Session[] {
    const { uid, flag, deviceId, seed } = session;
    const hash = digestOf(token);
    return this.#db.transaction(() => {
      const wholeClass = flag === DeviceFlag.app || seed !== undefined;
      const ended = wholeClass
        ? this.#end('uid = ?1 AND flag = ?2 AND token_hash <> ?3', uid, flag, hash)
        : this.#end(
            `uid = ?1 AND flag = ?2 AND shared = 0 AND token_hash IN
             (SELECT token_hash FROM session_device WHERE uid = ?1 AND device_id = ?3)`,
            uid,
            flag,
            deviceId ?? '',
          );
      this.#db.run(
        `INSERT INTO session(token_hash, uid, flag, shared, seed, opened_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT(token_hash) DO UPDATE SET opened_at = excluded.opened_at, expires_at = excluded.expires_at`,
        hash,
        uid,
        flag,
        seed === undefined ? 0 : 1,
        seed ?? '',
        this.#now(),
        this.#now() + LIFETIME_MS,
      );
      if (deviceId !== null)
        this.#db.run(
          'INSERT OR IGNORE INTO session_device(token_hash, uid, device_id) VALUES (?, ?, ?)',
          hash,
          uid,
          deviceId,
        );
      const tooMany = this.#end(
        `uid = ?1 AND token_hash <> ?2 AND token_hash IN
         (SELECT token_hash FROM session WHERE uid = ?1 ORDER BY opened_at DESC LIMIT -1 OFFSET ${MAX_PER_USER})`,
        uid,
        hash,
      );
      return [...ended, ...tooMany, ...this.#forgetOldDevices(uid)];
    });
  }

  /** The seed of the class's shared session, when there is a live one. */
  seedOf(uid: string, flag: number): string | null {
    const row = this.#db.get<{ seed: string }>(
      "SELECT seed FROM session WHERE uid = ? AND flag = ? AND seed <> '' AND expires_at > ?",
      uid,
      flag,
      this.#now(),
    );
    return row?.seed ?? null;
  }

  /**
   * Whose token this is; null when unknown or expired. Looked up by its SHA-256: how long that takes tells nothing
   * about the token.
   */
  find(token: string): Caller | null {
    const row = this.#db.get<Session>(`SELECT ${COLUMNS} FROM session WHERE token_hash = ?`, digestOf(token));
    if (!row || row.expires_at <= this.#now()) return null;
    return { uid: row.uid, flag: row.flag, session: row.token_hash };
  }

  /** Ends one session. Each of these answers the sessions it ended. */
  close(tokenHash: Buffer): Session[] {
    return this.#end('token_hash = ?1', tokenHash);
  }

  closeFlag(uid: string, flag: number): Session[] {
    return this.#end('uid = ?1 AND flag = ?2', uid, flag);
  }

  closeAll(uid: string): Session[] {
    return this.#end('uid = ?1', uid);
  }

  /** Forgets the device and ends its sessions. */
  closeDevice(uid: string, deviceId: string): Session[] {
    return this.#db.transaction(() => {
      this.#db.run('DELETE FROM device WHERE uid = ? AND device_id = ?', uid, deviceId);
      return this.#end(
        'token_hash IN (SELECT token_hash FROM session_device WHERE uid = ?1 AND device_id = ?2)',
        uid,
        deviceId,
      );
    });
  }

  closeExpired(): Session[] {
    return this.#end('expires_at <= ?1', this.#now());
  }

  /** Devices that a session is of; empty for one that was opened without naming any. */
  devicesOf(tokenHash: Buffer): string[] {
    return this.#db
      .all<{ device_id: string }>('SELECT device_id FROM session_device WHERE token_hash = ?', tokenHash)
      .map((row) => row.device_id);
  }

  #forgetOldDevices(uid: string): Session[] {
    const old = this.#db.all<{ device_id: string }>(
      `SELECT device_id FROM device WHERE uid = ? ORDER BY last_login DESC, id DESC LIMIT -1 OFFSET ${MAX_PER_USER}`,
      uid,
    );
    return old.flatMap(({ device_id }) => this.closeDevice(uid, device_id));
  }

  #end(where: string, ...params: (string | number | Buffer)[]): Session[] {
    return this.#db.transaction(() => {
      const ended = this.#db.all<Session>(`SELECT ${COLUMNS} FROM session WHERE ${where}`, ...params);
      for (const { token_hash } of ended) {
        this.#db.run('DELETE FROM session_device WHERE token_hash = ?', token_hash);
        this.#db.run('DELETE FROM session WHERE token_hash = ?', token_hash);
      }
      return ended;
    });
  }
}
