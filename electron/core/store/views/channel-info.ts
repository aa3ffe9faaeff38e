/** Chat head and info pane: channel settings, group or person record, and why the composer is closed. */
import { cleanName } from '../../../../shared/display-name.ts';
import {
  ChannelType,
  Role,
  type ChannelInfoView,
  type ChannelRef,
  type ComposerBlock,
} from '../../../../shared/domain.ts';
import type { ChannelTable } from '../tables/channels/channel-table.ts';
import type { StoreContext } from '../context.ts';
import type { ChatNotices } from '../tables/outbox/chat-notices.ts';
import type { GroupRow } from '../tables/people/people-rows.ts';
import type { PeopleTables } from '../tables/people/people-tables.ts';

interface Parts {
  channels: ChannelTable;
  notices: ChatNotices;
  people: PeopleTables;
}

export function createChannelInfo(
  ctx: StoreContext,
  { channels, notices, people }: Parts,
  readOnly: boolean,
): (channel: ChannelRef) => ChannelInfoView {
  const { me } = ctx;

  function groupBlock(
    group: GroupRow | undefined,
    groupNo: string,
    myRole: Role | null,
  ): ComposerBlock | null {
    if (readOnly) return 'readOnly';
    if (group?.disbanded === 1) return 'disbanded';
    if (hasLeft(group, groupNo)) return 'left';
    const member = people.member(groupNo, me.uid);
    const mutedUntil = Math.max(member?.muted_until ?? 0, group?.muted_until ?? 0);
    if (member?.status === 2 || mutedUntil * 1000 > ctx.serverNow()) return 'muted';
    // While the role is unknown the server decides: an owner must not find the composer closed.
    if (group?.forbidden === 1 && myRole === Role.member) return 'mutedAll';
    return null;
  }

  function hasLeft(group: GroupRow | undefined, groupNo: string): boolean {
    if (group?.quit !== null && group?.quit !== undefined) return group.quit === 1;
    return people.member(groupNo, me.uid)?.deleted === 1;
  }

  /** What this account set for itself. */
  function ownSettings(channel: ChannelRef) {
    const notify = notices.of(channel);
    return { ...channels.settings(channel), ...(notify && { notify }) };
  }

  function groupInfo(channel: ChannelRef): ChannelInfoView {
    const group = people.group(channel.channelId);
    const left = hasLeft(group, channel.channelId);
    const myRole = left ? null : people.roleIn(channel, me.uid);
    const counts = people.counts(channel.channelId);
    return {
      channel,
      name: people.channelName(channel),
      remark: cleanName(group?.remark ?? ''),
      notice: group?.notice ?? '',
      // The member list, once synced, is newer than the number a sync blob carried.
      memberCount: counts.members || (group?.member_count ?? 0),
      onlineCount: Math.max(counts.online, group?.online_count ?? 0),
      online: false,
      lastOffline: 0,
      myRole,
      ...ownSettings(channel),
      forbidden: group?.forbidden === 1,
      inviteOnly: group?.invite_only === 1,
      friend: false,
      composerBlock: groupBlock(group, channel.channelId, myRole),
    };
  }

  function personInfo(channel: ChannelRef): ChannelInfoView {
    const user = people.user(channel.channelId);
    return {
      channel,
      name: people.channelName(channel),
      remark: cleanName(user?.remark ?? ''),
      notice: '',
      memberCount: 0,
      onlineCount: 0,
      online: user?.online === 1,
      lastOffline: user?.last_offline ?? 0,
      myRole: null,
      ...ownSettings(channel),
      forbidden: false,
      inviteOnly: false,
      friend: user?.friend === 1,
      composerBlock: readOnly ? 'readOnly' : user?.blocked === 1 ? 'blocked' : null,
    };
  }

  return (channel) => (channel.channelType === ChannelType.group ? groupInfo(channel) : personInfo(channel));
}
