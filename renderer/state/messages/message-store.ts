/** The messages of the open conversations: what is loaded of them, and what can be asked for. */
import { create } from 'zustand';
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import { onMessageDelta, useSession } from '../session/session-store.ts';
import { readingPlace } from './reading-place.ts';
import { type ChannelMessages, OpenConversations, type OpeningPosition } from './open-conversations.ts';

interface MessageStore {
  /** By channel key; only conversations that are on screen. */
  readonly channels: Readonly<Record<string, ChannelMessages>>;
  open(channel: ChannelRef, position: OpeningPosition): void;
  close(channel: ChannelRef): void;
  loadOlder(channel: ChannelRef): Promise<void>;
  loadNewer(channel: ChannelRef): Promise<void>;
  /** Replaces the window by the newest page. */
  loadLatest(channel: ChannelRef): Promise<void>;
  /** Replaces the window by a page around one message; false if it could not be loaded. */
  loadAround(channel: ChannelRef, messageSeq: number): Promise<boolean>;
  /**
   * Shows an own message as being recalled, in this frame, while `ask` hands the recall to the core; if that fails
   * (false), the message is loaded again as it is.
   */
  recallAsked(channel: ChannelRef, messageKey: string, ask: () => Promise<boolean>): void;
  /** Loads again what came from the cache because the server could not be asked. */
  reloadOffline(): void;
  applyDeltas(deltas: readonly CoreDelta[]): void;
}

export const useMessageStore = create<MessageStore>()((set, get) => {
  const conversations = new OpenConversations({
    get: () => get().channels,
    set: (channels) => set({ channels }),
  });
  return {
    channels: {},
    open: (channel, position) => conversations.open(channel, position),
    close: (channel) => conversations.close(channel),
    loadOlder: (channel) => conversations.grow(channel, 'older'),
    loadNewer: (channel) => conversations.grow(channel, 'newer'),
    loadLatest: async (channel) => {
      await conversations.replace(channel, { at: 'latest' }, 'latest');
    },
    loadAround: (channel, messageSeq) =>
      conversations.replace(channel, { at: 'around', messageSeq }, { seq: messageSeq }),
    recallAsked: (channel, messageKey, ask) => conversations.recallAsked(channel, messageKey, ask),
    reloadOffline: () => conversations.reloadOffline(),
    applyDeltas: (deltas) => conversations.applyDeltas(deltas),
  };
});

onMessageDelta((deltas) => useMessageStore.getState().applyDeltas(deltas));
useSession.subscribe((state, before) => {
  if (state.connection.state === 'online' && before.connection.state !== 'online')
    useMessageStore.getState().reloadOffline();
});

/** A loaded message as it is now: for handlers, which must not keep one. */
export function loadedMessage(key: string, messageKey: string): MessageView | undefined {
  return useMessageStore.getState().channels[key]?.window.byKey.get(messageKey);
}

/** When it was said what somebody reads in an open chat, Unix seconds; null = its end is in view. */
export function timeOfReading(key: string): number | null {
  const place = readingPlace(key);
  return (place === null ? undefined : loadedMessage(key, place)?.timestamp) ?? null;
}
