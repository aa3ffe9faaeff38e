/**
 * Changes of groups: members, roles, rules (tsdd-api.md 3). This database is the authority on membership; the IM
 * server's subscriber, allow and deny lists follow through the durable job queue, in the group's lane, so that they
 * keep the order of the changes.
 */
import { cutCodePoints } from '../../../shared/text-cut.ts';
import { refusal } from '../http/errors.ts';
import { channelLane, GROUP } from '../im-client/commands.ts';
import { quotaExceeded } from '../quotas.ts';
import { nextVersion } from '../store/database.ts';
import { newId } from '../store/format.ts';
import { GroupEntry, MAX_MEMBERS } from './group-entry.ts';
import { type GroupRow, GroupStatus, MemberStatus, Role } from './group-rows.ts';

export type GroupRule =
  | 'forbidden'
  | 'invite'
  | 'forbidden_add_friend'
  | 'allow_view_history_msg'
  | 'allow_member_pinned_message';

/** Code points of a title made of the members' names, as TSDD's. */
const TITLE_MAX = 20;
const DAY_MS = 24 * 3600 * 1000;

export class Groups extends GroupEntry {
  /** Groups that wait for their IM channel, by who makes them. */
  readonly #creating = new Map<string, number>();

  /**
   * Creates the group and its IM channel. Throws when the IM server cannot create the channel; then nothing is kept.
   */
  async create(owner: string, uids: readonly string[], name: string): Promise<GroupRow> {
    const { accounts, commands, now, im } = this.deps;
    const users = accounts.findMany(uids);
    const others = [...new Set(uids)].filter((uid) => uid !== owner && users.get(uid)?.destroyed === 0);
    if (others.length === 0) throw refusal('群成员不能为空！');
    if (others.length + 1 > MAX_MEMBERS) throw refusal(`群成员不能超过${MAX_MEMBERS}人！`);
    this.#requireRoom(owner);
    const groupNo = newId();
    const ownerName = accounts.name(owner);
    const title =
      name.trim() ||
      cutCodePoints([ownerName, ...others.map((uid) => users.get(uid)?.name ?? '')].join('、'), TITLE_MAX);
    this.#creating.set(owner, (this.#creating.get(owner) ?? 0) + 1);
    try {
      await im.createChannel(groupNo, GROUP, [owner, ...others]);
    } catch {
      throw refusal('创建IM频道失败！');
    } finally {
      const left = (this.#creating.get(owner) ?? 1) - 1;
      if (left > 0) this.#creating.set(owner, left);
      else this.#creating.delete(owner);
    }
    this.db.transaction(() => {
      const version = nextVersion(this.db, 'group');
      this.db.run(
        'INSERT INTO chat_group(group_no, name, creator, version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)',
        groupNo,
        title,
        owner,
        version,
        now(),
        now(),
      );
      for (const uid of others) this.rows.join(groupNo, uid, owner, 0);
      this.rows.join(groupNo, owner, '', 0);
      this.rows.setRole(groupNo, owner, Role.owner);
      commands.queueGroupNotice(groupNo, {
        content: `${ownerName}邀请${others.map((_uid, index) => `{${index}}`).join(',')}加入群聊`,
        creator: owner,
        creator_name: ownerName,
        extra: this.rows.named(others),
        type: 1001,
        version,
      });
    });
    const group = this.find(groupNo);
    if (!group) throw new Error('the new group is missing');
    return group;
  }

  /** Throws when the user has made as many groups as he may, those that are being made included. */
  #requireRoom(owner: string): void {
    const { quotas, now } = this.deps;
    const made = this.db.get<{ today: number; ever: number }>(
      'SELECT count(*) AS ever, coalesce(sum(created_at > ?), 0) AS today FROM chat_group WHERE creator = ?',
      now() - DAY_MS,
      owner,
    );
    const making = this.#creating.get(owner) ?? 0;
    if ((made?.today ?? 0) + making >= quotas.groupsPerDay)
      throw quotaExceeded('今天创建的群已达上限，请明天再试！');
    if ((made?.ever ?? 0) + making >= quotas.groups) throw quotaExceeded('创建的群已达上限！');
  }

  removeMembers(groupNo: string, by: string, uids: readonly string[]): void {
    const { accounts, commands } = this.deps;
    const remover = this.requireManager(groupNo, by, '普通成员无法删除群成员');
    const leaving = [...new Set(uids)].filter((uid) => uid !== by && this.isMember(groupNo, uid));
    for (const uid of leaving) {
      const role = this.role(groupNo, uid);
      if (role === Role.owner || (role === Role.manager && remover.role !== Role.owner))
        throw refusal('没有权限！', 'not_allowed');
    }
    if (leaving.length === 0) return;
    this.countLine(by);
    this.db.transaction(() => {
      // Before the unsubscribe, so that the removed see it.
      commands.queueGroupNotice(groupNo, {
        content: `${accounts.name(by)}将${leaving.map((_uid, index) => `{${index}}`).join('、')}移除群聊`,
        extra: this.rows.named(leaving),
        type: 1003,
      });
      for (const uid of leaving) this.rows.markLeft(groupNo, uid);
      this.rows.imList(groupNo, '/channel/subscriber_remove', { subscribers: leaving });
      for (const uid of leaving)
        commands.queueToUser(uid, 'channelUpdate', { channel_id: groupNo, channel_type: GROUP });
    });
  }

