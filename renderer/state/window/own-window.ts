/** Chats in windows of their own: whether this page is one, and which others there are (docs/chat-windows.md). */
import { create } from 'zustand';
import { channelKey, type ChannelRef, parseChannelKey } from '../../../shared/domain.ts';
import type { Destination } from '../../../shared/ipc/contract/windows.ts';
import { call } from '../bridge.ts';

/** The chat that this window is for; null = the main window. */
export const ownChat: ChannelRef | null = chatOf(window.location.search);

function chatOf(search: string): ChannelRef | null {
  const key = new URLSearchParams(search).get('chat');
  try {
    return key === null ? null : parseChannelKey(key);
  } catch {
    return null;
  }
}

const useChatWindows = create<{ keys: ReadonlySet<string> }>(() => ({ keys: new Set() }));

export function setChatWindows(channels: readonly ChannelRef[]): void {
  const keys = new Set(channels.map(channelKey));
  const before = useChatWindows.getState().keys;
  if (keys.size !== before.size || [...keys].some((key) => !before.has(key)))
    useChatWindows.setState({ keys });
}

/** It is shown in another window than this one. */
export const isElsewhere = (channel: ChannelRef): boolean =>
  ownChat === null && useChatWindows.getState().keys.has(channelKey(channel));
export const useIsElsewhere = (key: string): boolean =>
  useChatWindows(({ keys }) => ownChat === null && keys.has(key));

const quietly = (asked: Promise<unknown>): void => void asked.catch(() => undefined);

/** To the window of a chat, at a message. */
export const goToWindowOf = (channel: ChannelRef, messageSeq: number | null): void =>
  quietly(call('windows.openChat', { channel, messageSeq }));

/** From the window of a chat to a place in the main one. */
export const goToMain = (to: Destination): void => quietly(call('windows.goTo', to));

export const closeOwnWindow = (): void => {
  if (ownChat) quietly(call('windows.closeChat', { channel: ownChat }));
};
