import { defaultRangeExtractor, type Range, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import { type FlowRow, rowId } from '../row/flow-row.ts';

import { estimateHeight } from './row-height.ts';
import { END_THRESHOLD } from './use-at-end.ts';
import type { FlowState } from './use-flow-rows.ts';

export type FlowVirtualizer = Virtualizer<HTMLDivElement, HTMLDivElement>;

/** Which rows of the flow are in the document, and where. `focusedIndex`: of the row that has the focus, -1 = none. */
export function useFlowVirtualizer(
  rows: readonly FlowRow[],
  state: FlowState,
  focusedIndex: number,
  scroller: RefObject<HTMLDivElement | null>,
): FlowVirtualizer {
  // Appending follows only at the live end: a page of newer history must not pull the reader along.
  const wasLive = useRef(false);
  // Another function means to the virtualiser that every row is another one: it would lay out all of them anew.
  const getItemKey = useCallback(
    (index: number) => {
      const row = rows[index];
      return row ? rowId(row) : index;
    },
    [rows],
  );
  // eslint-disable-next-line react/incompatible-library -- the flow is not compiled; rows are memoised by hand
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateHeight(rows[index]),
    getItemKey,
    overscan: 8,
    paddingStart: 8,
    paddingEnd: 10,
    anchorTo: 'end',
    followOnAppend: wasLive.current && !state.hasNewer,
    scrollEndThreshold: END_THRESHOLD,
    // A focused row stays in the document, or the focus would fall to the body while scrolling.
    rangeExtractor: (range: Range) => {
      const indexes = defaultRangeExtractor(range);
      if (focusedIndex < 0 || indexes.includes(focusedIndex)) return indexes;
      return [...indexes, focusedIndex].sort((a, b) => a - b);
    },
  });
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (item, _delta, instance) =>
    item.start < (instance.scrollOffset ?? 0);
  useLayoutEffect(() => {
    wasLive.current = !state.hasNewer && state.count > 0;
  });
  useBoundedHeights(rows, virtualizer);
  return virtualizer;
}

/** Heights of rows that are no longer loaded, before they are forgotten. */
const SPARE_HEIGHTS = 500;

/** The virtualiser keeps the height of every row it ever drew, by key: in a chat that stays open they would pile up. */
function useBoundedHeights(
  rows: readonly FlowRow[],
  { itemSizeCache: heights }: { itemSizeCache: Map<number | string | bigint, number> },
): void {
  useEffect(() => {
    if (heights.size <= rows.length + SPARE_HEIGHTS) return;
    const loaded = new Set<number | string | bigint>(rows.map(rowId));
    for (const key of heights.keys()) if (!loaded.has(key)) heights.delete(key);
  }, [rows, heights]);
}