  exit(groupNo: string, uid: string): void {
    const { accounts, commands } = this.deps;
    const member = this.requireMember(groupNo, uid);
    this.db.transaction(() => {
      this.rows.markLeft(groupNo, uid);
      this.rows.imList(groupNo, '/channel/subscriber_remove', { subscribers: [uid] });
      const rest = this.members(groupNo);
      if (member.role === Role.owner) {
        const heir = rest
          .filter(({ uid: other, status }) => status === MemberStatus.normal && !accounts.isDestroyed(other))
          .toSorted((a, b) => a.created_at - b.created_at || a.id - b.id)[0];
        if (heir) {
          this.rows.setRole(groupNo, heir.uid, Role.owner);
          this.rows.syncDenyList(groupNo, heir.uid);
          this.rows.syncAllowList(groupNo);
        }
      }
      this.rows.command(groupNo, 'memberUpdate', { group_no: groupNo, uid });
      const visibles = this.leaders(groupNo);
      if (visibles.length > 0) {
        commands.queueGroupNotice(groupNo, {
          content: '{0}退出群聊',
          extra: [{ uid, name: accounts.name(uid) }],
          type: 1021,
          visibles,
        });
      }
      commands.queueToUser(uid, 'conversationDeleted', { channel_id: groupNo, channel_type: GROUP });
    });
  }

  disband(groupNo: string, by: string): void {
    const { commands } = this.deps;
    this.requireOwner(groupNo, by);
    this.db.transaction(() => {
      this.rows.setColumn(groupNo, 'status', GroupStatus.disbanded);
      commands.queueGroupNotice(groupNo, { content: '群主已解散该群', type: 2000 });
      this.rows.command(groupNo, 'channelUpdate', { channel_id: groupNo, channel_type: GROUP });
      this.deps.jobs.add(channelLane({ channelId: groupNo, channelType: GROUP }), '/channel/info', {
        channel_id: groupNo,
        channel_type: GROUP,
        disband: 1,
      });
    });
  }

  transfer(groupNo: string, by: string, to: string): void {
    const { accounts, commands } = this.deps;
    this.requireOwner(groupNo, by);
    if (accounts.isDestroyed(to)) throw refusal('转让用户不存在或已注销！', 'destroyed_account');
    if (by === to || !this.isMember(groupNo, to) || this.isBlacklisted(groupNo, to))
      throw refusal('新群主不在群内！');
    this.countLine(by);
    this.db.transaction(() => {
      this.rows.setRole(groupNo, by, Role.member);
      this.rows.setRole(groupNo, to, Role.owner);
      this.rows.imList(groupNo, '/channel/blacklist_remove', { uids: [to] });
      commands.queueGroupNotice(groupNo, {
        content: '“{0}”已成为新群主',
        extra: [{ uid: to, name: accounts.name(to) }],
        type: 1008,
      });
      this.rows.command(groupNo, 'memberUpdate', { group_no: groupNo });
      this.rows.syncAllowList(groupNo);
    });
  }

  setManagers(groupNo: string, by: string, uids: readonly string[], on: boolean): void {
    this.requireOwner(groupNo, by);
    const targets = [...new Set(uids)].filter((uid) => uid !== by && this.isMember(groupNo, uid));
    if (targets.length === 0) throw refusal('没有可设置的群成员！');
    this.db.transaction(() => {
      for (const uid of targets) this.rows.setRole(groupNo, uid, on ? Role.manager : Role.member);
      if (on) this.rows.imList(groupNo, '/channel/blacklist_remove', { uids: targets });
      this.rows.command(groupNo, 'memberUpdate', { group_no: groupNo });
      this.rows.syncAllowList(groupNo);
    });
  }

