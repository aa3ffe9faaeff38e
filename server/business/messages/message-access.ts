/** Who may reach a channel's messages, and those messages as the IM server stored them. */
import type { Context } from '../context.ts';
import { GROUP } from '../im-client/commands.ts';
import { type Channel, storedChannelId } from '../im-client/channel-address.ts';
import { storedMessage } from './message-dto.ts';
import type { StoredMessage } from './message-extras.ts';

/** Throws unless the caller is in the channel now. */
export function requireAccess({ groups }: Context, uid: string, channel: Channel): void {
  if (channel.channelType === GROUP) groups.requireMember(channel.channelId, uid);
}

/** The stored messages of these ids in a channel. */
export async function storedMessages(
  { im }: Context,
  me: string,
  channel: Channel,
  ids: readonly string[],
): Promise<StoredMessage[]> {
  const rows = await im.lookup(me, channel.channelId, channel.channelType, { messageIds: ids });
  const storedId = storedChannelId(me, channel);
  return rows.filter((row) => ids.includes(row.message_idstr)).map((row) => storedMessage(row, storedId));
}
