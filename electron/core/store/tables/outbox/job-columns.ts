/** Columns that the tables of outbox.db have in common. */
import type { ChannelRef } from '../../../../../shared/domain.ts';

export interface ChannelColumns {
  channel_type: number;
  channel_id: string;
}

/** Columns of a request that is repeated until the server has answered. `next_try_at`: local clock, ms since epoch. */
export interface RequestColumns extends ChannelColumns {
  id: number;
  attempts: number;
  next_try_at: number;
}

export const channelOf = (row: ChannelColumns): ChannelRef => ({
  channelId: row.channel_id,
  channelType: row.channel_type,
});

export const requestOf = (
  row: RequestColumns,
): { id: number; channel: ChannelRef; attempts: number; nextTryAtMs: number } => ({
  id: row.id,
  channel: channelOf(row),
  attempts: row.attempts,
  nextTryAtMs: row.next_try_at,
});
