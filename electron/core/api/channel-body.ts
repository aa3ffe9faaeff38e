/** A channel as the endpoints of TSDD want it. */
import type { ChannelRef } from '../../../shared/domain.ts';

export const channelBody = (channel: ChannelRef): { channel_id: string; channel_type: number } => ({
  channel_id: channel.channelId,
  channel_type: channel.channelType,
});
