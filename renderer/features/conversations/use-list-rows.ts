import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import type { RefObject } from 'react';
import { rowElement } from './row-lookup.ts';

/** Above this many rows only those on screen are in the document. */
const VIRTUAL_FROM = 200;

interface ListRows {
  /** The rows that are drawn, and how far from the top, px; null = all of them, as they stand. */
  drawn: readonly { index: number; start: number }[] | null;
  /** Of all rows, px. */
  totalHeight: number;
  /** Brings a row into the document and focuses it. */
  focusRow: (index: number) => void;
}

/**
 * Which rows of the list are in the document. `order`: keys of the rows; `height` of each, px; `stop`: index of the one
 * that Tab leads to, which has to be there.
 */
export function useListRows(
  order: readonly string[],
  height: number,
  stop: number,
  scroller: RefObject<HTMLDivElement | null>,
): ListRows {
  const virtual = order.length > VIRTUAL_FROM;
  // oxlint-disable-next-line react/incompatible-library -- the virtualizer is read here and by the list only
  const virtualizer = useVirtualizer({
    count: virtual ? order.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
    getItemKey: (index) => order[index] ?? index,
    // Else Tab would lead past the list, and the focus fall out of it, once the row is scrolled away.
    rangeExtractor: (range: Range) => {
      const indexes = defaultRangeExtractor(range);
      if (stop < 0 || indexes.includes(stop)) return indexes;
      return [...indexes, stop].sort((a, b) => a - b);
    },
  });
  return {
    drawn: virtual ? virtualizer.getVirtualItems() : null,
    totalHeight: virtualizer.getTotalSize(),
    focusRow: (index) => {
      const key = order[index];
      if (key === undefined) return;
      if (virtual) virtualizer.scrollToIndex(index);
      // In a long list the row may come into the document only with the next frame.
      const focus = (): boolean => {
        const element = rowElement(scroller.current, key);
        element?.focus();
        return element !== null;
      };
      if (!focus()) requestAnimationFrame(() => requestAnimationFrame(focus));
    },
  };
}
