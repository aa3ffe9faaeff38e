/** Where messages can be forwarded to. Pure. */
import { ChannelType, channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { ContactView } from '../../../shared/domain.ts';
import type { ConversationHead } from '../../state/session/session-store.ts';
import type { PickEntry } from '../../ui/pick-list.tsx';
import { matchesName } from '../../text/name-match.ts';

export interface ForwardTarget extends PickEntry {
  channel: ChannelRef;
}

const target = (channel: ChannelRef, name: string, facts: readonly string[] = []): ForwardTarget => ({
  id: channelKey(channel),
  name,
  avatarId: channel.channelId,
  channelType: channel.channelType,
  channel,
  facts,
});

/** Chats in the order of the list, then friends without a chat; both filtered by name, pinyin or user name. */
export function forwardTargets(
  filter: string,
  conversations: readonly ConversationHead[],
  contacts: readonly ContactView[],
  factsOf: (contact: ContactView) => readonly string[] = () => [],
): ForwardTarget[] {
  const known = new Set(conversations.map((row) => channelKey(row.channel)));
  const friends = new Map(contacts.map((contact) => [contact.uid, contact]));
  const friendIn = ({ channelId, channelType }: ChannelRef): ContactView | undefined =>
    channelType === ChannelType.person ? friends.get(channelId) : undefined;
  const chats = conversations
    .filter((row) => !row.destroyed && matchesName(filter, [row.name, friendIn(row.channel)?.username ?? '']))
    .map((row) => {
      const friend = friendIn(row.channel);
      return target(row.channel, row.name, friend && factsOf(friend));
    });
  const people = contacts
    .filter(
      (contact) =>
        !contact.destroyed && matchesName(filter, [contact.remark, contact.name, contact.username]),
    )
    .map((contact) =>
      target(
        { channelId: contact.uid, channelType: ChannelType.person },
        contact.remark || contact.name,
        factsOf(contact),
      ),
    )
    .filter((entry) => !known.has(entry.id));
  return [...chats, ...people];
}
