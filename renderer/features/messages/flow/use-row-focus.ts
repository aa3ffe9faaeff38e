import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { type FlowRow, messagesOfRow } from '../row/flow-row.ts';
import { isFocusFree } from '../../../ui/focus-trap.ts';

export interface RowFocus {
  /** Index of the row that Tab reaches; -1 = the newest. */
  currentIndex: number;
  /** What has the focus there: the row's key, or that of an image of an album. */
  currentKey: string | null;
  /** Makes a row the current one and focuses it once it is in the document. */
  focusRow: (key: string) => void;
}

/**
 * Roving focus of the flow. When the focused thing leaves the document (a recall takes the link or the button that had
 * the focus, a row is removed or folded), the focus goes to its row, or to the one that took its place, never to the
 * body.
 */
export function useRowFocus(rows: readonly FlowRow[], scroller: RefObject<HTMLDivElement | null>): RowFocus {
  const [current, setCurrent] = useState<string | null>(null);
  const wanted = useRef<string | null>(null);
  /** Row that has the focus, and where it was: remembered until the focus moves elsewhere on purpose. */
  const held = useRef<{ key: string; index: number } | null>(null);
  const rowsRef = useRef(rows);

  const focusRow = useCallback(
    (key: string) => {
      wanted.current = key;
      setCurrent(key);
      const element = find(scroller.current, key);
      if (element) {
        wanted.current = null;
        element.focus({ preventScroll: true });
      }
    },
    // eslint-disable-next-line react/preserve-manual-memoization -- a ref object never changes
    [scroller],
  );

  useEffect(() => {
    const root = scroller.current;
    const hold = (event: Event): void => {
      const target = event.target instanceof HTMLElement ? event.target : null;
      const row = root?.contains(target) ? target?.closest<HTMLElement>('[data-message-key]') : null;
      const key = row?.dataset['messageKey'];
      if (key === undefined) {
        held.current = null;
        return;
      }
      held.current = { key, index: indexOf(rowsRef.current, key) };
      if (event.type === 'focusin') setCurrent(key);
    };
    document.addEventListener('focusin', hold);
    document.addEventListener('pointerdown', hold);
    return () => {
      document.removeEventListener('focusin', hold);
      document.removeEventListener('pointerdown', hold);
    };
  }, [scroller]);

  useLayoutEffect(() => {
    rowsRef.current = rows;
    const root = scroller.current;
    if (wanted.current !== null) {
      const element = find(root, wanted.current);
      if (element) {
        wanted.current = null;
        element.focus({ preventScroll: true });
      }
    }
    if (!held.current) return;
    const index = indexOf(rows, held.current.key);
    if (index >= 0) held.current.index = index;
    if (!isFocusFree(root)) return;
    const row = rows[index] ?? rows[Math.min(held.current.index, rows.length - 1)];
    const element = row ? find(root, row.key) : null;
    (element ?? root)?.focus({ preventScroll: true });
  });

  const currentIndex = current === null ? -1 : indexOf(rows, current);
  return { currentIndex, currentKey: current, focusRow };
}

/** The row of a message: itself, or the fold it is in. */
function indexOf(rows: readonly FlowRow[], key: string): number {
  const exact = rows.findIndex((row) => row.key === key);
  return exact >= 0
    ? exact
    : rows.findIndex((row) => messagesOfRow(row).some((message) => message.key === key));
}

function find(root: HTMLElement | null, key: string): HTMLElement | null {
  return root?.querySelector<HTMLElement>(`[data-message-key="${CSS.escape(key)}"]`) ?? null;
}
