import { useEffect } from 'react';
import type { ChannelRef } from '../../../shared/domain.ts';
import { type ChannelMessages, useMessageStore } from '../../state/message-store.ts';

/** Rows from an end at which the next page is asked for. */
const PAGE_AHEAD = 12;

/** Asks for the next page when an end of the loaded rows comes near; after a failure when its back-off is over. */
export function usePaging(
  channel: ChannelRef,
  state: ChannelMessages,
  view: { placed: boolean; firstIndex: number; lastIndex: number; rowCount: number },
): void {
  const { window: loaded, loading, retryAtMs } = state;
  const { placed, firstIndex, lastIndex, rowCount } = view;
  useEffect(() => {
    if (!placed || rowCount === 0 || loading !== null) return undefined;
    const ask = (): void => {
      const store = useMessageStore.getState();
      if (loaded.hasOlder && firstIndex < PAGE_AHEAD) void store.loadOlder(channel);
      else if (loaded.hasNewer && lastIndex >= rowCount - PAGE_AHEAD) void store.loadNewer(channel);
    };
    const wait = retryAtMs - Date.now();
    if (wait <= 0) {
      ask();
      return undefined;
    }
    // A timer may fire a little early.
    const timer = window.setTimeout(ask, wait + 50);
    return () => window.clearTimeout(timer);
  }, [channel, placed, firstIndex, lastIndex, rowCount, loaded, loading, retryAtMs]);
}
