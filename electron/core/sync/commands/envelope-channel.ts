import { type ChannelRef, ChannelType, MAX_CHANNEL_ID_LENGTH } from '../../../../shared/domain.ts';

/** The conversation an envelope names; null for subscriber lists (type 8) and the own channel (tsdd-api.md 0). */
export function envelopeChannel(channel: ChannelRef): ChannelRef | null {
  const channelId = channel.channelId.replace(/____cmd$/, '');
  if (channelId === '' || channelId.length > MAX_CHANNEL_ID_LENGTH) return null;
  if (channel.channelType !== ChannelType.person && channel.channelType !== ChannelType.group) return null;
  return { channelId, channelType: channel.channelType };
}
