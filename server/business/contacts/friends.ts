/** Friendships, requests and blacklists (tsdd-api.md 2.2). */
import { refusal } from '../http/errors.ts';
import type { Commands } from '../im-client/commands.ts';
import { PERSON } from '../im-client/commands.ts';
import type { ImJobs } from '../im-client/im-jobs.ts';
import { type Quotas, quotaExceeded } from '../quotas.ts';
import { AttemptLimit, tooOften } from '../http/rate-limit.ts';
import type { Db } from '../store/database.ts';
import { nextVersion } from '../store/database.ts';
import { newId } from '../store/format.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { ChannelSettings } from './channel-settings.ts';

export interface FriendRow {
  uid: string;
  to_uid: string;
  is_deleted: number;
  /** 1: the other side has removed me. */
  is_alone: number;
  version: number;
  vercode: string;
}

const REQUEST_LIFETIME_MS = 15 * 24 * 3600 * 1000;
const HOUR_MS = 3600 * 1000;
const APPLY_STATUS = { new: 0, accepted: 1, refused: 2 } as const;

export interface FriendsDeps {
  db: Db;
  accounts: Accounts;
  settings: ChannelSettings;
  commands: Commands;
  jobs: ImJobs;
  quotas: Quotas;
  now: () => number;
}

export class Friends {
  readonly #deps: FriendsDeps;
  readonly #db: Db;
  readonly #hourly: AttemptLimit;

  constructor(deps: FriendsDeps) {
    this.#deps = deps;
    this.#db = deps.db;
    this.#hourly = new AttemptLimit(deps.quotas.friendRequestsPerHour, HOUR_MS, deps.now);
  }

  row(uid: string, toUid: string): FriendRow | null {
    return this.#db.get<FriendRow>('SELECT * FROM friend WHERE uid = ? AND to_uid = ?', uid, toUid) ?? null;
  }

  isFriend(uid: string, toUid: string): boolean {
    return this.row(uid, toUid)?.is_deleted === 0;
  }

  friendUids(uid: string): string[] {
    return this.#db
      .all<{ to_uid: string }>('SELECT to_uid FROM friend WHERE uid = ? AND is_deleted = 0', uid)
      .map((row) => row.to_uid);
  }

