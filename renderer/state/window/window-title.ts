import { useEffect } from 'react';
import { useSettings } from '../session/settings.ts';
import { unreadTotal } from '../session/conversation-order.ts';
import { useSession } from '../session/session-store.ts';

/** `(3) WuKong Desktop`: the number of unread messages, never content. */
export function useWindowTitle(): void {
  const { badgeCountsMuted } = useSettings();
  const unread = useSession((state) => unreadTotal(state.conversations.values(), badgeCountsMuted));
  useEffect(() => {
    document.title = unread > 0 ? `(${unread > 999 ? '999+' : unread}) WuKong Desktop` : 'WuKong Desktop';
  }, [unread]);
}
