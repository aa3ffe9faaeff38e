/** Users, groups and members. Names: remark > nickname in the group > name > short form of the uid. */
import { ChannelType, Role, type ChannelRef, type ContactView } from '../../../../../shared/domain.ts';
import { sortKey } from './pinyin.ts';
import type { ChannelTable } from '../channel-table.ts';
import type { StoreContext } from '../../context.ts';
import { createMemberList, type MemberList } from './member-list.ts';
import { asRole, type GroupRow, type MemberRow, shortUid, type UserRow } from './people-rows.ts';
import type { GroupRecord, MemberRecord, UserRecord } from '../../server-records.ts';

export interface PeopleTables {
  putUsers(users: readonly UserRecord[]): void;
  putGroups(groups: readonly GroupRecord[]): void;
  putMembers(groupNo: string, members: readonly MemberRecord[]): void;
  setOnline(uid: string, online: boolean, atSeconds: number): void;
  user(uid: string): UserRow | undefined;
  group(groupNo: string): GroupRow | undefined;
  member(groupNo: string, uid: string): MemberRow | undefined;
  /** Name of a person as this account sees them, in a channel. */
  nameIn(channel: ChannelRef, uid: string): string;
  /** null when the person is unknown. */
  userName(uid: string): string | null;
  channelName(channel: ChannelRef): string;
  roleIn(channel: ChannelRef, uid: string): Role | null;
  memberVersion(groupNo: string): number;
  readonly memberList: MemberList;
  counts(groupNo: string): { members: number; online: number };
  contacts(): ContactView[];
  groupNos(): string[];
}

const int = (value: number): number => (Number.isFinite(value) ? Math.trunc(value) : 0);
const personChannel = (uid: string): ChannelRef => ({ channelId: uid, channelType: ChannelType.person });
const groupChannel = (groupNo: string): ChannelRef => ({
  channelId: groupNo,
  channelType: ChannelType.group,
});