  /** Rows above a version, ascending; removed ones included. */
  changedSince(uid: string, version: number, limit: number): FriendRow[] {
    return this.#db.all<FriendRow>(
      'SELECT * FROM friend WHERE uid = ? AND version > ? ORDER BY version LIMIT ?',
      uid,
      version,
      limit,
    );
  }

  /** Writes both directions and the IM whitelists; no message. Used by accept and by the demo data. */
  befriend(a: string, b: string): void {
    this.#db.transaction(() => {
      for (const [uid, toUid] of [
        [a, b],
        [b, a],
      ] as const) {
        this.#db.run(
          `INSERT INTO friend(uid, to_uid, version, vercode, created_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT(uid, to_uid) DO UPDATE SET is_deleted = 0, is_alone = 0, version = excluded.version`,
          uid,
          toUid,
          nextVersion(this.#db, 'friend'),
          newId(),
          this.#deps.now(),
        );
        this.#deps.jobs.add(`1/${uid}`, '/channel/whitelist_add', {
          channel_id: uid,
          channel_type: PERSON,
          uids: [toUid],
        });
      }
    });
  }

  /** Records a request and tells the other side. Throws when the verification code does not belong to `toUid`. */
  apply(uid: string, toUid: string, remark: string, vercode: string): void {
    const { accounts, commands, now } = this.#deps;
    if (uid === toUid) throw refusal('不能添加自己为好友！');
    if (accounts.find(toUid)?.destroyed !== 0) throw refusal('用户不存在');
    if (this.isFriend(uid, toUid) && this.isFriend(toUid, uid)) throw refusal('已经是好友，不能再申请！');
    this.#checkSource(uid, toUid, vercode);
    this.#requireRoom(uid, toUid);
    const token = newId();
    this.#db.transaction(() => {
      this.#db.run(
        `INSERT INTO friend_apply(uid, applicant, remark, status, token, created_at, expires_at) VALUES (?, ?, ?, 0, ?, ?, ?)
         ON CONFLICT(uid, applicant) DO UPDATE SET remark = excluded.remark, status = 0, token = excluded.token,
         created_at = excluded.created_at, expires_at = excluded.expires_at`,
        toUid,
        uid,
        remark,
        token,
        now(),
        now() + REQUEST_LIFETIME_MS,
      );
      this.#db.run(
        'INSERT INTO friend_apply_reddot(uid, count) VALUES (?, 1) ON CONFLICT(uid) DO UPDATE SET count = count + 1',
        toUid,
      );
      commands.queueToUser(toUid, 'friendRequest', {
        apply_name: accounts.name(uid),
        apply_uid: uid,
        remark,
        to_uid: toUid,
        token,
      });
    });
  }

  /** Throws when the user waits for too many answers already, or has asked too often. */
  #requireRoom(uid: string, toUid: string): void {
    const open = this.#db.get<{ n: number }>(
      'SELECT count(*) n FROM friend_apply WHERE applicant = ? AND status = ? AND expires_at > ? AND uid <> ?',
      uid,
      APPLY_STATUS.new,
      this.#deps.now(),
      toUid,
    );
    if ((open?.n ?? 0) >= this.#deps.quotas.openFriendRequests)
      throw quotaExceeded('待通过的好友申请已达上限！');
    if (!this.#hourly.take(uid)) throw tooOften();
  }

  /** `<code>@<source>`: 1 search, 2 group member, 3 QR, 4 card (tsdd-api.md 2.2). Empty only between former friends. */
  #checkSource(uid: string, toUid: string, vercode: string): void {
    if (vercode === '') {
      if (!this.row(uid, toUid) && !this.row(toUid, uid)) throw refusal('好友信息不存在');
      return;
    }
    const [code = '', source = ''] = vercode.split('@');
    const belongs: Record<string, string> = {
      '1': 'SELECT 1 FROM user WHERE uid = ?1 AND vercode = ?2',
      '3': 'SELECT 1 FROM user WHERE uid = ?1 AND vercode = ?2',
      '2': `SELECT 1 FROM group_member m JOIN chat_group g USING (group_no) WHERE m.uid = ?1 AND m.vercode = ?2 AND m.is_deleted = 0
            AND g.forbidden_add_friend = 0`,
      '4': 'SELECT 1 FROM friend WHERE to_uid = ?1 AND vercode = ?2',
    };
    const sql = belongs[source];
    if (!sql || !this.#db.get(sql, toUid, code)) throw refusal('来源不匹配');
  }

  requests(uid: string, limit: number, offset: number) {
    return this.#db.all<{
      id: number;
      applicant: string;
      remark: string;
      status: number;
      token: string;
      created_at: number;
    }>(
      'SELECT * FROM friend_apply WHERE uid = ? ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?',
      uid,
      limit,
      offset,
    );
  }

  /** Accepts by token: both become friends, both get a command, a tip and the request's words open the chat. */
  accept(uid: string, token: string): void {
    const { accounts, commands, now } = this.#deps;
    const request = this.#db.get<{ id: number; applicant: string; remark: string }>(
      'SELECT id, applicant, remark FROM friend_apply WHERE uid = ? AND token = ? AND status = ? AND expires_at > ?',
      uid,
      token,
      APPLY_STATUS.new,
      now(),
    );
    if (!request) throw refusal('获取token信息错误');
    this.#db.transaction(() => {
      this.#db.run('UPDATE friend_apply SET status = ? WHERE id = ?', APPLY_STATUS.accepted, request.id);
      this.befriend(uid, request.applicant);
      commands.queueToUsers([uid, request.applicant], 'friendAccept', {
        from_name: accounts.name(uid),
        from_uid: uid,
        to_uid: request.applicant,
      });
      commands.queue({
        fromUid: uid,
        channelId: request.applicant,
        channelType: PERSON,
        payload: { content: '我们已经是好友了，可以愉快的聊天了！', type: 2000 },
      });
      if (request.remark !== '') {
        commands.queue({
          redDot: true,
          fromUid: request.applicant,
          channelId: uid,
          channelType: PERSON,
          payload: { content: request.remark, type: 1 },
        });
      }
    });
  }

  refuse(uid: string, applicant: string): void {
    this.#db.run(
      'UPDATE friend_apply SET status = ? WHERE uid = ? AND applicant = ?',
      APPLY_STATUS.refused,
      uid,
      applicant,
    );
  }

  forgetRequest(uid: string, applicant: string): void {
    this.#db.run('DELETE FROM friend_apply WHERE uid = ? AND applicant = ?', uid, applicant);
  }

  remove(uid: string, toUid: string): void {
    const { commands, jobs, settings } = this.#deps;
    this.#db.transaction(() => {
      this.#db.run(
        'UPDATE friend SET is_deleted = 1, version = ? WHERE uid = ? AND to_uid = ?',
        nextVersion(this.#db, 'friend'),
        uid,
        toUid,
      );
      this.#db.run(
        'UPDATE friend SET is_alone = 1, version = ? WHERE uid = ? AND to_uid = ?',
        nextVersion(this.#db, 'friend'),
        toUid,
        uid,
      );
      settings.reset(uid, { channelId: toUid, channelType: PERSON });
      jobs.add(`1/${uid}`, '/channel/whitelist_remove', {
        channel_id: uid,
        channel_type: PERSON,
        uids: [toUid],
      });
      commands.queueToUser(toUid, 'channelUpdate', { channel_id: uid, channel_type: PERSON });
      commands.queueToUser(uid, 'friendDeleted', { uid: toUid });
    });
  }

  /** The account is no more: the next sync of its friends says so. */
  friendDestroyed(uid: string): void {
    for (const friend of this.friendUids(uid))
      this.#db.run(
        'UPDATE friend SET version = ? WHERE uid = ? AND to_uid = ?',
        nextVersion(this.#db, 'friend'),
        friend,
        uid,
      );
  }

  isBlocked(byUid: string, uid: string): boolean {
    return this.#db.get('SELECT 1 FROM blacklist WHERE uid = ? AND to_uid = ?', byUid, uid) !== undefined;
  }

  blocked(uid: string): string[] {
    return this.#db
      .all<{ to_uid: string }>('SELECT to_uid FROM blacklist WHERE uid = ? ORDER BY created_at', uid)
      .map((row) => row.to_uid);
  }

  setBlocked(uid: string, toUid: string, on: boolean): void {
    const { commands, jobs, now } = this.#deps;
    this.#db.transaction(() => {
      if (on)
        this.#db.run(
          'INSERT OR IGNORE INTO blacklist(uid, to_uid, created_at) VALUES (?, ?, ?)',
          uid,
          toUid,
          now(),
        );
      else this.#db.run('DELETE FROM blacklist WHERE uid = ? AND to_uid = ?', uid, toUid);
      this.#db.run(
        'UPDATE friend SET version = ? WHERE uid = ? AND to_uid = ?',
        nextVersion(this.#db, 'friend'),
        uid,
        toUid,
      );
      jobs.add(`1/${uid}`, on ? '/channel/blacklist_add' : '/channel/blacklist_remove', {
        channel_id: uid,
        channel_type: PERSON,
        uids: [toUid],
      });
      commands.queueToUser(uid, 'channelUpdate', { channel_id: toUid, channel_type: PERSON });
      commands.queueToUser(toUid, 'channelUpdate', { channel_id: uid, channel_type: PERSON });
    });
  }

  reddot(uid: string): number {
    return (
      this.#db.get<{ count: number }>('SELECT count FROM friend_apply_reddot WHERE uid = ?', uid)?.count ?? 0
    );
  }

  clearReddot(uid: string): void {
    this.#db.run('DELETE FROM friend_apply_reddot WHERE uid = ?', uid);
  }
}
