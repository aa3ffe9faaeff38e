/**
 * The columns of the table `message`, in one list: the type of each, and what it is to a recall. Everything else that
 * goes over the columns (statements, comparisons, what a recall keeps and erases) is derived from it.
 */
import { messageKey } from '../../../../../shared/domain.ts';
import { isObject } from '../../../../../shared/json.ts';
import type { Payload } from './payload.ts';

/** Who said what where. Changes only when a server delivers other metadata; nearly all of these are indexed. */
interface Identity<T> {
  readonly kind: 'identity';
  /** Never there: it carries the type. */
  readonly holds?: { type: T };
}

/** What edits, recalls and deletions change, and a recall keeps: the placeholder is built from these. */
interface State<T> {
  readonly kind: 'state';
  readonly holds?: { type: T };
}

/** What the message said, or something derived from that: a recall puts `erased` in its place. */
interface Content<T> {
  readonly kind: 'content';
  readonly erased: T;
}

const identity = <T>(): Identity<T> => ({ kind: 'identity' });
const state = <T>(): State<T> => ({ kind: 'state' });
const content = <T>(erased: T): Content<T> => ({ kind: 'content', erased });

/** Column `stream`. */
export const StreamState = {
  /** Followed over this connection; not searched yet. */
  growing: 0,
  /** Open when it was last heard of, but something may have been missed, or it has been silent for long. */
  resting: 1,
  /** Says what it says for good. */
  final: 2,
} as const;

export const COLUMNS = {
  /** int64 as decimal text. */
  message_id: identity<string>(),
  channel_no: identity<number>(),
  seq: identity<number>(),
  client_msg_no: identity<string>(),
  from_uid: identity<string>(),
  /** Unix seconds. */
  timestamp: identity<number>(),
  /** Unix seconds, 0 = never. */
  expires_at: identity<number>(),
  setting: identity<number>(),
  /** Payload type; 0 = not known (never delivered readable). */
  type: identity<number>(),
  /**
   * Burns after reading: seconds from opening to the end, 0 = until the chat is left; null = an ordinary message. Stays
   * so whatever a later delivery or edit says.
   */
  flame: state<number | null>(),
  /** Its text grows, or grew, after it was sent (`StreamState`); null = an ordinary message. */
  stream: state<number | null>(),
  /** msg_event_seq of the newest event that is in the text; 0 = none that is counted. */
  stream_seq: state<number>(),
  /** Number of the album (album.ts); null = alone. Kept, so that the line of a recalled one stands with its group. */
  album: state<number | null>(),
  /** A voice message of somebody else that was heard, here or on another device of this account. */
  voice_played: state<number>(),
  /** Deleted for me: by me, mutually, cleared, expired. */
  deleted: state<number>(),
  /** Never a bubble: type 99, type 1006, or `visibles` leaves me out. */
  hidden: state<number>(),
  /** Another stored row of the same message (a resend): the one with the lowest seq stands for all. */
  copy: state<number>(),
  /** Is a line in the flow: none of the three above. */
  shown: state<number>(),
  recalled: state<number>(),
  revoker: state<string | null>(),
  revoker_role: state<number | null>(),
  /** Effective payload (edits applied) without embedded quotes; null = not an object, or erased. */
  payload: content<string | null>(null),
  /** Exactly the text that is in the search index for this row; null = not indexed. */
  search_text: content<string | null>(null),
  quote_message_id: content<string | null>(null),
  /** Where it stands in the shared content of its chat (`SHARED_NUMBER`); 0 = nowhere. */
  shared_kind: content<number>(0),
  edited: content<number>(0),
  /** Counts as unread while it is above the read position. */
  counts: content<number>(0),
  /** Counts and mentions me or everyone. */
  mention: content<number>(0),
  read_count: content<number | null>(null),
};

type Columns = typeof COLUMNS;
type TypeOf<C> = C extends Content<infer T> ? T : C extends { holds?: { type: infer T } } ? T : never;

/** A row of the table. */
export type MessageRow = { [C in keyof Columns]: TypeOf<Columns[C]> };
export type Column = keyof MessageRow;
export type ColumnOf<Kind extends Columns[Column]['kind']> = {
  [C in Column]: Columns[C] extends { kind: Kind } ? C : never;
}[Column];

/** With the rowid that the search index uses. */
export interface StoredMessage extends MessageRow {
  row: number;
}

export const MESSAGE_COLUMNS = Object.keys(COLUMNS) as readonly Column[];
/** The others: what edits, recalls and deletions change. */
export const CHANGING_COLUMNS = MESSAGE_COLUMNS.filter((column) => COLUMNS[column].kind !== 'identity');

export const keyOf = (row: Pick<MessageRow, 'from_uid' | 'client_msg_no' | 'message_id'>): string =>
  messageKey({ fromUid: row.from_uid, clientMsgNo: row.client_msg_no, messageId: row.message_id });

type Placed = Pick<MessageRow, 'seq' | 'message_id'>;

/** The order of a message's copies. A sorter in SQLite costs more than the whole look-up, and one is the rule. */
export const bySeq = (a: Placed, b: Placed): number =>
  a.seq - b.seq || (a.message_id < b.message_id ? -1 : 1);

export function payloadOfRow(row: Pick<MessageRow, 'payload'>): Payload | null {
  if (row.payload === null) return null;
  const parsed: unknown = JSON.parse(row.payload);
  return isObject(parsed) ? parsed : null;
}
