import { useEffect } from 'react';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { withoutInvisible } from '../../../shared/display-name.ts';
import { call } from '../bridge.ts';
import { ownChat } from './own-window.ts';
import { useSettings } from '../session/settings.ts';
import { unreadTotal } from '../session/conversation-order.ts';
import { useChannelInfo, useConversation, useSession } from '../session/session-store.ts';

/** `(3) WuKong Desktop`: the number of unread messages, never content. */
export function useWindowTitle(): void {
  const { badgeCountsMuted } = useSettings();
  const unread = useSession((state) => unreadTotal(state.conversations.values(), badgeCountsMuted));
  useEffect(() => {
    // The window of a chat says which.
    if (ownChat) return;
    document.title = unread > 0 ? `(${unread > 999 ? '999+' : unread}) WuKong Desktop` : 'WuKong Desktop';
  }, [unread]);
}

const MAX_TITLE = 300;

/** The chat's name, as far as notifications may say it. */
export function useChatTitle(channel: ChannelRef): void {
  const { notificationText } = useSettings();
  const info = useChannelInfo(channelKey(channel));
  const row = useConversation(channelKey(channel));
  const { channelId, channelType } = channel;
  const name = notificationText ? withoutInvisible(info?.remark || info?.name || row?.name || '') : '';
  useEffect(() => {
    const title = name.slice(0, MAX_TITLE);
    document.title = title === '' ? 'WuKong Desktop' : title;
    void call('windows.setTitle', { channel: { channelId, channelType }, title }).catch(() => undefined);
  }, [name, channelId, channelType]);
}
