/** A row of the table `message`. A new column needs a decision in `recall/keep-or-erase.ts` to compile. */
export interface MessageRow {
  /** int64 as decimal text. */
  message_id: string;
  channel_no: number;
  seq: number;
  client_msg_no: string;
  from_uid: string;
  /** Unix seconds. */
  timestamp: number;
  /** Unix seconds, 0 = never. */
  expires_at: number;
  setting: number;
  /** Payload type; 0 = not known (never delivered readable). */
  type: number;
  /** Deleted for me: by me, mutually, cleared, expired. */
  deleted: number;
  /** Never a bubble: type 99, type 1006, or `visibles` leaves me out. */
  hidden: number;
  /** Another stored row of the same message (a resend): the one with the lowest seq stands for all. */
  copy: number;
  /** Is a line in the flow: none of the three above. */
  shown: number;
  recalled: number;
  revoker: string | null;
  revoker_role: number | null;
  /** Effective payload (edits applied) without embedded quotes; null = not an object, or erased. */
  payload: string | null;
  /** Exactly the text that is in the search index for this row; null = not indexed. */
  search_text: string | null;
  quote_message_id: string | null;
  edited: number;
  /** Counts as unread while it is above the read position. */
  counts: number;
  /** Counts and mentions me or everyone. */
  mention: number;
  read_count: number | null;
}

export const MESSAGE_COLUMNS = [
  'message_id',
  'channel_no',
  'seq',
  'client_msg_no',
  'from_uid',
  'timestamp',
  'expires_at',
  'setting',
  'type',
  'deleted',
  'hidden',
  'copy',
  'shown',
  'recalled',
  'revoker',
  'revoker_role',
  'payload',
  'search_text',
  'quote_message_id',
  'edited',
  'counts',
  'mention',
  'read_count',
] as const satisfies readonly (keyof MessageRow)[];

/** Who said what where: changes only when a server delivers other metadata. Nearly all of these are indexed. */
const IDENTITY_COLUMNS = [
  'message_id',
  'channel_no',
  'seq',
  'client_msg_no',
  'from_uid',
  'timestamp',
  'expires_at',
  'setting',
  'type',
] as const satisfies readonly (keyof MessageRow)[];

const identity: ReadonlySet<string> = new Set(IDENTITY_COLUMNS);
/** The others: what edits, recalls and deletions change. */
export const STATE_COLUMNS: readonly (keyof MessageRow)[] = MESSAGE_COLUMNS.filter(
  (column) => !identity.has(column),
);
export const sameIdentity = (a: MessageRow, b: MessageRow): boolean =>
  IDENTITY_COLUMNS.every((column) => a[column] === b[column]);

/** With the rowid that the search index uses. */
export interface StoredMessage extends MessageRow {
  row: number;
}
