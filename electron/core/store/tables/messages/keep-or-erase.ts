/**
 * What a recall leaves of a message: each column of `message` is in exactly one half. Which one is said where the
 * column is listed (message-row.ts), so that a new column cannot be without a decision; `keep-or-erase.test.ts`
 * compares both halves with the database.
 */
import { COLUMNS, MESSAGE_COLUMNS, type ColumnOf, type MessageRow } from './message-row.ts';

type Kept = ColumnOf<'identity' | 'state'>;
type Erased = ColumnOf<'content'>;

const isErased = (column: keyof MessageRow): column is Erased => COLUMNS[column].kind === 'content';

/** Identity, order and who did it stay: the placeholder is built from these. */
export const KEPT_COLUMNS = MESSAGE_COLUMNS.filter((column): column is Kept => !isErased(column));

/** What the message said, and everything derived from that, with the value it gets. */
export const ERASED = Object.fromEntries(
  MESSAGE_COLUMNS.filter(isErased).map((column) => [column, COLUMNS[column].erased]),
) as Readonly<Pick<MessageRow, Erased>>;

type SameKeys<A, B> = [Exclude<A, B>, Exclude<B, A>] extends [never, never] ? true : never;
type Disjoint<A, B> = [Extract<A, B>] extends [never] ? true : never;
/** `true` only for a row whose every column is in exactly one half, `never` otherwise. */
export type EveryColumnIsDecided<Row> = SameKeys<keyof Row, Kept | Erased> & Disjoint<Kept, Erased>;
/** Does not compile when a column of the row is in neither half, or in both. */
export const everyColumnIsDecided: EveryColumnIsDecided<MessageRow> = true;

/** The row without what it said. */
export function eraseContent<R extends MessageRow>(row: R): R {
  return { ...row, ...ERASED };
}
