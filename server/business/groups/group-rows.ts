/** Groups and members as they are stored, and who may do what there (tsdd-api.md 3). */
import { refusal } from '../http/errors.ts';
import type { Db } from '../store/database.ts';

export const Role = { member: 0, owner: 1, manager: 2 } as const;
export const GroupStatus = { normal: 1, disbanded: 2 } as const;
export const MemberStatus = { normal: 1, blacklisted: 2 } as const;

export interface GroupRow {
  group_no: string;
  name: string;
  notice: string;
  creator: string;
  status: number;
  forbidden: number;
  invite: number;
  forbidden_add_friend: number;
  allow_view_history_msg: number;
  allow_member_pinned_message: number;
  avatar: string;
  version: number;
  created_at: number;
  updated_at: number;
}

export interface MemberRow {
  id: number;
  group_no: string;
  uid: string;
  remark: string;
  role: number;
  version: number;
  is_deleted: number;
  /** `MemberStatus`; stays when the member leaves. */
  status: number;
  vercode: string;
  invite_uid: string;
  /** Unix seconds; 0 = not muted. */
  forbidden_expir_time: number;
  /** Messages up to this seq are not shown to the member. */
  history_offset: number;
  created_at: number;
  updated_at: number;
}

export class GroupRows {
  protected readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  find(groupNo: string): GroupRow | null {
    return this.db.get<GroupRow>('SELECT * FROM chat_group WHERE group_no = ?', groupNo) ?? null;
  }

  /** The membership row, also of someone who left (is_deleted 1). */
  member(groupNo: string, uid: string): MemberRow | null {
    return (
      this.db.get<MemberRow>('SELECT * FROM group_member WHERE group_no = ? AND uid = ?', groupNo, uid) ??
      null
    );
  }

  isMember(groupNo: string, uid: string): boolean {
    return this.member(groupNo, uid)?.is_deleted === 0;
  }

  /** Role of a current member; null for everybody else. */
  role(groupNo: string, uid: string): number | null {
    const member = this.member(groupNo, uid);
    return member?.is_deleted === 0 ? member.role : null;
  }

  /** Current members: owner, managers, then by joining. */
  members(groupNo: string): MemberRow[] {
    return this.db.all<MemberRow>(
      `SELECT * FROM group_member WHERE group_no = ? AND is_deleted = 0
       ORDER BY CASE role WHEN 1 THEN 0 WHEN 2 THEN 1 ELSE 2 END, created_at, id`,
      groupNo,
    );
  }

  membersChangedSince(groupNo: string, version: number, limit: number): MemberRow[] {
    return this.db.all<MemberRow>(
      'SELECT * FROM group_member WHERE group_no = ? AND version > ? ORDER BY version LIMIT ?',
      groupNo,
      version,
      limit,
    );
  }

  /** On the blacklist of the group, as a member or as somebody who left. */
  isBlacklisted(groupNo: string, uid: string): boolean {
    return this.member(groupNo, uid)?.status === MemberStatus.blacklisted;
  }

  /** Owner and managers. */
  leaders(groupNo: string): string[] {
    return this.members(groupNo).flatMap(({ role, uid }) => (role === Role.member ? [] : [uid]));
  }

  /** Groups in which the user is a member now. */
  groupsOf(uid: string): string[] {
    return this.db
      .all<{ group_no: string }>('SELECT group_no FROM group_member WHERE uid = ? AND is_deleted = 0', uid)
      .map((row) => row.group_no);
  }

  /** Throws unless the user is a current member of an existing group; answers the row. */
  requireMember(groupNo: string, uid: string): MemberRow {
    const group = this.find(groupNo);
    const member = group ? this.member(groupNo, uid) : null;
    if (!group || !member || member.is_deleted === 1) throw refusal('群不存在或你不是群成员！', 'not_member');
    return member;
  }

  /** Throws unless the user is owner or manager. */
  requireManager(groupNo: string, uid: string, message = '没有权限！'): MemberRow {
    const member = this.requireMember(groupNo, uid);
    if (member.role === Role.member) throw refusal(message, 'not_allowed');
    this.requireActive(groupNo);
    return member;
  }

  requireOwner(groupNo: string, uid: string, message = '没有权限！'): MemberRow {
    const member = this.requireMember(groupNo, uid);
    if (member.role !== Role.owner) throw refusal(message, 'not_allowed');
    this.requireActive(groupNo);
    return member;
  }

  protected requireActive(groupNo: string): void {
    if (this.find(groupNo)?.status !== GroupStatus.normal) throw refusal('群不存在');
  }
}
