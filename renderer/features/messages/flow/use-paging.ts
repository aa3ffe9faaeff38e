import { useEffect } from 'react';
import type { ChannelRef } from '../../../../shared/domain.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';
import type { FlowState } from './use-flow-rows.ts';

/** Rows from an end at which the next page is asked for. */
const PAGE_AHEAD = 12;

/** Asks for the next page when an end of the loaded rows comes near; after a failure when its back-off is over. */
export function usePaging(
  channel: ChannelRef,
  state: FlowState,
  view: { placed: boolean; firstIndex: number; lastIndex: number; rowCount: number },
): void {
  const { hasOlder, hasNewer, loading, retryAtMs } = state;
  const { placed, firstIndex, lastIndex, rowCount } = view;
  useEffect(() => {
    if (!placed || rowCount === 0 || loading !== null) return undefined;
    const ask = (): void => {
      const store = useMessageStore.getState();
      if (hasOlder && firstIndex < PAGE_AHEAD) void store.loadOlder(channel);
      else if (hasNewer && lastIndex >= rowCount - PAGE_AHEAD) void store.loadNewer(channel);
    };
    const wait = retryAtMs - Date.now();
    if (wait <= 0) {
      ask();
      return undefined;
    }
    // A timer may fire a little early.
    const timer = window.setTimeout(ask, wait + 50);
    return () => window.clearTimeout(timer);
  }, [channel, placed, firstIndex, lastIndex, rowCount, hasOlder, hasNewer, loading, retryAtMs]);
}
