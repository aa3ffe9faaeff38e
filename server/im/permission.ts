import { ReasonCode } from '../../shared/wire/packets.ts';
import { CHANNEL_PERSON, isCmdChannelId, isPlainId } from './channel-ids.ts';
import { type ChannelStore, MemberList } from './store/channel-store.ts';
import type { UserStore } from './store/user-store.ts';

/**
 * Whether a client may send into a channel: the reason code of its SENDACK (wukongim.md B.6, C.4).
 * Groups: banned 19, disbanded 24, not a member 3, blacklisted 4, all muted 25, whitelist exists without the sender 13.
 * Person channels: the peer's blacklist 4; the real server's default leaves whitelists of persons off.
 * Unlike the real server an empty id or one with `@ # &` is refused (16): it would be stored where nobody can read it.
 */
export function sendPermission(
  channels: ChannelStore,
  users: UserStore,
  fromUid: string,
  channelId: string,
  channelType: number,
): number {
  // The CMD channel of another channel is the business server's alone: its rows are commands.
  if (!isPlainId(channelId) || isCmdChannelId(channelId)) return ReasonCode.channelIdError;
  if (users.isSystemUid(fromUid)) return ReasonCode.success;
  const channel = channels.find(channelId, channelType);
  if (channelType === CHANNEL_PERSON) {
    if (channel?.members[MemberList.blacklist].has(fromUid)) return ReasonCode.inBlacklist;
    return ReasonCode.success;
  }
  if (!channel) return ReasonCode.subscriberNotExist;
  if (channel.ban) return ReasonCode.ban;
  if (channel.disband) return ReasonCode.disband;
  if (!channel.members[MemberList.subscribers].has(fromUid)) return ReasonCode.subscriberNotExist;
  if (channel.members[MemberList.blacklist].has(fromUid)) return ReasonCode.inBlacklist;
  const whitelist = channel.members[MemberList.whitelist];
  if (whitelist.has(fromUid)) return ReasonCode.success;
  if (channel.sendBan) return ReasonCode.sendBan;
  return whitelist.size > 0 ? ReasonCode.notInWhitelist : ReasonCode.success;
}
