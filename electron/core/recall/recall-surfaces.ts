/**
 * Which places of the account held what a recall erased: for the log of the last recalls (ui.md 6). Names of places, no
 * content.
 */
import type { RecallSurface } from '../../../shared/ipc/contract/recall.ts';
import type { StoreContext } from '../store/context.ts';
import { READ_POSITION } from '../store/tables/conversations/conversation-row.ts';
import type { StoredMessage } from '../store/tables/messages/message-row.ts';

/** What the recall of one message did, as known inside its transaction. */
export interface Erasure {
  /** Rows that lost their content, as they were before. */
  erased: readonly StoredMessage[];
  /** Cached messages quote it. */
  quoted: boolean;
  /** A waiting message, edit or draft named it and was changed. */
  inOutbox: boolean;
}

/** Wire types of content that has a file: image, video, file (tsdd-api.md 6.2). */
const WITH_FILE = new Set([2, 5, 8]);

export function createSurfaceFinder(ctx: StoreContext): (erasure: Erasure) => RecallSurface[] {
  const newestLine = ctx.db
    .prepare<[number], number>(
      'SELECT seq FROM message WHERE channel_no = ? AND shown = 1 ORDER BY seq DESC LIMIT 1',
    )
    .pluck();
  const readPosition = ctx.db
    .prepare<[number], number>(`SELECT ${READ_POSITION} FROM conversation c WHERE c.channel_no = ?`)
    .pluck();

  return ({ erased, quoted, inOutbox }) => {
    const found = new Set<RecallSurface>();
    for (const row of erased) {
      if (row.payload === null) continue;
      if (WITH_FILE.has(row.type)) found.add('media');
      if (row.search_text !== null) found.add('search');
      if (row.shown === 0) continue;
      found.add('bubbles');
      // A recall moves neither of the two.
      if (row.seq === newestLine.get(row.channel_no)) found.add('preview');
      if (row.counts === 1 && row.seq > (readPosition.get(row.channel_no) ?? row.seq)) found.add('unread');
    }
    if (quoted) found.add('quotes');
    if (inOutbox) found.add('outbox');
    return [...found];
  };
}
