import { useLayoutEffect, useRef, useState } from 'react';
import { loadedMessage } from '../../../state/messages/message-store.ts';
import { indexNextTo, indexOfSeq, keyAtSeq, lastKeyOf } from './flow-lookup.ts';
import type { FlowRow } from '../row/flow-row.ts';
import type { FlowState } from './use-flow-rows.ts';
import type { FlowVirtualizer } from './use-flow-virtualizer.ts';

/**
 * Brings the target into view after the window was replaced, and an own message as soon as it is written. Returns
 * whether the place is found and painted: until then the scroll position means nothing. `key`: of the channel.
 */
export function usePlacing(
  key: string,
  state: FlowState,
  rows: readonly FlowRow[],
  virtualizer: FlowVirtualizer,
  flash: (rowKey: string) => void,
): boolean {
  const [placedGeneration, setPlaced] = useState(0);
  const placing = useRef(0);
  useLayoutEffect(() => {
    if (state.generation === 0 || placing.current === state.generation) return;
    placing.current = state.generation;
    const { generation, target } = state;
    const found = (): void => setPlaced(generation);
    // A place is corrected after the first paint.
    afterPaint(typeof target === 'object' && 'place' in target ? () => requestAnimationFrame(found) : found);
    if (rows.length === 0) return;
    const unreadIndex = target === 'unread' ? rows.findIndex((row) => row.unread) : -1;
    if (typeof target === 'object' && 'place' in target) {
      const { messageSeq, offset } = target.place;
      const index = indexNextTo(rows, messageSeq);
      const place = (): void => {
        const start = virtualizer.measurementsCache[index]?.start;
        if (start !== undefined) virtualizer.scrollToOffset(start + offset);
      };
      place();
      // Once more when the rows above it have been measured.
      afterPaint(place);
      return;
    }
    if (typeof target === 'object') {
      const index = indexOfSeq(rows, target.seq);
      if (index >= 0) {
        virtualizer.scrollToIndex(index, { align: 'center' });
        flash(keyAtSeq(rows[index], target.seq));
        return;
      }
    }
    if (unreadIndex >= 0) virtualizer.scrollToIndex(unreadIndex, { align: 'start' });
    else virtualizer.scrollToEnd();
  }, [state, rows, virtualizer, flash]);

  const lastRow = rows.at(-1);
  const isOwn = (lastRow?.kind === 'bubble' || lastRow?.kind === 'album') && lastRow.own;
  const lastOwnKey = isOwn ? lastKeyOf(lastRow) : null;
  const seenOwnKey = useRef(lastOwnKey);
  useLayoutEffect(() => {
    if (lastOwnKey === seenOwnKey.current) return;
    const known = seenOwnKey.current !== null || placing.current > 0;
    seenOwnKey.current = lastOwnKey;
    if (lastOwnKey !== null && known && loadedMessage(key, lastOwnKey)?.send.state !== 'sent') {
      virtualizer.scrollToEnd();
    }
  }, [lastOwnKey, key, virtualizer]);

  return state.generation > 0 && placedGeneration === state.generation;
}

/** Runs after the frame in which the virtualiser has found its place: it corrects estimates once more. */
function afterPaint(run: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(run)));
}
