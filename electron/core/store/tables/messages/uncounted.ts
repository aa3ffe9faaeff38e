/**
 * How many rows of a channel do not count as unread, between the read position and the newest. Remembered: whoever
 * writes where nobody answers (to oneself, to a bot) has thousands of own messages there, and the list asks for the
 * number with every frame. Only what came on top is read then; a row below that begins or ceases to count forgets it.
 */
import type Database from 'better-sqlite3';
import type { StoreContext } from '../../context.ts';
import type { MessageRow } from './message-row.ts';

interface Known {
  /** Of the seqs above `after`, up to and with `upTo`. */
  after: number;
  upTo: number;
  count: number;
}
type Counted = Pick<MessageRow, 'channel_no' | 'seq' | 'counts'>;

export class Uncounted {
  /** By number of the channel. */
  readonly #known = new Map<number, Known>();
  readonly #count: Database.Statement<[number, number, number], number>;

  constructor(ctx: Pick<StoreContext, 'db' | 'onRollback'>) {
    this.#count = ctx.db
      .prepare<[number, number, number], number>(
        'SELECT count(*) FROM message WHERE channel_no = ? AND seq > ? AND seq <= ? AND counts = 0',
      )
      .pluck();
    ctx.onRollback(() => this.#known.clear());
  }

  /** Above `after`, up to and with `upTo`. */
  between(channelNo: number, after: number, upTo: number): number {
    if (upTo <= after) return 0;
    const known = this.#known.get(channelNo);
    const isPart = known?.after === after && known.upTo <= upTo;
    if (isPart && known.upTo === upTo) return known.count;
    const more = this.#count.get(channelNo, isPart ? known.upTo : after, upTo) ?? 0;
    const count = isPart ? known.count + more : more;
    this.#known.set(channelNo, { after, upTo, count });
    return count;
  }

  /** A row was written, over `before` if it is not new. */
  wrote(before: Counted | null, next: Counted): void {
    if (before && before.counts === next.counts && before.seq === next.seq) return;
    for (const row of before ? [before, next] : [next]) {
      const known = this.#known.get(row.channel_no);
      if (known && row.seq > known.after && row.seq <= known.upTo) this.#known.delete(row.channel_no);
    }
  }

  /** Rows of the channel were erased. */
  forget(channelNo: number): void {
    this.#known.delete(channelNo);
  }
}
