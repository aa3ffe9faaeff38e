/** Which messages of others ask for a read receipt. */
import type { ChannelRef } from '../../../../../shared/domain.ts';
import { Setting } from '../../../../../shared/wire/packets.ts';
import type { ChannelTable } from '../channels/channel-table.ts';
import type { StoreContext } from '../../context.ts';

export interface Receipts {
  /**
   * Ids of others' messages with message_seq in (fromSeq, toSeq] that ask for a receipt and are shown; newest first.
   * What burns after reading is read when it is opened, not when its cover is seen.
   */
  wanted(channel: ChannelRef, fromSeq: number, toSeq: number, limit: number): string[];
}

export function createReceipts(ctx: StoreContext, channels: Pick<ChannelTable, 'find'>): Receipts {
  const rows = ctx.db.prepare<[number, number, number, string, number, number], { message_id: string }>(
    `SELECT message_id FROM message WHERE channel_no = ? AND seq > ? AND seq <= ? AND from_uid <> ? AND shown = 1
     AND recalled = 0 AND flame IS NULL AND (setting & ?) <> 0 ORDER BY seq DESC LIMIT ?`,
  );
  return {
    wanted(channel, fromSeq, toSeq, limit) {
      const channelNo = channels.find(channel);
      if (channelNo === null) return [];
      return rows
        .all(channelNo, fromSeq, toSeq, ctx.me.uid, Setting.receipt, limit)
        .map((row) => row.message_id);
    },
  };
}
