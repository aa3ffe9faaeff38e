/**
 * Notices of groups that were published, and who has read them. TSDD keeps only the current one's text; what is more
 * here has routes of its own, which clients of TSDD never ask for.
 */
import type { Accounts } from '../accounts/accounts.ts';
import { refusal } from '../http/errors.ts';
import type { Db } from '../store/database.ts';
import type { Groups } from './groups.ts';

/** Older ones go when another comes. */
const KEPT = 50;
const MOST_NAMED = 500;
const REMIND_EVERY_MS = 24 * 3600 * 1000;

interface NoticeRow {
  id: number;
  group_no: string;
  uid: string;
  content: string;
  reminded_at: number;
  created_at: number;
}

export interface NoticesDeps {
  db: Db;
  accounts: Accounts;
  now: () => number;
}

export class Notices {
  readonly #deps: NoticesDeps;

  constructor(deps: NoticesDeps) {
    this.#deps = deps;
  }

  /** In the transaction that changes the group. '' takes the current one down: it is in no history either. */
  published(groupNo: string, by: string, content: string): void {
    const { db, now } = this.#deps;
    if (content.trim() === '') {
      const current = this.#newest(groupNo);
      if (current) this.#remove(current.id);
      return;
    }
    db.run(
      'INSERT INTO group_notice(group_no, uid, content, created_at) VALUES (?, ?, ?, ?)',
      groupNo,
      by,
      content,
      now(),
    );
    const old = db.all<{ id: number }>(
      'SELECT id FROM group_notice WHERE group_no = ? ORDER BY id DESC LIMIT -1 OFFSET ?',
      groupNo,
      KEPT,
    );
    for (const { id } of old) this.#remove(id);
    const newest = this.#newest(groupNo);
    // Whoever wrote it knows it.
    if (newest) this.#markRead(newest.id, by);
  }

  /** Newest first; each with how many of the members of now have read it. */
  list(groups: Groups, groupNo: string, viewer: string): Record<string, unknown>[] {
    const { accounts, db } = this.#deps;
    groups.requireMember(groupNo, viewer);
    const members = groups.members(groupNo).map(({ uid }) => uid);
    return db
      .all<NoticeRow>('SELECT * FROM group_notice WHERE group_no = ? ORDER BY id DESC', groupNo)
      .map((row) => {
        const readers = this.#readers(row.id);
        const read = members.filter((uid) => readers.has(uid)).length;
        return {
          id: row.id,
          content: row.content,
          uid: row.uid,
          name: accounts.name(row.uid),
          created_at: Math.floor(row.created_at / 1000),
          read_count: read,
          unread_count: members.length - read,
          read: readers.has(viewer) ? 1 : 0,
          remind_at: Math.floor((row.reminded_at === 0 ? 0 : row.reminded_at + REMIND_EVERY_MS) / 1000),
        };
      });
  }

  markRead(groups: Groups, groupNo: string, id: number, uid: string): void {
    groups.requireMember(groupNo, uid);
    this.#markRead(this.#of(groupNo, id).id, uid);
  }

  /** Members who have, or have not, read it; for owner and managers. */
  readers(
    groups: Groups,
    groupNo: string,
    id: number,
    viewer: string,
    read: boolean,
  ): Record<string, unknown>[] {
    groups.requireManager(groupNo, viewer);
    const readers = this.#readers(this.#of(groupNo, id).id);
    const { accounts } = this.#deps;
    return groups
      .members(groupNo)
      .filter(({ uid }) => readers.has(uid) === read)
      .slice(0, MOST_NAMED)
      .map(({ uid, remark }) => ({
        uid,
        name: remark || accounts.name(uid),
        read_at: Math.floor((readers.get(uid) ?? 0) / 1000),
      }));
  }

  /** Whom to remind, at most once a day: the caller says it in the group. */
  remind(groups: Groups, groupNo: string, id: number, by: string): string[] {
    const { db, now } = this.#deps;
    groups.requireManager(groupNo, by);
    const row = this.#of(groupNo, id);
    if (row.reminded_at + REMIND_EVERY_MS > now())
      throw refusal('24小时内只能提醒一次！', 'reminded_already');
    const readers = this.#readers(id);
    const unread = groups
      .members(groupNo)
      .map(({ uid }) => uid)
      .filter((uid) => !readers.has(uid) && uid !== by)
      .slice(0, MOST_NAMED);
    if (unread.length > 0) db.run('UPDATE group_notice SET reminded_at = ? WHERE id = ?', now(), id);
    return unread;
  }

  /** Takes one out of the history. The current one is taken down by an empty notice. */
  remove(groups: Groups, groupNo: string, id: number, by: string): void {
    groups.requireManager(groupNo, by);
    const row = this.#of(groupNo, id);
    if (this.#newest(groupNo)?.id === id && groups.find(groupNo)?.notice === row.content)
      groups.changeInfo(groupNo, by, 'notice', '');
    else this.#deps.db.transaction(() => this.#remove(id));
  }

  #of(groupNo: string, id: number): NoticeRow {
    const row = this.#deps.db.get<NoticeRow>(
      'SELECT * FROM group_notice WHERE id = ? AND group_no = ?',
      id,
      groupNo,
    );
    if (!row) throw refusal('群公告不存在！', 'no_notice');
    return row;
  }

  #newest(groupNo: string): NoticeRow | undefined {
    return this.#deps.db.get<NoticeRow>(
      'SELECT * FROM group_notice WHERE group_no = ? ORDER BY id DESC LIMIT 1',
      groupNo,
    );
  }

  #readers(id: number): ReadonlyMap<string, number> {
    return new Map(
      this.#deps.db
        .all<{ uid: string; read_at: number }>(
          'SELECT uid, read_at FROM group_notice_read WHERE notice_id = ?',
          id,
        )
        .map((row) => [row.uid, row.read_at]),
    );
  }

  #markRead(id: number, uid: string): void {
    this.#deps.db.run(
      'INSERT OR IGNORE INTO group_notice_read(notice_id, uid, read_at) VALUES (?, ?, ?)',
      id,
      uid,
      this.#deps.now(),
    );
  }

  #remove(id: number): void {
    this.#deps.db.run('DELETE FROM group_notice_read WHERE notice_id = ?', id);
    this.#deps.db.run('DELETE FROM group_notice WHERE id = ?', id);
  }
}
