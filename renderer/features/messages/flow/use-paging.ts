import { useEffect } from 'react';
import type { ChannelRef } from '../../../../shared/domain.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';
import { MAX_WINDOW } from '../../../state/messages/message-window.ts';
import type { FlowState } from './use-flow-rows.ts';

/** Rows from an end at which the next page is asked for. */
const PAGE_AHEAD = 12;

/** Asks for the next page when an end of the loaded rows comes near; after a failure when its back-off is over. */
export function usePaging(
  channel: ChannelRef,
  state: FlowState,
  view: { placed: boolean; firstIndex: number; lastIndex: number; rowCount: number },
): void {
  const { count, hasOlder, hasNewer, loading, retryAtMs } = state;
  const { placed, firstIndex, lastIndex, rowCount } = view;
  useEffect(() => {
    if (!placed || rowCount === 0 || loading !== null) return undefined;
    // All that is kept is in view (recall lines fold): a page at one end takes one away at the other, without end.
    const atBothEnds = firstIndex < PAGE_AHEAD && lastIndex >= rowCount - PAGE_AHEAD;
    if (atBothEnds && count >= MAX_WINDOW) return undefined;
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
  }, [channel, placed, firstIndex, lastIndex, rowCount, count, hasOlder, hasNewer, loading, retryAtMs]);
}
