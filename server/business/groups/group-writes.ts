/**
 * The rows a change of a group writes, and the lists and commands at the IM server that follow it. Whether the change
 * is allowed was decided before (groups.ts).
 */
import type { Accounts } from '../accounts/accounts.ts';
import { channelLane, type Commands, GROUP } from '../im-client/commands.ts';
import type { ImApi } from '../im-client/im-api.ts';
import type { ImJobs } from '../im-client/im-jobs.ts';
import type { Quotas } from '../quotas.ts';
import { type Db, nextVersion } from '../store/database.ts';
import { newId } from '../store/format.ts';
import { type GroupRows, MemberStatus, Role } from './group-rows.ts';

export interface GroupsDeps {
  db: Db;
  im: ImApi;
  accounts: Accounts;
  commands: Commands;
  jobs: ImJobs;
  quotas: Quotas;
  now: () => number;
  /** Called in the transaction that changes a notice; '' = it is taken down. */
  noticePublished?: (groupNo: string, by: string, content: string) => void;
}

/** Columns that only one change at a time writes; the names go into SQL as they stand. */
type GroupColumn =
  | 'name'
  | 'notice'
  | 'avatar'
  | 'status'
  | 'invite'
  | 'forbidden'
  | 'forbidden_add_friend'
  | 'allow_view_history_msg'
  | 'allow_member_pinned_message';

export class GroupWrites {
  readonly #deps: GroupsDeps;
  readonly #groups: GroupRows;

  constructor(deps: GroupsDeps, groups: GroupRows) {
    this.#deps = deps;
    this.#groups = groups;
  }

  /** Sets one column of the group under a new version. */
  setColumn(groupNo: string, column: GroupColumn, value: string | number): void {
    this.#deps.db.run(
      `UPDATE chat_group SET ${column} = ?, version = ?, updated_at = ? WHERE group_no = ?`,
      value,
      nextVersion(this.#deps.db, 'group'),
      this.#deps.now(),
      groupNo,
    );
  }

  /** Sets one column of a member under a new version. */
  setMemberColumn(
    groupNo: string,
    uid: string,
    column: 'remark' | 'status' | 'forbidden_expir_time',
    value: string | number,
  ): void {
    this.#deps.db.run(
      `UPDATE group_member SET ${column} = ?, version = ?, updated_at = ? WHERE group_no = ? AND uid = ?`,
      value,
      nextVersion(this.#deps.db, 'member'),
      this.#deps.now(),
      groupNo,
      uid,
    );
  }

  /** Gives a member a new version: something that is stored elsewhere changed. */
  touchMember(groupNo: string, uid: string): void {
    this.#deps.db.run(
      'UPDATE group_member SET version = ?, updated_at = ? WHERE group_no = ? AND uid = ?',
      nextVersion(this.#deps.db, 'member'),
      this.#deps.now(),
      groupNo,
      uid,
    );
  }

  join(groupNo: string, uid: string, inviteUid: string, historyOffset: number): void {
    const now = this.#deps.now();
    this.#deps.db.run(
      `INSERT INTO group_member(group_no, uid, version, vercode, invite_uid, history_offset, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT(group_no, uid) DO UPDATE SET is_deleted = 0, role = 0, remark = '', version = excluded.version,
         invite_uid = excluded.invite_uid, history_offset = excluded.history_offset, forbidden_expir_time = 0,
         created_at = excluded.created_at, updated_at = excluded.updated_at`,
      groupNo,
      uid,
      nextVersion(this.#deps.db, 'member'),
      newId(),
      inviteUid,
      historyOffset,
      now,
      now,
    );
  }

  setRole(groupNo: string, uid: string, role: number): void {
    this.#deps.db.run(
      'UPDATE group_member SET role = ?, forbidden_expir_time = CASE ? WHEN 0 THEN forbidden_expir_time ELSE 0 END, version = ?, updated_at = ? WHERE group_no = ? AND uid = ?',
      role,
      role,
      nextVersion(this.#deps.db, 'member'),
      this.#deps.now(),
      groupNo,
      uid,
    );
  }

  markLeft(groupNo: string, uid: string): void {
    this.#deps.db.run(
      'UPDATE group_member SET is_deleted = 1, role = 0, version = ?, updated_at = ? WHERE group_no = ? AND uid = ?',
      nextVersion(this.#deps.db, 'member'),
      this.#deps.now(),
      groupNo,
      uid,
    );
  }

  named(uids: readonly string[]): { uid: string; name: string }[] {
    const users = this.#deps.accounts.findMany(uids);
    return uids.map((uid) => ({ uid, name: users.get(uid)?.name ?? '' }));
  }

  /** A list change at the IM server, in the group's lane. */
  imList(groupNo: string, path: string, list: Record<string, readonly string[]>): void {
    const channel = { channelId: groupNo, channelType: GROUP };
    this.#deps.jobs.add(channelLane(channel), path, { channel_id: groupNo, channel_type: GROUP, ...list });
  }

  command(groupNo: string, cmd: string, param: Record<string, unknown>): void {
    this.#deps.commands.queueToChannel({ channelId: groupNo, channelType: GROUP }, undefined, cmd, param);
  }

  /**
   * While all are muted, only owner and managers are on the IM server's allow list; an empty list lets everybody send.
   */
  syncAllowList(groupNo: string): void {
    const forbidden = this.#groups.find(groupNo)?.forbidden === 1;
    const uids = forbidden
      ? this.#groups
          .members(groupNo)
          .filter((member) => member.role !== Role.member)
          .map((member) => member.uid)
      : [];
    this.imList(groupNo, '/channel/whitelist_set', { uids });
  }

  setMute(groupNo: string, uid: string, until: number): void {
    this.#deps.db.transaction(() => {
      this.setMemberColumn(groupNo, uid, 'forbidden_expir_time', until);
      this.syncDenyList(groupNo, uid);
      this.command(groupNo, 'memberUpdate', { group_no: groupNo, uid });
    });
  }

  /** Who is muted or blacklisted is on the IM server's deny list; either is enough. */
  syncDenyList(groupNo: string, uid: string): void {
    const member = this.#groups.member(groupNo, uid);
    const denied = member?.status === MemberStatus.blacklisted || (member?.forbidden_expir_time ?? 0) > 0;
    this.imList(groupNo, denied ? '/channel/blacklist_add' : '/channel/blacklist_remove', { uids: [uid] });
  }
}
