/** User accounts: registration, sign-in, profile (tsdd-api.md 1, 2.2). */
import { z } from 'zod';
import { addressKey } from '../http/addresses.ts';
import { refusal } from '../http/errors.ts';
import type { Db } from '../store/database.ts';
import { newId } from '../store/format.ts';
import { STRANGERS } from './hash-queue.ts';
import type { Passwords } from './passwords.ts';
import type { SignInGuard } from './sign-in-guard.ts';

export const Device = z.object({
  device_id: z.string().min(1).max(40),
  device_name: z.string().max(100).default(''),
  device_model: z.string().max(100).default(''),
});
export type Device = z.infer<typeof Device>;

const USER_SWITCHES = {
  search_by_phone: 1,
  search_by_short: 1,
  new_msg_notice: 1,
  msg_show_detail: 1,
  voice_on: 1,
  shock_on: 1,
  offline_protection: 0,
  device_lock: 0,
  mute_of_app: 0,
};
export type UserSwitches = typeof USER_SWITCHES;
export type UserSwitch = keyof UserSwitches;
export const USER_SWITCH_NAMES = Object.keys(USER_SWITCHES) as UserSwitch[];

export interface User {
  uid: string;
  username: string;
  name: string;
  zone: string;
  phone: string;
  short_no: string;
  vercode: string;
  sex: number;
  setting: string;
  msg_expire_second: number;
  last_offline: number;
  avatar: string;
  /** 1: closed by its owner. */
  destroyed: number;
  created_at: number;
}

const USER_COLUMNS =
  'uid, username, name, zone, phone, short_no, vercode, sex, setting, msg_expire_second, last_offline, avatar, destroyed, created_at';

export interface NewAccount {
  username: string;
  name: string;
  /** As typed, or the hash of one (`hashOf`). */
  password: string | { hash: string };
  zone?: string;
  phone?: string;
}

export interface AccountsDeps {
  db: Db;
  passwords: Passwords;
  guard: SignInGuard;
  now: () => number;
}

export class Accounts {
  readonly #deps: AccountsDeps;
  readonly #db: Db;

  constructor(deps: AccountsDeps) {
    this.#deps = deps;
    this.#db = deps.db;
  }

  find(uid: string): User | null {
    return this.#db.get<User>(`SELECT ${USER_COLUMNS} FROM user WHERE uid = ?`, uid) ?? null;
  }

