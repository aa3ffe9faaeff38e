/** Names of people by what is loaded: group members, then friends and chats. */
import { type ConversationView, type MemberView, ChannelType, channelKey } from '../../../shared/domain.ts';

interface NameSources {
  members: ReadonlyMap<string, readonly MemberView[]>;
  conversations: ReadonlyMap<string, ConversationView>;
}

/**
 * The name to show for `uid` in the channel `key`; null while it is not known. Another group may know a person this one
 * does not.
 */
export function nameOf(sources: NameSources, key: string, uid: string): string | null {
  const member = sources.members.get(key)?.find((entry) => entry.uid === uid);
  if (member) return member.remark || member.name;
  const chat = sources.conversations.get(channelKey({ channelId: uid, channelType: ChannelType.person }));
  if (chat) return chat.name;
  for (const list of sources.members.values()) {
    const known = list.find((entry) => entry.uid === uid);
    if (known) return known.name;
  }
  return null;
}