  /** Name, notice or a rule, each with its 1005 message where TSDD sends one. */
  changeInfo(
    groupNo: string,
    by: string,
    key: 'name' | 'notice' | 'invite' | 'forbidden',
    value: string,
  ): void {
    const { accounts, commands } = this.deps;
    this.requireManager(groupNo, by, '只有群管理者才能修改！');
    this.countLine(by);
    const content = {
      name: `{0}修改群名为"${value}"`,
      notice: value === '' ? '{0}清空了群公告' : `{0}修改群公告为"${value}"`,
      invite: value === '1' ? '{0}已启用“群聊邀请确认”' : '{0}已关闭“群聊邀请确认”',
      forbidden: value === '1' ? '{0}已开启“全员禁言”' : '{0}已关闭“全员禁言”',
    }[key];
    this.db.transaction(() => {
      const stored = key === 'name' || key === 'notice' ? value : Number(value);
      this.rows.setColumn(groupNo, key, stored);
      if (key === 'notice') this.deps.noticePublished?.(groupNo, by, value);
      if (key === 'forbidden') this.rows.syncAllowList(groupNo);
      commands.queueGroupNotice(groupNo, {
        content,
        data: { [key]: value },
        extra: [{ uid: by, name: accounts.name(by) }],
        type: 1005,
      });
      this.rows.command(groupNo, 'channelUpdate', { channel_id: groupNo, channel_type: GROUP });
    });
  }

  /** A rule that changes without a message. */
  changeRule(
    groupNo: string,
    by: string,
    key: Exclude<GroupRule, 'forbidden' | 'invite'>,
    value: number,
  ): void {
    this.requireManager(groupNo, by, '只有群管理者才能修改！');
    this.db.transaction(() => {
      this.rows.setColumn(groupNo, key, value);
      this.rows.command(groupNo, 'channelUpdate', { channel_id: groupNo, channel_type: GROUP });
    });
  }

  setAvatar(groupNo: string, path: string): void {
    this.db.transaction(() => {
      this.rows.setColumn(groupNo, 'avatar', path);
      this.rows.command(groupNo, 'groupAvatarUpdate', { group_no: groupNo });
    });
  }

  setNickname(groupNo: string, by: string, uid: string, remark: string): void {
    if (by === uid) this.requireMember(groupNo, by);
    else this.requireManager(groupNo, by);
    if (!this.isMember(groupNo, uid)) throw refusal('群成员不存在！');
    this.db.transaction(() => {
      this.rows.setMemberColumn(groupNo, uid, 'remark', remark);
      this.rows.command(groupNo, 'memberUpdate', { group_no: groupNo, uid });
    });
  }

  /** Mutes a member until `until` (Unix seconds), 0 lifts it. Owner over anyone, managers over members. */
  muteMember(groupNo: string, by: string, uid: string, until: number): void {
    const actor = this.requireManager(groupNo, by);
    const role = this.role(groupNo, uid);
    if (role === null) throw refusal('群成员不存在！');
    if (uid === by || role === Role.owner || (role === Role.manager && actor.role !== Role.owner))
      throw refusal('没有权限！', 'not_allowed');
    this.rows.setMute(groupNo, uid, until);
  }

  /**
   * On or off the blacklist: who is on it says nothing in the group and does not come back into it. As with TSDD it
   * removes nobody; that is a call of its own. Owner over anyone, managers over members; also over those who left.
   */
  setBlacklisted(groupNo: string, by: string, uids: readonly string[], on: boolean): void {
    const actor = this.requireManager(groupNo, by, '只有群管理者才能修改！');
    const targets = [...new Set(uids)].filter((uid) => this.member(groupNo, uid));
    if (targets.length === 0) throw refusal(on ? '群成员不存在！' : '移除成员不存在');
    for (const uid of targets) {
      const role = this.role(groupNo, uid);
      if (uid === by || role === Role.owner || (role === Role.manager && actor.role !== Role.owner))
        throw refusal('没有权限！', 'not_allowed');
    }
    const status = on ? MemberStatus.blacklisted : MemberStatus.normal;
    this.db.transaction(() => {
      for (const uid of targets) {
        this.rows.setMemberColumn(groupNo, uid, 'status', status);
        this.rows.syncDenyList(groupNo, uid);
      }
      this.rows.command(groupNo, 'memberUpdate', { group_no: groupNo });
    });
  }

  /** The account of `uid` is no more: its memberships say so from now on. */
  memberDestroyed(uid: string): void {
    this.db.transaction(() => {
      for (const groupNo of this.groupsOf(uid)) {
        this.rows.touchMember(groupNo, uid);
        this.rows.command(groupNo, 'memberUpdate', { group_no: groupNo, uid });
      }
    });
  }

  /** Lifts mutes whose time is over; true when there were any. */
  releaseExpiredMutes(): boolean {
    const now = Math.floor(this.deps.now() / 1000);
    const expired = this.db.all<{ group_no: string; uid: string }>(
      'SELECT group_no, uid FROM group_member WHERE forbidden_expir_time > 0 AND forbidden_expir_time <= ?',
      now,
    );
    for (const { group_no, uid } of expired) this.rows.setMute(group_no, uid, 0);
    return expired.length > 0;
  }
}
