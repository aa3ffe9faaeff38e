/** How high rows will be, guessed until they are drawn and measured. */
import type { FlowRow } from '../row/flow-row.ts';

/** Height of a row in px to begin with; it is measured once it is drawn. */
export function estimateHeight(row: FlowRow | undefined): number {
  if (!row) return 40;
  const above = (row.day === null ? 0 : 38) + (row.unread ? 38 : 0);
  return row.kind === 'bubble' || row.kind === 'album'
    ? above + (row.groupStart ? 32 : 3) + row.bodyHeight
    : above + 34;
}
