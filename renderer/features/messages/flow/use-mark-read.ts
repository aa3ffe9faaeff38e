import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { call } from '../../../state/bridge.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';
import type { MessageWindow } from '../../../state/messages/message-window.ts';
import { useConversation, useSession } from '../../../state/session/session-store.ts';
import { OfWindow } from './of-window.ts';

/** message_seq of the newest loaded message; -1 = nothing is loaded. */
function newestOf(window: MessageWindow | undefined): number {
  const last = window?.keys.slice(-20) ?? [];
  return Math.max(-1, ...last.map((key) => window?.byKey.get(key)?.messageSeq ?? 0));
}

/**
 * Reports the conversation as read while its newest message is in view, the window has the focus, and somebody can be
 * there: a locked screen leaves the focus where it was.
 */
export function useMarkRead(channel: ChannelRef, atEnd: boolean): void {
  const focused = useWindowFocus();
  const away = useSession((state) => state.shell?.away ?? false);
  const key = channelKey(channel);
  const conversation = useConversation(key);
  const { channelId, channelType } = channel;
  const [newestLoaded] = useState(() => new OfWindow(newestOf));
  const loaded = useMessageStore(({ channels: { [key]: state } }) => newestLoaded.of(state?.window));
  const newest = Math.max(conversation?.lastMessageSeq ?? 0, loaded);
  const readSeq = conversation?.readSeq ?? 0;
  const unread = conversation?.unread ?? 0;
  const reported = useRef(0);
  const due = focused && !away && atEnd && loaded >= 0 && (newest > readSeq || unread > 0);
  useEffect(() => {
    if (!due || reported.current >= newest) return;
    reported.current = newest;
    call('conversations.markRead', { channel: { channelId, channelType }, messageSeq: newest }).catch(() => {
      // Logged by `call`; the next arrival or focus reports again.
      reported.current = 0;
    });
  }, [due, newest, channelId, channelType]);
}

const hasFocus = (): boolean => document.hasFocus() && !document.hidden;

/** Asked again once it is subscribed to: the focus may go between a first drawing and its effects. */
const useWindowFocus = (): boolean => useSyncExternalStore(onFocusChange, hasFocus);

function onFocusChange(changed: () => void): () => void {
  window.addEventListener('focus', changed);
  window.addEventListener('blur', changed);
  document.addEventListener('visibilitychange', changed);
  return () => {
    window.removeEventListener('focus', changed);
    window.removeEventListener('blur', changed);
    document.removeEventListener('visibilitychange', changed);
  };
}