export function createPeopleTables(ctx: StoreContext, channels: ChannelTable): PeopleTables {
  const { db, changes, me } = ctx;
  const getUser = db.prepare<[string], UserRow>('SELECT * FROM user WHERE uid = ?');
  const putUser = db.prepare<[UserRow]>(
    `INSERT OR REPLACE INTO user VALUES
     (@uid, @name, @remark, @username, @online, @last_offline, @friend, @blocked, @sort_key)`,
  );
  const getGroup = db.prepare<[string], GroupRow>('SELECT * FROM group_info WHERE group_no = ?');
  const putGroup = db.prepare<[GroupRow]>(
    `INSERT OR REPLACE INTO group_info VALUES (@group_no, @name, @remark, @notice, @member_count, @online_count,
     @my_role, @quit, @muted_until, @forbidden, @invite_only, @disbanded, @receipt, @sort_key)`,
  );
  const getMember = db.prepare<[string, string], MemberRow>(
    'SELECT * FROM group_member WHERE group_no = ? AND uid = ?',
  );
  const putMember = db.prepare<[MemberRow]>(
    `INSERT OR REPLACE INTO group_member VALUES
     (@group_no, @uid, @name, @remark, @role, @version, @deleted, @status, @muted_until)`,
  );
  const groupsOf = db.prepare<[string], { group_no: string }>(
    'SELECT group_no FROM group_member WHERE uid = ? AND deleted = 0',
  );
  const setQuit = db.prepare<[number, string]>('UPDATE group_info SET quit = ? WHERE group_no = ?');
  const version = db.prepare<[string], { version: number }>(
    'SELECT coalesce(max(version), 0) AS version FROM group_member WHERE group_no = ?',
  );
  const countMembers = db.prepare<[string], { members: number; online: number }>(
    `SELECT count(*) AS members, coalesce(sum(u.online), 0) AS online
     FROM group_member m LEFT JOIN user u ON u.uid = m.uid WHERE m.group_no = ? AND m.deleted = 0`,
  );
  const friends = db.prepare<[], UserRow>('SELECT * FROM user WHERE friend = 1 ORDER BY sort_key, uid');
  const myGroups = db.prepare<[], { group_no: string }>(
    'SELECT group_no FROM group_info WHERE coalesce(quit, 0) = 0 AND disbanded = 0 ORDER BY sort_key, group_no',
  );

  const memberList = createMemberList(ctx);

  // Names are asked for once per message view; the answers change only with the tables below.
  const names = new Map<string, string>();
  const groupNames = new Map<string, string>();
  const roles = new Map<string, Role | null>();
  ctx.onRollback(() => {
    names.clear();
    roles.clear();
    groupNames.clear();
  });

  function nameIn(channel: ChannelRef, uid: string): string {
    if (!uid) return '';
    const cacheKey = channel.channelType === ChannelType.group ? `${channel.channelId}/${uid}` : `/${uid}`;
    const known = names.get(cacheKey);
    if (known !== undefined) return known;
    const user = getUser.get(uid);
    const member =
      channel.channelType === ChannelType.group ? getMember.get(channel.channelId, uid) : undefined;
    const name =
      user?.remark ||
      member?.remark ||
      (uid === me.uid ? me.name : '') ||
      user?.name ||
      member?.name ||
      shortUid(uid);
    if (names.size > 20_000) names.clear();
    names.set(cacheKey, name);
    return name;
  }

  function channelName(channel: ChannelRef): string {
    if (channel.channelType === ChannelType.group) {
      const known = groupNames.get(channel.channelId);
      if (known !== undefined) return known;
      const group = getGroup.get(channel.channelId);
      const name = group?.remark || group?.name || shortUid(channel.channelId);
      groupNames.set(channel.channelId, name);
      return name;
    }
    return nameIn(channel, channel.channelId);
  }

  /** A name that is on screen changed: windows that show it have to be read again. */
  function nameChanged(uid: string): void {
    names.clear();
    changes.reload(personChannel(uid));
    for (const { group_no } of groupsOf.all(uid)) {
      changes.reload(groupChannel(group_no));
      changes.members(groupChannel(group_no));
      changes.conversation(groupChannel(group_no));
    }
  }

  function putUserRow(user: UserRecord): void {
    const before = getUser.get(user.uid);
    const row: UserRow = {
      uid: user.uid,
      name: user.name,
      remark: user.remark,
      username: user.username,
      online: Number(user.online),
      last_offline: int(user.lastOffline),
      friend: Number(user.friend),
      blocked: Number(user.blocked),
      sort_key:
        before && before.name === user.name && before.remark === user.remark
          ? before.sort_key
          : sortKey(user.remark || user.name),
    };
    const channel = personChannel(user.uid);
    const settingsChanged = channels.setSettings(channel, {
      pinned: user.pinned,
      muted: user.muted,
      showRecallNotes: user.showRecallNotes,
    });
    const rowChanged =
      !before || (Object.keys(row) as (keyof UserRow)[]).some((name) => before[name] !== row[name]);
    if (!rowChanged && !settingsChanged) return;
    if (rowChanged) {
      putUser.run(row);
      memberList.changed(null);
    }
    if (before && (before.name !== row.name || before.remark !== row.remark)) nameChanged(user.uid);
    else names.clear();
    changes.conversation(channel);
    changes.channelInfo(channel);
    if (row.friend === 1 || before?.friend === 1) changes.contacts();
  }

  function putGroupRow(group: GroupRecord): void {
    const before = getGroup.get(group.groupNo);
    const row: GroupRow = {
      group_no: group.groupNo,
      name: group.name,
      remark: group.remark,
      notice: group.notice,
      member_count: group.memberCount === null ? (before?.member_count ?? null) : int(group.memberCount),
      online_count: group.onlineCount === null ? (before?.online_count ?? null) : int(group.onlineCount),
      my_role: group.myRole ?? before?.my_role ?? null,
      quit: group.quit === null ? (before?.quit ?? null) : Number(group.quit),
      muted_until: group.mutedUntil === null ? (before?.muted_until ?? null) : int(group.mutedUntil),
      forbidden: Number(group.forbidden),
      invite_only: Number(group.inviteOnly),
      disbanded: Number(group.disbanded),
      receipt: Number(group.receipt),
      sort_key: sortKey(group.remark || group.name),
    };
    const channel = groupChannel(group.groupNo);
    channels.setSettings(channel, {
      pinned: group.pinned,
      muted: group.muted,
      showRecallNotes: group.showRecallNotes,
    });
    putGroup.run(row);
    groupNames.delete(group.groupNo);
    changes.conversation(channel);
    changes.channelInfo(channel);
  }

  function putMemberRow(groupNo: string, record: MemberRecord): void {
    const before = getMember.get(groupNo, record.uid);
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
    };
    putMember.run(row);
    roles.delete(`${groupNo}/${row.uid}`);
    if (record.uid === me.uid) setQuit.run(row.deleted, groupNo);
    const renamed = before && (before.remark !== row.remark || before.name !== row.name);
    if (renamed || (before && before.role !== row.role)) changes.reload(groupChannel(groupNo));
  }

  function memberRoleOfMe(groupNo: string): Role | null {
    const mine = getMember.get(groupNo, me.uid);
    return mine ? (mine.deleted === 1 ? null : asRole(mine.role)) : asRole(getGroup.get(groupNo)?.my_role);
  }

  return {
    putUsers: (users) => {
      for (const user of users) if (user.uid) putUserRow(user);
    },
    putGroups: (groups) => {
      for (const group of groups) if (group.groupNo) putGroupRow(group);
    },
    putMembers(groupNo, members) {
      if (members.length === 0) return;
      for (const member of members) putMemberRow(groupNo, member);
      names.clear();
      memberList.changed(groupNo);
      const channel = groupChannel(groupNo);
      changes.members(channel);
      changes.channelInfo(channel);
      changes.conversation(channel);
    },
    setOnline(uid, online, atSeconds) {
      const before = getUser.get(uid);
      if (!before) return;
      putUser.run({
        ...before,
        online: Number(online),
        last_offline: online ? before.last_offline : int(atSeconds),
      });
      memberList.changed(null);
      changes.conversation(personChannel(uid));
      changes.channelInfo(personChannel(uid));
      if (before.friend === 1) changes.contacts();
    },
    user: (uid) => getUser.get(uid),
    group: (groupNo) => getGroup.get(groupNo),
    member: (groupNo, uid) => getMember.get(groupNo, uid),
    nameIn,
    userName(uid) {
      const user = getUser.get(uid);
      return user?.remark || user?.name || (uid === me.uid ? me.name : null);
    },
    channelName,
    roleIn(channel, uid) {
      if (channel.channelType !== ChannelType.group || !uid) return null;
      if (uid === me.uid) return memberRoleOfMe(channel.channelId);
      const key = `${channel.channelId}/${uid}`;
      let role = roles.get(key);
      if (role === undefined) {
        const member = getMember.get(channel.channelId, uid);
        role = member && member.deleted === 0 ? asRole(member.role) : null;
        roles.set(key, role);
      }
      return role;
    },
    memberList,
    memberVersion: (groupNo) => version.get(groupNo)?.version ?? 0,
    counts: (groupNo) => countMembers.get(groupNo) ?? { members: 0, online: 0 },
    contacts: () =>
      friends.all().map((row) => ({
        uid: row.uid,
        name: row.name || shortUid(row.uid),
        remark: row.remark,
        username: row.username,
        online: row.online === 1,
        sortKey: row.sort_key,
      })),
    groupNos: () => myGroups.all().map((row) => row.group_no),
  };
}
