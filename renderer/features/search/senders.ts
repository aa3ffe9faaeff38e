/** Whom a search can be narrowed to; the reader comes first. */
import { ChannelType, channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { useConversation, useMe, useMembers } from '../../state/session/session-store.ts';
import { useContacts } from '../../state/session/use-contacts.ts';

export interface Sender {
  uid: string;
  name: string;
}

/** Who may have written in a chat: its members, or the two of a person chat. */
export function useChatSenders(channel: ChannelRef): Sender[] {
  const key = channelKey(channel);
  const members = useMembers(key);
  const peer = useConversation(key)?.name ?? channel.channelId;
  return useMeFirst(
    channel.channelType === ChannelType.person
      ? [{ uid: channel.channelId, name: peer }]
      : members.map((member) => ({ uid: member.uid, name: member.remark || member.name })),
  );
}

/** Who may have written anywhere, as far as the reader knows them: the friends. */
export function useFriendSenders(): Sender[] {
  const { contacts } = useContacts();
  return useMeFirst(
    (contacts ?? []).map((contact) => ({ uid: contact.uid, name: contact.remark || contact.name })),
  );
}

function useMeFirst(others: readonly Sender[]): Sender[] {
  const me = useMe();
  const mine = me ? [{ uid: me.uid, name: me.name }] : [];
  return [...mine, ...others.filter((entry) => entry.uid !== me?.uid)];
}
