/**
 * Pinned messages (tsdd-api.md 5.2). A row stays when its message is no longer pinned, so that others learn of that by
 * its version; it holds no words.
 */
import type { Db } from '../store/database.ts';
import type { StoredMessage } from './message-extras.ts';

export interface PinRow {
  message_id: string;
  message_seq: number;
  /** Stored form: fake id for person channels. */
  channel_id: string;
  channel_type: number;
  is_deleted: number;
  /** ms, above every earlier one. */
  version: number;
  /** ms: when it was pinned first. */
  created_at: number;
}

export type Toggled = 'pinned' | 'unpinned' | 'full';

export class Pins {
  readonly #db: Db;
  readonly #now: () => number;

  constructor(db: Db, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /**
   * What is pinned is so no longer, and the other way round. `most`: how many a channel may have. `first`: called in
   * the transaction when it was never pinned before.
   */
  toggle(message: StoredMessage, most: number, first: () => void): Toggled {
    return this.#db.transaction(() => {
      const known = this.#find(message.messageId);
      const on = known?.is_deleted !== 0;
      if (on && this.#count(message.channelId, message.channelType) >= most) return 'full';
      this.#db.run(
        `INSERT INTO pinned_message(message_id, message_seq, channel_id, channel_type, is_deleted, version, created_at)
         VALUES (?, ?, ?, ?, 0, ?, ?)
         ON CONFLICT(message_id) DO UPDATE SET is_deleted = ?, version = excluded.version`,
        message.messageId,
        message.messageSeq,
        message.channelId,
        message.channelType,
        this.#nextVersion(),
        this.#now(),
        on ? 0 : 1,
      );
      if (!known) first();
      return on ? 'pinned' : 'unpinned';
    });
  }

  /** Nothing of the channel is pinned any more. */
  clear(channelId: string, channelType: number): void {
    this.#db.run(
      `UPDATE pinned_message SET is_deleted = 1, version = ? WHERE channel_id = ? AND channel_type = ? AND is_deleted = 0`,
      this.#nextVersion(),
      channelId,
      channelType,
    );
  }

  /** Changes above a version, oldest first; those that are no longer pinned included. */
  changedSince(channelId: string, channelType: number, version: number): PinRow[] {
    return this.#db.all<PinRow>(
      `SELECT * FROM pinned_message WHERE channel_id = ? AND channel_type = ? AND version > ? ORDER BY version`,
      channelId,
      channelType,
      version,
    );
  }

  /** Its message is gone. In the caller's transaction. */
  forget(messageId: string): void {
    if (this.#find(messageId)?.is_deleted !== 0) return;
    this.#db.run(
      'UPDATE pinned_message SET is_deleted = 1, version = ? WHERE message_id = ?',
      this.#nextVersion(),
      messageId,
    );
  }

  #find(messageId: string): PinRow | undefined {
    return this.#db.get<PinRow>('SELECT * FROM pinned_message WHERE message_id = ?', messageId) ?? undefined;
  }

  #count(channelId: string, channelType: number): number {
    const sql =
      'SELECT count(*) AS n FROM pinned_message WHERE channel_id = ? AND channel_type = ? AND is_deleted = 0';
    return this.#db.get<{ n: number }>(sql, channelId, channelType)?.n ?? 0;
  }

  /** The time, or one more than the last: a reader that has that one must hear of this one too. */
  #nextVersion(): number {
    const row = this.#db.get<{ value: number }>(
      `INSERT INTO version_counter(kind, value) VALUES ('pin', ?)
       ON CONFLICT(kind) DO UPDATE SET value = max(value + 1, excluded.value) RETURNING value`,
      this.#now(),
    );
    if (!row) throw new Error('version counter returned no row');
    return row.value;
  }
}
