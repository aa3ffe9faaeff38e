/** Chats into which something is sent: told apart where several are called the same. */
import { useCallback, useMemo } from 'react';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { matchesName } from '../../text/name-match.ts';
import { personFacts } from '../../text/person-facts.ts';
import { useConversations } from '../session/session-store.ts';
import { useContacts } from '../session/use-contacts.ts';

export interface ChatTarget {
  id: string;
  name: string;
  avatarId: string;
  channelType: number;
  facts: readonly string[];
  channel: ChannelRef;
}

/** Those whose name has `filter` in it, without `exceptId` and without people whose account is closed. */
export function useChatTargets(filter: string, exceptId: string): ChatTarget[] {
  const t = useT();
  const conversations = useConversations();
  const { contacts } = useContacts();
  const factsOf = useCallback(
    (id: string) => {
      const contact = contacts?.find((entry) => entry.uid === id);
      return contact ? personFacts(t, contact) : [];
    },
    [contacts, t],
  );
  return useMemo(
    () =>
      conversations
        .filter(
          (row) => row.channel.channelId !== exceptId && !row.destroyed && matchesName(filter, [row.name]),
        )
        .map((row) => ({
          id: channelKey(row.channel),
          name: row.name,
          avatarId: row.channel.channelId,
          channelType: row.channel.channelType,
          channel: row.channel,
          facts: factsOf(row.channel.channelId),
        })),
    [conversations, filter, exceptId, factsOf],
  );
}
