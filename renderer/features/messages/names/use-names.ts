/** Names of people in a conversation, from members, the conversation itself and the account. */
import { useMemo } from 'react';
import { ChannelType, channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { useConversation, useMe, useMembers } from '../../../state/session/session-store.ts';
import type { MentionName } from '../../../text/mention-names.ts';

export interface Names {
  meUid: string;
  /** '' when the person is not known here. */
  nameOf: (uid: string) => string;
  /** Every name a mention of a person may be written with. */
  mentionNames: readonly MentionName[];
}

export function useNames(channel: ChannelRef): Names {
  const key = channelKey(channel);
  const me = useMe();
  const members = useMembers(key);
  const peerName = useConversation(key)?.name ?? '';
  const { channelId, channelType } = channel;
  return useMemo(() => {
    const names = new Map<string, string>();
    const mentionNames: MentionName[] = [];
    const add = (uid: string, name: string): void => {
      if (!uid || !name) return;
      if (!names.has(uid)) names.set(uid, name);
      mentionNames.push({ uid, name });
    };
    for (const member of members) {
      add(member.uid, member.remark);
      add(member.uid, member.name);
    }
    if (channelType === ChannelType.person) add(channelId, peerName);
    if (me) add(me.uid, me.name);
    return { meUid: me?.uid ?? '', nameOf: (uid) => names.get(uid) ?? '', mentionNames };
  }, [channelId, channelType, me, members, peerName]);
}
