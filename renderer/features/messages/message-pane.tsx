import type { ChannelRef } from '../../../shared/domain.ts';

/** The message pane of one conversation: head, flow and composer. */
export function MessagePane({ channel }: { channel: ChannelRef }) {
  return <section data-channel={channel.channelId} />;
}
