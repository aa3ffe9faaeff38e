/** A row of the table `conversation`, and what follows from it: whether it is in the list, and what counts as read. */
export interface ConversationRow {
  channel_no: number;
  listed: number;
  last_seq: number;
  /** Unix seconds. */
  timestamp: number;
  offset_seq: number;
  /** When that was learned (Unix seconds of the server). */
  offset_at: number;
  /** int64 as decimal text. */
  version: string;
  /** Read position the server or the user stated; null = not stated. */
  read_seq: number | null;
  /** First seq that arrived live while nothing was stated: what came before counts as read. */
  first_live_seq: number | null;
  hidden_seq: number | null;
  /** message_seq of the first row in view when the chat was left; null = it was read to its end. */
  place_seq: number | null;
  /** Pixels of that row above the view. */
  place_offset: number;
  /** Marked as unread on this device. */
  marked_unread: number;
}

export const newConversation = (channelNo: number): ConversationRow => ({
  channel_no: channelNo,
  listed: 0,
  last_seq: 0,
  timestamp: 0,
  offset_seq: 0,
  offset_at: 0,
  version: '0',
  read_seq: null,
  first_live_seq: null,
  hidden_seq: null,
  place_seq: null,
  place_offset: 0,
  marked_unread: 0,
});

export const isInList = (row: ConversationRow): boolean =>
  row.listed === 1 && (row.hidden_seq === null || row.last_seq > row.hidden_seq);
/** SQL: `isInList` of a row `c` of `conversation`. */
export const IN_LIST = `c.listed = 1 AND (c.hidden_seq IS NULL OR c.last_seq > c.hidden_seq)`;

/** The read position in effect. */
export const readPositionOf = (row: ConversationRow): number =>
  Math.max(
    row.offset_seq,
    row.read_seq ?? (row.first_live_seq === null ? row.last_seq : row.first_live_seq - 1),
  );
/** SQL: `readPositionOf` a row `c` of `conversation`. */
export const READ_POSITION = `max(c.offset_seq, coalesce(c.read_seq, c.first_live_seq - 1, c.last_seq))`;
