/** A row, and the messages it stands for where they are several (an album, folded lines). */
interface SeenRow {
  messageSeq: number;
  messages?: readonly { messageSeq: number }[];
}

/** What the flow shows of its rows. */
export interface FlowView {
  rows: readonly SeenRow[];
  /** Indexes of the rows that are seen, in part or whole; null = not known yet. */
  inView: { startIndex: number; endIndex: number } | null;
  /** There are messages before the first row. */
  hasOlder: boolean;
  /** The server could not be asked: messages that nobody has seen may be missing between two rows. */
  offline: boolean;
}

const lastSeqOf = ({ messageSeq, messages = [] }: SeenRow): number =>
  messages.reduce((last, message) => Math.max(last, message.messageSeq), messageSeq);

/**
 * How far somebody has read (message_seq), who had read up to `read` and sees this now. Only what adjoins it counts:
 * whoever jumps over a hundred messages has not read them, nor what is missing between two rows. The last row that is
 * seen may be cut off and does not count.
 */
export function reachedSeq({ rows, inView, hasOlder, offline }: FlowView, read: number): number {
  const first = inView && rows[inView.startIndex];
  if (!first) return read;
  const before = rows[inView.startIndex - 1];
  const adjoins =
    (first.messageSeq > 0 && first.messageSeq <= read) ||
    (before ? before.messageSeq > 0 && before.messageSeq <= read : !hasOlder);
  if (!adjoins) return read;
  let reached = read;
  for (const row of rows.slice(inView.startIndex, inView.endIndex)) {
    // (Taken away or hidden? From what is here nobody can tell.)
    if (offline && row.messageSeq > reached + 1) break;
    reached = Math.max(reached, lastSeqOf(row));
  }
  return reached;
}
