/**
 * What has no words to be searched for is looked for in the newest rows, a part at a time: all of them take longer than
 * messages may wait.
 */
import type Database from 'better-sqlite3';
import { IS_FILE, IS_MEDIA } from './hit-filter.ts';

/** So many of the newest rows of a chat, or of all chats, are looked through. */
export const MOST_ROWS = 200_000;
/** Of one part: a few milliseconds. */
export const ROWS_OF_A_PART = 5_000;

/** Places of the rows of one part, from and up to: of a chat by seq, of all chats by row. */
export interface Part {
  low: number;
  high: number;
  /** How many rows may be looked through after it. */
  left: number;
}

/** Condition of a part's rows, with the values of `Part`; followed by `AND …`. */
export const PART_OF_CHAT =
  'message m INDEXED BY message_by_seq WHERE m.channel_no = @channelNo AND m.seq >= @low AND m.seq < @high';
/** Of all chats, those that a line of a list can say something of. */
export const PART_OF_ALL = `message m WHERE m.row >= @low AND m.row < @high
  AND (m.search_text IS NOT NULL OR ${IS_MEDIA} OR ${IS_FILE})`;

export const partFrom = (channelNo: number | null): string =>
  channelNo === null ? PART_OF_ALL : PART_OF_CHAT;

export class NewestParts {
  readonly #newest: Database.Statement<[], { row: number | null }>;
  readonly #lowOfChat: Database.Statement<
    [{ channelNo: number; high: number; rows: number }],
    { low: number | null; rows: number }
  >;

  constructor(db: Database.Database) {
    this.#newest = db.prepare('SELECT max(row) AS row FROM message');
    this.#lowOfChat = db.prepare(
      `SELECT min(seq) AS low, count(*) AS rows FROM (SELECT seq FROM message INDEXED BY message_by_seq
       WHERE channel_no = @channelNo AND seq < @high ORDER BY seq DESC LIMIT @rows)`,
    );
  }

  /** The part after `before`, or the newest; null = there is none, or enough was looked through. */
  next(channelNo: number | null, before: Part | null): Part | null {
    const left = before?.left ?? MOST_ROWS;
    const rows = Math.min(left, ROWS_OF_A_PART);
    if (rows === 0) return null;
    if (channelNo === null) {
      const high = before?.low ?? (this.#newest.get()?.row ?? 0) + 1;
      return high <= 1 ? null : { low: Math.max(1, high - rows), high, left: left - rows };
    }
    const high = before?.low ?? Number.MAX_SAFE_INTEGER;
    const found = this.#lowOfChat.get({ channelNo, high, rows });
    if (!found || found.low === null) return null;
    return { low: found.low, high, left: left - found.rows };
  }
}
