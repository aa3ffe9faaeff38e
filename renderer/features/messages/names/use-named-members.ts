/**
 * Of a large group the page holds only the first members. Asks the core for the others whose names the loaded messages
 * need: who is mentioned (to find a name with spaces in the text), and who recalled.
 */
import { useEffect, useMemo } from 'react';
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { MAX_MEMBER_PAGE } from '../../../../shared/ipc/contract/limits.ts';
import { call } from '../../../state/bridge.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';
import type { MessageWindow } from '../../../state/messages/message-window.ts';
import {
  addMembers,
  isLargeGroup,
  useChannelInfo,
  useMembers,
} from '../../../state/session/session-store.ts';

/** Ids as one text: a value that is equal as long as nothing changed, and holds no words of a message. */
function wantedUids(loaded: MessageWindow | undefined, known: ReadonlySet<string>): string {
  const wanted = new Set<string>();
  for (const { content, recall } of loaded?.byKey.values() ?? []) {
    if (content.kind === 'text') for (const uid of content.mention.uids) wanted.add(uid);
    if (recall?.state === 'done' && recall.revokerUid !== null) wanted.add(recall.revokerUid);
  }
  return [...wanted]
    .filter((uid) => uid !== '' && !known.has(uid))
    .slice(-MAX_MEMBER_PAGE)
    .join('\n');
}

export function useNamedMembers(channel: ChannelRef): void {
  const key = channelKey(channel);
  const { channelId, channelType } = channel;
  const large = isLargeGroup(useChannelInfo(key));
  const members = useMembers(key);
  const known = useMemo(() => new Set(members.map((member) => member.uid)), [members]);
  const wanted = useMessageStore((store) => (large ? wantedUids(store.channels[key]?.window, known) : ''));
  useEffect(() => {
    if (wanted === '') return;
    const ref = { channelId, channelType };
    call('channels.members', { channel: ref, uids: wanted.split('\n') })
      .then((found) => addMembers(ref, found))
      .catch(() => {
        // Logged by `call`; the words of a mention are marked by their shape then.
      });
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- asked again when the members changed: somebody may be one now
  }, [channelId, channelType, wanted, members]);
}
