/** The tables `user`, `group_info` and `group_member`, and what a change in them means for what is shown. */
import type Database from 'better-sqlite3';
import { cleanName } from '../../../../../shared/display-name.ts';
import { ChannelType, type ChannelRef, type ContactView, type Role } from '../../../../../shared/domain.ts';
import type { StoreContext } from '../../context.ts';
import type { GroupRecord, MemberRecord, UserRecord } from '../../server-records.ts';
import type { ChannelTable } from '../channels/channel-table.ts';
import { createMemberList, type MemberList } from './member-list.ts';
import { PeopleNames } from './people-names.ts';
import {
  BlockedBy,
  BLACKLISTED,
  firstName,
  type FindPeople,
  type GroupRow,
  type MemberRow,
  type UserRow,
} from './people-rows.ts';
import { sortKey } from './pinyin.ts';

const int = (value: number): number => (Number.isFinite(value) ? Math.trunc(value) : 0);
/** What the source does not know (null) stays as it was. */
const orBefore = (value: number | null, before: number | null | undefined): number | null =>
  value === null ? (before ?? null) : int(value);

const personChannel = (uid: string): ChannelRef => ({ channelId: uid, channelType: ChannelType.person });
const groupChannel = (groupNo: string): ChannelRef => ({
  channelId: groupNo,
  channelType: ChannelType.group,
});

type Statement<A extends unknown[], R = unknown> = Database.Statement<A, R>;

export class PeopleTables implements FindPeople {
  readonly memberList: MemberList;
  readonly #ctx: StoreContext;
  readonly #channels: ChannelTable;
  readonly #names: PeopleNames;
  readonly #getUser: Statement<[string], UserRow>;
  readonly #putUser: Statement<[UserRow]>;
  readonly #getGroup: Statement<[string], GroupRow>;
  readonly #putGroup: Statement<[GroupRow]>;
  readonly #setQuit: Statement<[number, string]>;
  readonly #getMember: Statement<[string, string], MemberRow>;
  readonly #putMember: Statement<[MemberRow]>;
  readonly #groupsOf: Statement<[string], { group_no: string }>;
  readonly #version: Statement<[string], { version: number }>;
  readonly #countMembers: Statement<[string], { members: number; online: number }>;
  readonly #friends: Statement<[], UserRow>;
  readonly #myGroups: Statement<[], { group_no: string }>;

