import { useMemo } from 'react';
import type { FlowRow } from '../row/flow-row.ts';

/** Where the first unread message is; `unloaded`: no loaded row is it. */
export type UnreadPlace = 'above' | 'inView' | 'below' | 'unloaded';

/** `inView`: indexes of the rows that are seen; null = not known yet. */
export function useUnreadPlace(
  rows: readonly FlowRow[],
  inView: { startIndex: number; endIndex: number } | null,
): UnreadPlace {
  const index = useMemo(() => rows.findIndex((row) => row.unread), [rows]);
  if (index < 0) return 'unloaded';
  if (index < (inView?.startIndex ?? 0)) return 'above';
  return index > (inView?.endIndex ?? 0) ? 'below' : 'inView';
}
