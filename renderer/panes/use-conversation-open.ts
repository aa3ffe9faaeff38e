import { useEffect } from 'react';
import { channelKey, type ChannelRef, ChannelType } from '../../shared/domain.ts';
import { call } from '../state/bridge.ts';
import { loadTray } from '../state/composer/attachment-store.ts';
import { loadDraft, saveDraft } from '../state/composer/composer-store.ts';
import { placeIn } from '../state/messages/left-places.ts';
import { useMessageStore } from '../state/messages/message-store.ts';
import { setChannelInfo, setMembers, useSession } from '../state/session/session-store.ts';
import { clearJump, useUi } from '../state/window/ui-store.ts';

/** Opens the conversation in the core and loads its messages; leaves both when another one is opened. */
export function useConversationOpen(channel: ChannelRef): void {
  const { channelId, channelType } = channel;
  useEffect(() => {
    const ref: ChannelRef = { channelId, channelType };
    const key = channelKey(ref);
    const row = useSession.getState().conversations.get(key);
    const { jump } = useUi.getState();
    const targetSeq = jump && channelKey(jump.channel) === key ? jump.messageSeq : null;
    if (targetSeq !== null) clearJump();
    // Before the first page is asked for: the core sends the messages of open chats only, and none may fall between
    // both.
    const opened = call('channels.open', { channel: ref });
    useMessageStore.getState().open(ref, {
      readSeq: row?.readSeq ?? 0,
      unread: row?.unread ?? 0,
      targetSeq,
      place: placeIn(ref),
    });
    void loadDraft(ref);
    void loadTray(ref);
    opened.then(setChannelInfo).catch(() => {
      // Logged by `call`; the head shows what the list knows, deltas bring the rest.
    });
    if (channelType === ChannelType.group) {
      call('channels.members', { channel: ref })
        .then((members) => setMembers(ref, members))
        .catch(() => {
          // Logged by `call`; names come from the messages then.
        });
    }
    const save = (): void => saveDraft(ref);
    window.addEventListener('pagehide', save);
    return () => {
      window.removeEventListener('pagehide', save);
      save();
      useMessageStore.getState().close(ref);
      call('channels.close', { channel: ref }).catch(() => {
        // Logged by `call`; the core notices at the next open.
      });
    };
  }, [channelId, channelType]);
}