  findMany(uids: readonly string[]): Map<string, User> {
    const rows = this.#db.all<User>(
      `SELECT ${USER_COLUMNS} FROM user WHERE uid IN (SELECT value FROM json_each(?))`,
      JSON.stringify(uids),
    );
    return new Map(rows.map((row) => [row.uid, row]));
  }

  name(uid: string): string {
    return this.find(uid)?.name ?? '';
  }

  isDestroyed(uid: string): boolean {
    return this.find(uid)?.destroyed === 1;
  }

  /** By exact short number, user name or phone, for people search. */
  search(keyword: string): User | null {
    return (
      this.#db.get<User>(
        `SELECT ${USER_COLUMNS} FROM user WHERE destroyed = 0 AND (username = ?1 COLLATE NOCASE
         OR short_no = ?1 COLLATE NOCASE OR (phone = ?1 AND phone <> '')) LIMIT 1`,
        keyword,
      ) ?? null
    );
  }

  /** Who registered with this number. */
  byPhone({ zone, phone }: { zone: string; phone: string }): User | null {
    return (
      this.#db.get<User>(
        `SELECT ${USER_COLUMNS} FROM user WHERE username = ?1 AND phone <> ''`,
        zone + phone,
      ) ?? null
    );
  }

  /** Whose own code this is (QR). */
  byVercode(vercode: string): User | null {
    return (
      this.#db.get<User>(`SELECT ${USER_COLUMNS} FROM user WHERE vercode = ? AND destroyed = 0`, vercode) ??
      null
    );
  }

  isEmpty(): boolean {
    return this.#db.get('SELECT 1 FROM user LIMIT 1') === undefined;
  }

  allUids(): string[] {
    return this.#db.all<{ uid: string }>('SELECT uid FROM user').map((row) => row.uid);
  }

  /**
   * Creates an account, for somebody at the address `ip` or for the server itself (absent). Throws `该用户名已存在` /
   * `该用户已存在` when the name or phone is taken.
   */
  async register(account: NewAccount, ip?: string): Promise<User> {
    const taken = account.phone ? '该用户已存在' : '该用户名已存在';
    if (this.#db.get('SELECT 1 FROM user WHERE username = ?', account.username)) throw refusal(taken);
    const password =
      typeof account.password === 'string' ? await this.hashOf(account.password, ip) : account.password.hash;
    const uid = newId();
    const shortNo = `W${newId().slice(0, 9)}`;
    const name = account.name.trim() || `用户${uid.slice(0, 6)}`;
    // The name may have been taken while the hash was computed: the unique index decides.
    const added = this.#db.run(
      `INSERT INTO user(uid, username, name, zone, phone, password, short_no, vercode, sex, setting, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT DO NOTHING`,
      uid,
      account.username,
      name,
      account.zone ?? '',
      account.phone ?? '',
      password,
      shortNo,
      newId(),
      JSON.stringify(USER_SWITCHES),
      this.#deps.now(),
    );
    if (added === 0) throw refusal(taken);
    const user = this.find(uid);
    if (!user) throw new Error('the new account is missing');
    if (ip !== undefined) this.#deps.guard.remember(ip, uid);
    return user;
  }

  /** The hash of a password that several accounts get, made once. */
  hashOf(password: string, ip?: string): Promise<string> {
    return this.#deps.passwords.hash(password, { address: addressKey(ip ?? 'server'), account: STRANGERS });
  }

  /** Checks name (user name, or zone + phone) and password of somebody at `ip`. Throws TSDD's texts. */
  async authenticate(username: string, password: string, ip: string): Promise<User> {
    const row = this.#db.get<{ uid: string; password: string }>(
      `SELECT uid, password FROM user WHERE username = ?1 AND destroyed = 0
       UNION ALL SELECT uid, password FROM user WHERE phone <> '' AND zone || phone = ?1 AND destroyed = 0 LIMIT 1`,
      username,
    );
    const attempt = this.#deps.guard.begin(ip, row?.uid ?? null);
    let verdict;
    try {
      verdict = await this.#deps.passwords.check(password, row?.password ?? null, attempt.lane);
    } catch (error) {
      attempt.abandoned();
      throw error;
    }
    if (!row) throw refusal('用户不存在');
    if (!verdict.right) throw refusal('密码不正确！');
    // The password may have been changed while its hash was computed: then this one was right, and is no more.
    if (this.#storedPassword(row.uid) !== row.password) throw refusal('密码不正确！');
    attempt.succeeded();
    if (verdict.upgraded !== null) this.#setPassword(row.uid, row.password, verdict.upgraded);
    const user = this.find(row.uid);
    if (!user) throw refusal('用户不存在');
    return user;
  }

  /** Tells, from now on, whether the password is still the one of now. */
  passwordWatch(uid: string): () => boolean {
    const before = this.#storedPassword(uid);
    return () => this.#storedPassword(uid) === before;
  }

  #storedPassword(uid: string): string | null {
    return (
      this.#db.get<{ password: string }>('SELECT password FROM user WHERE uid = ?', uid)?.password ?? null
    );
  }

  /** Replaces a stored hash, unless another change was faster. */
  #setPassword(uid: string, before: string, after: string): boolean {
    return (
      this.#db.run('UPDATE user SET password = ? WHERE uid = ? AND password = ?', after, uid, before) > 0
    );
  }

  /** For somebody at the address `ip`. Sessions are the caller's to end. */
  async changePassword(uid: string, password: string, newPassword: string, ip: string): Promise<void> {
    const { passwords } = this.#deps;
    const lane = { address: addressKey(ip), account: uid };
    const stored = this.#storedPassword(uid);
    const { right } = await passwords.check(password, stored, lane);
    if (stored === null || !right) throw refusal('密码不正确！');
    const changed = this.#setPassword(uid, stored, await passwords.hash(newPassword, lane));
    if (!changed) throw refusal('密码不正确！');
  }

  /** Somebody at the address `ip` proved another way whose account it is. Sessions are the caller's to end. */
  async setPassword(uid: string, newPassword: string, ip: string): Promise<void> {
    const lane = { address: addressKey(ip), account: uid };
    const hash = await this.#deps.passwords.hash(newPassword, lane);
    this.#db.run('UPDATE user SET password = ? WHERE uid = ?', hash, uid);
  }

  /** The LoginUser object of a session (tsdd-api.md 1.2). */
  loginUser(user: User, token: string): Record<string, unknown> {
    return {
      uid: user.uid,
      app_id: '',
      name: user.name,
      username: user.username,
      sex: user.sex,
      category: '',
      short_no: user.short_no,
      zone: user.zone,
      phone: user.phone,
      token,
      chat_pwd: '',
      lock_screen_pwd: '',
      lock_after_minute: 0,
      setting: this.switches(user),
      rsa_public_key: '',
      short_status: 0,
      msg_expire_second: user.msg_expire_second,
    };
  }

  switches(user: User): UserSwitches {
    return { ...USER_SWITCHES, ...(JSON.parse(user.setting) as Partial<UserSwitches>) };
  }

  setSwitches(uid: string, changes: Partial<Record<UserSwitch, number>>): void {
    const user = this.find(uid);
    if (user) {
      this.#db.run(
        'UPDATE user SET setting = ? WHERE uid = ?',
        JSON.stringify({ ...this.switches(user), ...changes }),
        uid,
      );
    }
  }

  /** Closes the account. As with TSDD the name stays, and user name and phone are free again. */
  destroy(uid: string): void {
    const now = this.#deps.now();
    this.#db.run(
      `UPDATE user SET destroyed = 1, username = username || '@' || ?1 || '@delete',
       phone = CASE phone WHEN '' THEN '' ELSE phone || '@' || ?1 || '@delete' END WHERE uid = ?2 AND destroyed = 0`,
      now,
      uid,
    );
  }

  setProfile(
    uid: string,
    key: 'name' | 'sex' | 'short_no' | 'msg_expire_second' | 'avatar' | 'last_offline',
    value: string | number,
  ): void {
    try {
      this.#db.run(`UPDATE user SET ${key} = ? WHERE uid = ?`, value, uid);
    } catch (error) {
      if (key === 'short_no') throw refusal('此短编号已被占用！');
      throw error;
    }
  }
}
