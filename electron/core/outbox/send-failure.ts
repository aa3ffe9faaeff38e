import { ChannelType, type ChannelRef, type SendFailure } from '../../../shared/domain.ts';
import { ReasonCode } from '../../../shared/wire/packets.ts';

/** Machine reason of a refused SEND (wukongim.md B.6; which code means what in a group was seen on the real pair). */
export function sendFailureOf(reasonCode: number, channel: ChannelRef): SendFailure {
  const group = channel.channelType === ChannelType.group;
  switch (reasonCode) {
    case ReasonCode.subscriberNotExist:
      return 'notMember';
    case ReasonCode.inBlacklist:
      // A group's blacklist holds its muted members.
      return group ? 'muted' : 'blocked';
    case ReasonCode.notInWhitelist:
      // A group that is muted as a whole admits only its whitelist (owner, managers); a person only friends.
      return group ? 'muted' : 'notFriend';
    case ReasonCode.disband:
      return 'disbanded';
    case ReasonCode.ban:
    case ReasonCode.sendBan:
      return 'banned';
    case ReasonCode.rateLimit:
      return 'rateLimited';
    default:
      return 'rejected';
  }
}
