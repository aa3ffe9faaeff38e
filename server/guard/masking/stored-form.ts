/** Rows name a person chat by its other party, the store by both. */
import { personChannelId } from '../../../shared/wire/person-channel.ts';
import { type Channel, ChannelType } from '../../business/im-client/channel-address.ts';

/** Rows name the party that is not the sender (tsdd-api.md 7). */
export function storedForm({ channelId, channelType }: Channel, fromUid: string): Channel {
  const isPerson = channelType === ChannelType.person && !channelId.includes('@');
  return { channelId: isPerson ? personChannelId(fromUid, channelId) : channelId, channelType };
}
