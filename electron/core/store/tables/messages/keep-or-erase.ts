/**
 * What a recall leaves of a message. The one exhaustive list over the columns of `message`: a column that is in
 * neither half fails the type check (and `keep-or-erase.test.ts` compares it with the database).
 */
import type { MessageRow } from './message-row.ts';

/** Identity, order and who did it stay: the placeholder is built from these. */
export const KEPT_COLUMNS = [
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
] as const satisfies readonly (keyof MessageRow)[];

/** What the message said, and everything derived from that, with the value it gets. */
export const ERASED = {
  payload: null,
  search_text: null,
  quote_message_id: null,
  edited: 0,
  counts: 0,
  mention: 0,
  read_count: null,
} as const satisfies Partial<MessageRow>;

type Kept = (typeof KEPT_COLUMNS)[number];
type Erased = keyof typeof ERASED;
type SameKeys<A, B> = [Exclude<A, B>, Exclude<B, A>] extends [never, never] ? true : never;
type Disjoint<A, B> = [Extract<A, B>] extends [never] ? true : never;
/** `true` only for a row whose every column is in exactly one half, `never` otherwise. */
export type EveryColumnIsDecided<Row> = SameKeys<keyof Row, Kept | Erased> & Disjoint<Kept, Erased>;
/** A new column of `message` stops compiling here. */
export const everyColumnIsDecided: EveryColumnIsDecided<MessageRow> = true;

/** The row without what it said. */
export function eraseContent<R extends MessageRow>(row: R): R {
  return { ...row, ...ERASED };
}
