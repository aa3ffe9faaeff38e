/**
 * Which rows of a page lie together in `message_extra`, whose order is channel and seq. Id and seq of a message are the
 * IM server's and never change.
 */

/** A row of a page; the channel id in its stored form. */
interface Placed {
  messageId: string;
  channelId: string;
  channelType: number;
  messageSeq: number;
}

/** Fewer rows of a channel are looked up by id: one query for all channels. */
const LEAST = 16;
/** Seqs in a stretch for each row that is asked for, at most. */
const LOOSEST = 4;

export interface Stretch {
  channelId: string;
  channelType: number;
  /** Seqs, inclusive. */
  from: number;
  to: number;
  messageIds: ReadonlySet<string>;
}

/** `loose`: ids of the rows that are no part of a stretch. */
export function stretchesOf(rows: readonly Placed[]): { stretches: Stretch[]; loose: string[] } {
  const stretches: Stretch[] = [];
  const loose: string[] = [];
  for (const inChannel of Map.groupBy(rows, (row) => `${row.channelType}/${row.channelId}`).values()) {
    const [first] = inChannel;
    if (!first) continue;
    let [from, to] = [first.messageSeq, first.messageSeq];
    for (const { messageSeq } of inChannel) {
      from = Math.min(from, messageSeq);
      to = Math.max(to, messageSeq);
    }
    const ids = inChannel.map((row) => row.messageId);
    if (ids.length < LEAST || to - from >= LOOSEST * ids.length) loose.push(...ids);
    else {
      const { channelId, channelType } = first;
      stretches.push({ channelId, channelType, from, to, messageIds: new Set(ids) });
    }
  }
  return { stretches, loose };
}
