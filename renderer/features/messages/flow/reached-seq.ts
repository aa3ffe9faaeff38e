import type { FlowRow } from '../row/flow-row.ts';

/** What the flow shows of its rows. */
export interface FlowView {
  rows: readonly Pick<FlowRow, 'messageSeq'>[];
  /** Indexes of the rows that are seen, in part or whole; null = not known yet. */
  inView: { startIndex: number; endIndex: number } | null;
  /** There are messages before the first row. */
  hasOlder: boolean;
}

/**
 * How far somebody has read (message_seq), who had read up to `read` and sees this now. Only what adjoins it counts:
 * whoever jumps over a hundred messages has not read them. The last row that is seen may be cut off and does not count.
 */
export function reachedSeq({ rows, inView, hasOlder }: FlowView, read: number): number {
  const first = inView && rows[inView.startIndex];
  if (!first) return read;
  const before = rows[inView.startIndex - 1];
  const adjoins =
    (first.messageSeq > 0 && first.messageSeq <= read) ||
    (before ? before.messageSeq > 0 && before.messageSeq <= read : !hasOlder);
  if (!adjoins) return read;
  return rows
    .slice(inView.startIndex, inView.endIndex)
    .reduce((most, { messageSeq }) => Math.max(most, messageSeq), read);
}
