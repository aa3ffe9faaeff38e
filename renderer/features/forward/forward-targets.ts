/** Where messages can be forwarded to. Pure. */
import { ChannelType, channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { ContactView } from '../../../shared/domain.ts';
import type { ConversationHead } from '../../state/session/session-store.ts';
import type { PickEntry } from '../../ui/pick-list.tsx';
import { matchesName } from '../../text/name-match.ts';

export interface ForwardTarget extends PickEntry {
  channel: ChannelRef;
}

const target = (channel: ChannelRef, name: string): ForwardTarget => ({
  id: channelKey(channel),
  name,
  avatarId: channel.channelId,
  channelType: channel.channelType,
  channel,
});

/** Chats in the order of the list, then friends without a chat; both filtered by name, pinyin or user name. */
export function forwardTargets(
  filter: string,
  conversations: readonly ConversationHead[],
  contacts: readonly ContactView[],
): ForwardTarget[] {
  const known = new Set(conversations.map((row) => channelKey(row.channel)));
  const usernames = new Map(contacts.map((contact) => [contact.uid, contact.username]));
  const chats = conversations
    .filter((row) => matchesName(filter, [row.name, usernames.get(row.channel.channelId) ?? '']))
    .map((row) => target(row.channel, row.name));
  const people = contacts
    .filter((contact) => matchesName(filter, [contact.remark, contact.name, contact.username]))
    .map((contact) =>
      target({ channelId: contact.uid, channelType: ChannelType.person }, contact.remark || contact.name),
    )
    .filter((entry) => !known.has(entry.id));
  return [...chats, ...people];
}
