import { type ChannelRef, ChannelType, MAX_CHANNEL_ID_LENGTH } from '../../../../shared/domain.ts';

/** What a node appends to the channel for commands of a conversation. */
const COMMANDS = '____cmd';

/** The conversation an envelope names; null for subscriber lists (type 8) and the own channel (tsdd-api.md 0). */
export function envelopeChannel(channel: ChannelRef): ChannelRef | null {
  const isCommands = channel.channelId.endsWith(COMMANDS);
  const channelId = isCommands ? channel.channelId.slice(0, -COMMANDS.length) : channel.channelId;
  if (channelId === '' || channelId.length > MAX_CHANNEL_ID_LENGTH) return null;
  if (channel.channelType !== ChannelType.person && channel.channelType !== ChannelType.group) return null;
  return { channelId, channelType: channel.channelType };
}