  constructor(ctx: StoreContext, channels: ChannelTable) {
    this.#ctx = ctx;
    this.#channels = channels;
    this.memberList = createMemberList(ctx);
    this.#names = new PeopleNames(ctx, this);
    const { db } = ctx;
    this.#getUser = db.prepare('SELECT * FROM user WHERE uid = ?');
    this.#putUser = db.prepare(
      `INSERT OR REPLACE INTO user VALUES
       (@uid, @name, @remark, @username, @online, @last_offline, @friend, @blocked, @sort_key,
       @short_no, @device, @destroyed)`,
    );
    this.#getGroup = db.prepare('SELECT * FROM group_info WHERE group_no = ?');
    this.#putGroup = db.prepare(
      `INSERT OR REPLACE INTO group_info VALUES (@group_no, @name, @remark, @notice, @member_count, @online_count,
       @my_role, @quit, @muted_until, @forbidden, @invite_only, @disbanded, @receipt, @sort_key,
       @saved, @friends_forbidden, @past_hidden, @members_pin)`,
    );
    this.#setQuit = db.prepare('UPDATE group_info SET quit = ? WHERE group_no = ?');
    this.#getMember = db.prepare('SELECT * FROM group_member WHERE group_no = ? AND uid = ?');
    this.#putMember = db.prepare(
      `INSERT OR REPLACE INTO group_member VALUES
       (@group_no, @uid, @name, @remark, @role, @version, @deleted, @status, @muted_until, @destroyed)`,
    );
    this.#groupsOf = db.prepare('SELECT group_no FROM group_member WHERE uid = ? AND deleted = 0');
    this.#version = db.prepare(
      'SELECT coalesce(max(version), 0) AS version FROM group_member WHERE group_no = ?',
    );
    this.#countMembers = db.prepare(
      `SELECT count(*) AS members, coalesce(sum(u.online), 0) AS online
       FROM group_member m LEFT JOIN user u ON u.uid = m.uid
       WHERE m.group_no = ? AND m.deleted = 0 AND m.status <> ${BLACKLISTED}`,
    );
    this.#friends = db.prepare('SELECT * FROM user WHERE friend = 1 ORDER BY sort_key, uid');
    this.#myGroups = db.prepare(
      'SELECT group_no FROM group_info WHERE coalesce(quit, 0) = 0 AND disbanded = 0 ORDER BY sort_key, group_no',
    );
  }

  user(uid: string): UserRow | undefined {
    return this.#getUser.get(uid);
  }

  group(groupNo: string): GroupRow | undefined {
    return this.#getGroup.get(groupNo);
  }

  member(groupNo: string, uid: string): MemberRow | undefined {
    return this.#getMember.get(groupNo, uid);
  }

  /** Name of a person as this account sees them, in a channel. */
  nameIn(channel: ChannelRef, uid: string): string {
    return this.#names.nameIn(channel, uid);
  }

  /** null when the person is unknown. */
  publicName(channel: ChannelRef, uid: string): string {
    return this.#names.publicName(channel, uid);
  }

  userName(uid: string): string | null {
    return this.#names.userName(uid);
  }

  channelName(channel: ChannelRef): string {
    return this.#names.channelName(channel);
  }

  roleIn(channel: ChannelRef, uid: string): Role | null {
    return this.#names.roleIn(channel, uid);
  }

  memberVersion(groupNo: string): number {
    return this.#version.get(groupNo)?.version ?? 0;
  }

  counts(groupNo: string): { members: number; online: number } {
    return this.#countMembers.get(groupNo) ?? { members: 0, online: 0 };
  }

  contacts(): ContactView[] {
    return this.#friends.all().map((row) => ({
      uid: row.uid,
      name: firstName(row.uid, row.name),
      remark: cleanName(row.remark),
      username: row.username,
      online: row.online === 1,
      sortKey: row.sort_key,
      shortNo: row.short_no,
      ...(row.destroyed === 1 ? { destroyed: true as const } : {}),
    }));
  }

  /** Groups I am in, of those where this person was seen as a member. */
  commonGroupNos(uid: string): string[] {
    const theirs = new Set(this.#groupsOf.all(uid).map((row) => row.group_no));
    return this.groupNos().filter((groupNo) => theirs.has(groupNo));
  }

  groupNos(): string[] {
    return this.#myGroups.all().map((row) => row.group_no);
  }

  putUsers(users: readonly UserRecord[]): void {
    for (const user of users) if (user.uid) this.#putUserRow(user);
  }

  putGroups(groups: readonly GroupRecord[]): void {
    for (const group of groups) if (group.groupNo) this.#putGroupRow(group);
  }

  putMembers(groupNo: string, members: readonly MemberRecord[]): void {
    if (members.length === 0) return;
    for (const member of members) this.#putMemberRow(groupNo, member);
    this.#names.peopleChanged();
    this.memberList.changed(groupNo);
    const { changes } = this.#ctx;
    const channel = groupChannel(groupNo);
    changes.members(channel);
    changes.channelInfo(channel);
    changes.conversation(channel);
  }

  setOwnName(name: string): void {
    const { me } = this.#ctx;
    if (name === '' || name === me.name) return;
    me.name = name;
    this.memberList.changed(null);
    this.#names.peopleChanged();
    this.#reloadWhereNamed(me.uid);
  }

  /** The server said so itself; what it answers about the group later decides. */
  closeGroup(groupNo: string, how: 'disbanded' | 'left' = 'disbanded'): void {
    const before = this.group(groupNo);
    if (!before || before.disbanded === 1 || (how === 'left' && before.quit === 1)) return;
    this.#putGroup.run({ ...before, ...(how === 'left' ? { quit: 1 } : { disbanded: 1 }) });
    this.#ctx.changes.conversation(groupChannel(groupNo));
    this.#ctx.changes.channelInfo(groupChannel(groupNo));
  }

  /** `device`: class of the device they are online with; null = not known. */
  setOnline(uid: string, online: boolean, atSeconds: number, device: number | null = null): void {
    const before = this.user(uid);
    if (!before) return;
    this.#putUser.run({
      ...before,
      online: Number(online),
      last_offline: online ? before.last_offline : int(atSeconds),
      device: online ? device : null,
    });
    this.memberList.changed(null);
    const { changes } = this.#ctx;
    changes.conversation(personChannel(uid));
    changes.channelInfo(personChannel(uid));
    if (before.friend === 1) changes.contacts();
  }

  #putUserRow(user: UserRecord): void {
    const before = this.user(user.uid);
    const renamed = before !== undefined && (before.name !== user.name || before.remark !== user.remark);
    const row: UserRow = {
      uid: user.uid,
      name: user.name,
      remark: user.remark,
      username: user.username,
      online: Number(user.online),
      last_offline: int(user.lastOffline),
      friend: Number(user.friend),
      blocked: user.blockedByMe === true ? BlockedBy.me : user.blocked ? BlockedBy.them : BlockedBy.nobody,
      sort_key: before && !renamed ? before.sort_key : sortKey(user.remark || user.name),
      // Who is no friend shows it in some answers only.
      short_no: user.shortNo || (before?.short_no ?? ''),
      device: user.online ? orBefore(user.device ?? null, before?.device) : null,
      destroyed: Number(user.destroyed ?? before?.destroyed === 1),
    };
    const channel = personChannel(user.uid);
    const settingsChanged = this.#channels.setSettings(channel, user);
    const rowChanged =
      !before || (Object.keys(row) as (keyof UserRow)[]).some((name) => before[name] !== row[name]);
    if (!rowChanged && !settingsChanged) return;
    if (rowChanged) {
      this.#putUser.run(row);
      this.memberList.changed(null);
    }
    this.#names.peopleChanged();
    if (renamed) this.#reloadWhereNamed(user.uid);
    const { changes } = this.#ctx;
    changes.conversation(channel);
    changes.channelInfo(channel);
    if (row.friend === 1 || before?.friend === 1) changes.contacts();
  }

  /** A name that is on screen changed: windows that show it have to be read again. */
  #reloadWhereNamed(uid: string): void {
    const { changes } = this.#ctx;
    changes.reload(personChannel(uid));
    for (const { group_no } of this.#groupsOf.all(uid)) {
      changes.reload(groupChannel(group_no));
      changes.members(groupChannel(group_no));
      changes.conversation(groupChannel(group_no));
    }
  }

  #putGroupRow(group: GroupRecord): void {
    const before = this.group(group.groupNo);
    const renamed = before?.name !== group.name || before.remark !== group.remark;
    const channel = groupChannel(group.groupNo);
    this.#channels.setSettings(channel, group);
    this.#putGroup.run({
      group_no: group.groupNo,
      name: group.name,
      remark: group.remark,
      notice: group.notice,
      member_count: orBefore(group.memberCount, before?.member_count),
      online_count: orBefore(group.onlineCount, before?.online_count),
      my_role: group.myRole ?? before?.my_role ?? null,
      quit: orBefore(group.quit === null ? null : Number(group.quit), before?.quit),
      muted_until: orBefore(group.mutedUntil, before?.muted_until),
      forbidden: Number(group.forbidden),
      invite_only: Number(group.inviteOnly),
      disbanded: Number(group.disbanded),
      receipt: Number(group.receipt),
      sort_key: before && !renamed ? before.sort_key : sortKey(group.remark || group.name),
      saved: Number(group.saved ?? before?.saved === 1),
      friends_forbidden: Number(group.friendsForbidden ?? before?.friends_forbidden === 1),
      past_hidden: Number(group.pastHidden ?? before?.past_hidden === 1),
      members_pin: Number(group.membersPin ?? before?.members_pin === 1),
    });
    this.#names.groupChanged(group.groupNo);
    this.#ctx.changes.conversation(channel);
    this.#ctx.changes.channelInfo(channel);
  }

  #putMemberRow(groupNo: string, record: MemberRecord): void {
    const before = this.member(groupNo, record.uid);
    if (before && before.version > record.version) return;
    const row: MemberRow = {
      group_no: groupNo,
      uid: record.uid,
      name: record.name,
      remark: record.remark,
      role: record.role,
      version: record.version,
      deleted: Number(record.deleted),
      status: int(record.status),
      muted_until: int(record.mutedUntil),
      destroyed: Number(record.destroyed ?? before?.destroyed === 1),
    };
    this.#putMember.run(row);
    this.#names.memberChanged(groupNo, row.uid);
    if (record.uid === this.#ctx.me.uid) this.#setQuit.run(row.deleted, groupNo);
    const renamed = before && (before.remark !== row.remark || before.name !== row.name);
    if (renamed || (before && before.role !== row.role)) this.#ctx.changes.reload(groupChannel(groupNo));
  }
}
