/**
 * Reactions to messages (tsdd-api.md 5.2): one for each person and message. A row stays when it is taken back, so that
 * others learn of that; all go with their message.
 */
import type { Db } from '../store/database.ts';
import type { StoredMessage } from './message-extras.ts';

export interface ReactionRow {
  message_id: string;
  uid: string;
  /** Stored form: fake id for person channels. */
  channel_id: string;
  channel_type: number;
  emoji: string;
  is_deleted: number;
  seq: number;
  /** Unix seconds. */
  created_at: number;
}

/** People who react to one message: each is a row in every page of history that has it. */
export const MOST_REACTIONS = 1_000;

export class Reactions {
  readonly #db: Db;
  readonly #now: () => number;

  constructor(db: Db, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /** The same emoji again takes it back, another one replaces it. false: as many people as may have reacted. */
  toggle({ messageId, channelId, channelType }: StoredMessage, uid: string, emoji: string): boolean {
    return this.#db.transaction(() => {
      const known = this.#db.get<ReactionRow>(
        'SELECT * FROM reaction WHERE message_id = ? AND uid = ?',
        messageId,
        uid,
      );
      if (!known && this.#countOf(messageId) >= MOST_REACTIONS) return false;
      const isBack = known?.emoji === emoji && known.is_deleted === 0;
      this.#db.run(
        `INSERT INTO reaction(message_id, uid, channel_id, channel_type, emoji, is_deleted, seq, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT(message_id, uid) DO UPDATE SET
           emoji = excluded.emoji, is_deleted = excluded.is_deleted, seq = excluded.seq, created_at = excluded.created_at`,
        messageId,
        uid,
        channelId,
        channelType,
        emoji,
        isBack ? 1 : 0,
        this.#nextSeq(),
        Math.floor(this.#now() / 1000),
      );
      return true;
    });
  }

  /** Above a seq, ascending; from 0 the newest first. */
  changedSince(channelId: string, channelType: number, seq: number, limit: number): ReactionRow[] {
    return this.#db.all<ReactionRow>(
      `SELECT * FROM reaction WHERE channel_id = ? AND channel_type = ? AND seq > ?
       ORDER BY seq ${seq === 0 ? 'DESC' : 'ASC'} LIMIT ?`,
      channelId,
      channelType,
      seq,
      limit,
    );
  }

  /** Of a page of messages, those that were taken back included. */
  of(messageIds: readonly string[]): Map<string, ReactionRow[]> {
    const rows = this.#db.all<ReactionRow>(
      'SELECT * FROM reaction WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY seq',
      JSON.stringify(messageIds),
    );
    return Map.groupBy(rows, (row) => row.message_id);
  }

  /** Their message is gone. In the caller's transaction. */
  forget(messageId: string): void {
    this.#db.run('DELETE FROM reaction WHERE message_id = ?', messageId);
  }

  #countOf(messageId: string): number {
    const sql = 'SELECT count(*) AS n FROM reaction WHERE message_id = ?';
    return this.#db.get<{ n: number }>(sql, messageId)?.n ?? 0;
  }

  /** Of all channels: the highest of a channel goes when its message is recalled, and must not come again. */
  #nextSeq(): number {
    const row = this.#db.get<{ value: number }>(
      `INSERT INTO version_counter(kind, value) VALUES ('reaction', 1)
       ON CONFLICT(kind) DO UPDATE SET value = value + 1 RETURNING value`,
    );
    if (!row) throw new Error('version counter returned no row');
    return row.value;
  }
}

/** As it stands in a message and in `reaction/sync`. */
export function reactionDto(row: ReactionRow, nameOf: (uid: string) => string): Record<string, unknown> {
  const { seq, uid, emoji, is_deleted, created_at } = row;
  const at = new Date(created_at * 1000).toISOString().replace('T', ' ').slice(0, 19);
  return { seq, uid, name: nameOf(uid), emoji, is_deleted, created_at: at };
}
