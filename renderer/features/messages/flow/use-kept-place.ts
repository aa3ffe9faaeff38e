import { type RefObject, useLayoutEffect } from 'react';
import type { ChannelRef } from '../../../../shared/domain.ts';
import type { ReadingPlace } from '../../../../shared/reading-place.ts';
import { leavePlace } from '../../../state/messages/left-places.ts';
import type { FlowRow } from '../row/flow-row.ts';
import { useLatest } from '../../../ui/use-latest.ts';
import { END_THRESHOLD } from './use-at-end.ts';
import type { FlowVirtualizer } from './use-flow-virtualizer.ts';

/** After the last scroll the place is kept for the next start as well. */
const SETTLED_MS = 1_000;

/** Keeps where the reader is, for the next time this chat is opened; nothing is drawn for it. */
export function useKeptPlace(
  channel: ChannelRef,
  scroller: RefObject<HTMLDivElement | null>,
  rowsRef: Readonly<RefObject<readonly FlowRow[]>>,
  virtualizer: FlowVirtualizer,
  state: { placed: boolean; hasNewer: boolean },
): void {
  const now = useLatest(state);
  const { channelId, channelType } = channel;
  // Before the flow leaves the document: the place is looked up once more then.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    /** undefined = not known: nothing is kept. */
    let place: ReadingPlace | null | undefined;
    const look = (): void => {
      if (!now.current.placed || !element.isConnected) return;
      const toEnd = element.scrollHeight - element.scrollTop - element.clientHeight;
      const atEnd = !now.current.hasNewer && toEnd <= END_THRESHOLD;
      place = atEnd ? null : placeOf(element.scrollTop, rowsRef.current, virtualizer);
    };
    const keep = (): void => {
      look();
      if (place !== undefined) leavePlace({ channelId, channelType }, place);
    };
    let timer = 0;
    let settledAt = 0;
    const settle = (): void => {
      const left = settledAt - performance.now();
      timer = left > 0 ? window.setTimeout(settle, left) : 0;
      if (timer === 0) keep();
    };
    // One timer for all of a scroll, not another one for each frame of it.
    const scrolled = (): void => {
      settledAt = performance.now() + SETTLED_MS;
      if (timer === 0) timer = window.setTimeout(settle, SETTLED_MS);
    };
    element.addEventListener('scroll', scrolled, { passive: true });
    window.addEventListener('pagehide', keep);
    return () => {
      window.clearTimeout(timer);
      element.removeEventListener('scroll', scrolled);
      window.removeEventListener('pagehide', keep);
      keep();
    };
  }, [channelId, channelType, now, rowsRef, scroller, virtualizer]);
}

function placeOf(
  top: number,
  rows: readonly FlowRow[],
  virtualizer: FlowVirtualizer,
): ReadingPlace | undefined {
  for (const item of virtualizer.getVirtualItems()) {
    const row = rows[item.index];
    // What waits to be sent has no place that stays.
    if (!row || item.end <= top || row.messageSeq <= 0) continue;
    return { messageSeq: row.messageSeq, offset: Math.round(top - item.start) };
  }
  return undefined;
}
