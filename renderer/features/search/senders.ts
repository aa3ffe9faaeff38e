/** Whom a search can be narrowed to; the reader comes first. */
import { ChannelType, channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { useConversation, useMe, useMembers } from '../../state/session/session-store.ts';
import { useContacts } from '../../state/session/use-contacts.ts';
import { personFacts } from '../../text/person-facts.ts';

export interface Sender {
  uid: string;
  name: string;
  /** What tells them from another of that name (`toldApart`). */
  facts: readonly string[];
}

/** Who may have written in a chat: its members, or the two of a person chat. */
export function useChatSenders(channel: ChannelRef): Sender[] {
  const t = useT();
  const key = channelKey(channel);
  const members = useMembers(key);
  const peer = useConversation(key)?.name ?? channel.channelId;
  return useMeFirst(
    channel.channelType === ChannelType.person
      ? [{ uid: channel.channelId, name: peer, facts: [] }]
      : members.map((member) => ({
          uid: member.uid,
          name: member.remark || member.name,
          facts: personFacts(t, { ...member, username: '' }),
        })),
  );
}

/** Who may have written anywhere, as far as the reader knows them: the friends. */
export function useFriendSenders(): Sender[] {
  const t = useT();
  const { contacts } = useContacts();
  return useMeFirst(
    (contacts ?? []).map((contact) => ({
      uid: contact.uid,
      name: contact.remark || contact.name,
      facts: personFacts(t, contact),
    })),
  );
}

function useMeFirst(others: readonly Sender[]): Sender[] {
  const t = useT();
  const me = useMe();
  const mine = me ? [{ uid: me.uid, name: me.name, facts: personFacts(t, { ...me, remark: '' }) }] : [];
  return [...mine, ...others.filter((entry) => entry.uid !== me?.uid)];
}
