/** Chat head and info pane: channel settings, group or person record, and why the composer is closed. */
import { cleanName } from '../../../../shared/display-name.ts';
import {
  ChannelType,
  Role,
  type ChannelInfoView,
  type ChannelRef,
  type ComposerBlock,
  type OnlineDevice,
} from '../../../../shared/domain.ts';
import { MUTE_LIFT_MS } from '../../../../shared/mute-lift.ts';
import type { ChannelTable } from '../tables/channels/channel-table.ts';
import type { StoreContext } from '../context.ts';
import type { ChatNotices } from '../tables/outbox/chat-notices.ts';
import { BLACKLISTED, BlockedBy, type GroupRow, type UserRow } from '../tables/people/people-rows.ts';
import type { PeopleTables } from '../tables/people/people-tables.ts';

interface Parts {
  autoDelete: { isOffered: () => boolean; of: (channel: ChannelRef) => number | null };
  channels: ChannelTable;
  notices: ChatNotices;
  people: PeopleTables;
}

/** By the class that the server tells (tsdd-api.md 1.2). */
const DEVICES: readonly (OnlineDevice | undefined)[] = ['phone', 'web', 'computer'];

export function createChannelInfo(
  ctx: StoreContext,
  { autoDelete, channels, notices, people }: Parts,
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
    if (people.member(groupNo, me.uid)?.status === BLACKLISTED) return 'blacklisted';
    if (isMuted(mutedUntil(group, groupNo))) return 'muted';
    // While the role is unknown the server decides: an owner must not find the composer closed.
    if (group?.forbidden === 1 && myRole === Role.member) return 'mutedAll';
    return null;
  }

  function hasLeft(group: GroupRow | undefined, groupNo: string): boolean {
    if (group?.quit !== null && group?.quit !== undefined) return group.quit === 1;
    return people.member(groupNo, me.uid)?.deleted === 1;
  }

  /** What is set for the chat as a whole, most of it by this account for itself. */
  function ownSettings(channel: ChannelRef) {
    const notify = notices.of(channel);
    return {
      ...channels.settings(channel),
      ...(notify && { notify }),
      ...(autoDelete.isOffered() ? { autoDelete: autoDelete.of(channel) ?? 0 } : {}),
    };
  }

  /** Unix seconds; the newer of what two answers say is not known, the later is on the safe side. */
  function mutedUntil(group: GroupRow | undefined, groupNo: string): number {
    return Math.max(people.member(groupNo, me.uid)?.muted_until ?? 0, group?.muted_until ?? 0);
  }

  const isMuted = (until: number): boolean => until > 0 && until * 1000 + MUTE_LIFT_MS > ctx.serverNow();

  /** No server tells me that I am online, and its own number for a group counts me. */
  const myselfUncounted = (members: number, left: boolean): number =>
    Number(members > 0 && !left && people.user(me.uid)?.online !== 1);

  function groupInfo(channel: ChannelRef): ChannelInfoView {
    const group = people.group(channel.channelId);
    const left = hasLeft(group, channel.channelId);
    const myRole = left ? null : people.roleIn(channel, me.uid);
    const counts = people.counts(channel.channelId);
    const muted = mutedUntil(group, channel.channelId);
    return {
      channel,
      name: people.channelName(channel),
      remark: cleanName(group?.remark ?? ''),
      notice: group?.notice ?? '',
      // The member list, once synced, is newer than the number a sync blob carried.
      memberCount: counts.members || (group?.member_count ?? 0),
      onlineCount: Math.max(counts.online + myselfUncounted(counts.members, left), group?.online_count ?? 0),
      online: false,
      lastOffline: 0,
      myRole,
      ...ownSettings(channel),
      forbidden: group?.forbidden === 1,
      inviteOnly: group?.invite_only === 1,
      ...(group?.friends_forbidden === 1 ? { friendsForbidden: true as const } : {}),
      ...(group?.past_hidden === 1 ? { pastHidden: true as const } : {}),
      ...(group?.members_pin === 1 ? { membersPin: true as const } : {}),
      ...(group?.saved === 1 ? { saved: true as const } : {}),
      ...(!left && isMuted(muted) ? { mutedUntil: muted } : {}),
      friend: false,
      composerBlock: groupBlock(group, channel.channelId, myRole),
    };
  }

  function personInfo(channel: ChannelRef): ChannelInfoView {
    const user = people.user(channel.channelId);
    const device = user?.online === 1 && user.device !== null ? DEVICES[user.device] : undefined;
    const destroyed = user?.destroyed === 1;
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
      ...(device && !destroyed ? { device } : {}),
      ...(destroyed ? { destroyed: true as const } : {}),
      composerBlock: readOnly ? 'readOnly' : destroyed ? 'destroyed' : personBlock(user),
    };
  }

  return (channel) => (channel.channelType === ChannelType.group ? groupInfo(channel) : personInfo(channel));
}

/** Why nothing can be written to somebody. What I did myself is said first: it can be undone here. */
function personBlock(user: UserRow | undefined): ComposerBlock | null {
  if (user?.blocked === BlockedBy.me) return 'blockedByMe';
  return user?.blocked === BlockedBy.them ? 'blocked' : null;
}
