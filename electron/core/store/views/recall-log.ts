/** Who recalled whose message in a chat, as far as this computer has seen it (docs/recall.md). Its type, no words. */
import type Database from 'better-sqlite3';
import type { ChannelRef } from '../../../../shared/domain.ts';
import type { StoreContext } from '../context.ts';
import type { ChannelTable } from '../tables/channels/channel-table.ts';

export interface SeenRecall {
  seq: number;
  by: string;
  of: string;
  type: number;
  /** Unix seconds: when it was said. When it was recalled is not kept. */
  timestamp: number;
}

export interface RecallLogQuery {
  channel: ChannelRef;
  /** Only below this seq; null = from the newest on. */
  before: number | null;
  /** Unix seconds. */
  since: number;
  /** '' = whoever recalled. */
  byUid: string;
  limit: number;
}

type Args = Omit<RecallLogQuery, 'channel' | 'before'> & { channelNo: number; before: number };

export class RecallLog {
  readonly #channels: ChannelTable;
  readonly #rows: Database.Statement<[Args], SeenRecall>;

  constructor({ db }: Pick<StoreContext, 'db'>, channels: ChannelTable) {
    this.#channels = channels;
    // Without a name it was its author. A copy of a resend is the same recall.
    const by = `coalesce(nullif(revoker, ''), from_uid)`;
    this.#rows = db.prepare(
      `SELECT seq, ${by} AS by, from_uid AS of, type, timestamp FROM message INDEXED BY message_recalled
       WHERE channel_no = @channelNo AND recalled = 1 AND seq < @before AND copy = 0 AND hidden = 0
       AND timestamp >= @since AND (@byUid = '' OR ${by} = @byUid)
       ORDER BY seq DESC LIMIT @limit`,
    );
  }

  /** Newest first. */
  page({ channel, before, ...rest }: RecallLogQuery): SeenRecall[] {
    const channelNo = this.#channels.find(channel);
    if (channelNo === null) return [];
    return this.#rows.all({ ...rest, channelNo, before: before ?? Number.MAX_SAFE_INTEGER });
  }
}
