import { useCallback, useEffect, useRef, useState } from 'react';
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { call } from '../../../state/bridge.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';
import type { MessageWindow } from '../../../state/messages/message-window.ts';
import { useConversation } from '../../../state/session/session-store.ts';
import { OfWindow } from './of-window.ts';
import { type FlowView, reachedSeq } from './reached-seq.ts';
import { useReaderThere } from './use-reader-there.ts';

/** message_seq of the newest loaded message; -1 = nothing is loaded. */
function newestOf(window: MessageWindow | undefined): number {
  const last = window?.keys.slice(-20) ?? [];
  return Math.max(-1, ...last.map((key) => window?.byKey.get(key)?.messageSeq ?? 0));
}

/** Whoever scrolls on has read once they rest, or this often, ms. */
const REPORT_MS = 500;

/**
 * Reports how far the conversation was read: to its newest message while that is in view, else as far as rows were seen
 * one after another. Only while somebody can be there. `view`: null = not placed yet.
 */
export function useMarkRead(channel: ChannelRef, atEnd: boolean, view: FlowView | null): void {
  const readerThere = useReaderThere();
  const key = channelKey(channel);
  const conversation = useConversation(key);
  const { channelId, channelType } = channel;
  const [newestLoaded] = useState(() => new OfWindow(newestOf));
  const loaded = useMessageStore(({ channels: { [key]: state } }) => newestLoaded.of(state?.window));
  const newest = Math.max(conversation?.lastMessageSeq ?? 0, loaded);
  const readSeq = conversation?.readSeq ?? 0;
  const unread = conversation?.unread ?? 0;
  const progress = useRef({ reached: 0, reported: 0, timer: 0 });
  const isThere = readerThere && loaded >= 0;

  const report = useCallback(() => {
    const now = progress.current;
    window.clearTimeout(now.timer);
    now.timer = 0;
    now.reported = now.reached;
    call('conversations.markRead', { channel: { channelId, channelType }, messageSeq: now.reached }).catch(
      () => {
        // Logged by `call`; the next arrival, scroll or focus reports again.
        now.reported = 0;
      },
    );
  }, [channelId, channelType]);
  // With each drawing: what was seen between two reports counts as well.
  useEffect(() => {
    if (!isThere) return;
    const now = progress.current;
    if (atEnd) now.reached = newest;
    else if (view) now.reached = reachedSeq(view, Math.max(now.reached, readSeq));
    const isNew = now.reached > readSeq || (atEnd && unread > 0);
    if (!isNew || now.reported >= now.reached) return;
    if (atEnd) report();
    else now.timer ||= window.setTimeout(report, REPORT_MS);
  });
  useEffect(() => {
    const now = progress.current;
    return () => {
      if (now.timer !== 0) report();
    };
  }, [report]);
}
