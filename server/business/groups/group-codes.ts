/** QR codes of groups (tsdd-api.md 3.2): one per member who shows it, valid for seven days. */
import { refusal } from '../http/errors.ts';
import type { Db } from '../store/database.ts';
import { newId } from '../store/format.ts';
import { GroupStatus } from './group-rows.ts';
import type { Groups } from './groups.ts';
import { ShortCodes } from './short-codes.ts';

const DAYS = 7;
const DAY_MS = 24 * 3600 * 1000;
const two = (n: number): string => String(n).padStart(2, '0');

const JOIN_MS = 30 * 60_000;

interface GroupCode {
  groupNo: string;
  /** The member who showed it. */
  maker: string;
}

/** Somebody has scanned a code and may join by it. */
interface Scan extends GroupCode {
  uid: string;
}

export class GroupCodes {
  readonly #db: Db;
  readonly #groups: Groups;
  readonly #now: () => number;
  readonly #scans: ShortCodes<Scan>;

  constructor(db: Db, groups: Groups, now: () => number) {
    this.#db = db;
    this.#groups = groups;
    this.#now = now;
    this.#scans = new ShortCodes<Scan>(JOIN_MS, now);
  }

  /** The code of this member, which is valid from now on for `day` days. `expire` as TSDD writes it. */
  show(groupNo: string, uid: string): { code: string; day: number; expire: string } {
    if (this.#groups.find(groupNo)?.status !== GroupStatus.normal) throw refusal('群不存在');
    if (!this.#groups.isMember(groupNo, uid)) throw refusal('只有群内用户才能生成二维码！', 'not_member');
    const expiresAt = this.#now() + DAYS * DAY_MS;
    const code = this.#db.transaction(() => {
      this.#db.run('DELETE FROM group_code WHERE expires_at <= ?', this.#now());
      this.#db.run(
        `INSERT INTO group_code(code, group_no, uid, expires_at) VALUES (?, ?, ?, ?)
         ON CONFLICT(group_no, uid) DO UPDATE SET expires_at = excluded.expires_at`,
        newId(),
        groupNo,
        uid,
        expiresAt,
      );
      return this.#db.get<{ code: string }>(
        'SELECT code FROM group_code WHERE group_no = ? AND uid = ?',
        groupNo,
        uid,
      )?.code;
    });
    if (code === undefined) throw new Error('the new code is missing');
    const end = new Date(expiresAt);
    return { code, day: DAYS, expire: `${two(end.getMonth() + 1)}月${two(end.getDate())}日` };
  }

  /**
   * What the code leads `uid` to: the group, and, unless `uid` is in it already, a permission to join. null: there is
   * no such code, or it is over.
   */
  scan(code: string, uid: string): { groupNo: string; authCode: string | null } | null {
    const found = this.#find(code);
    if (!found || this.#groups.find(found.groupNo)?.status !== GroupStatus.normal) return null;
    const isIn = this.#groups.isMember(found.groupNo, uid);
    return { groupNo: found.groupNo, authCode: isIn ? null : this.#scans.give({ ...found, uid }) };
  }

  /** Throws TSDD's texts when it is none of this group, or over. */
  scanOf(groupNo: string, authCode: string): Scan {
    const found = this.#scans.find(authCode);
    if (!found) throw refusal('认证信息不存在或已失效！', 'code_over');
    if (found.groupNo !== groupNo) throw refusal('此授权码非此群的！');
    return found;
  }

  endScan(authCode: string): void {
    this.#scans.end(authCode);
  }

  /** null: there is none, it has run out, or whoever showed it is no member any more. */
  #find(code: string): GroupCode | null {
    const row = this.#db.get<{ group_no: string; uid: string }>(
      'SELECT group_no, uid FROM group_code WHERE code = ? AND expires_at > ?',
      code,
      this.#now(),
    );
    if (!row || !this.#groups.isMember(row.group_no, row.uid)) return null;
    return { groupNo: row.group_no, maker: row.uid };
  }
}
