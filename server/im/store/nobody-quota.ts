import type { Db } from './database.ts';

export interface NobodyLimits {
  /** Stored messages of one user in channels with nobody else. */
  messages: number;
  /** Their payloads' bytes. */
  bytes: number;
}

/**
 * What a user stores where nobody reads it: in person channels of uids that never were here, of himself, and in groups
 * that he is alone in. Everything else costs somebody's attention; this would only cost disk.
 */
export class NobodyQuota {
  readonly #limits: NobodyLimits;
  readonly #used;
  readonly #add;
  readonly #forget;

  constructor(db: Db, limits: NobodyLimits) {
    this.#limits = limits;
    this.#used = db.prepare<[string], { messages: number; bytes: number }>(
      'SELECT coalesce(sum(messages), 0) AS messages, coalesce(sum(bytes), 0) AS bytes FROM to_nobody WHERE uid = ?',
    );
    this.#add = db.prepare(
      `INSERT INTO to_nobody(uid, channel_id, messages, bytes) VALUES(?, ?, 1, ?)
       ON CONFLICT DO UPDATE SET messages = messages + 1, bytes = bytes + excluded.bytes`,
    );
    this.#forget = db.prepare('DELETE FROM to_nobody WHERE channel_id = ?');
  }

  /** Counts one message, in the transaction that stores it; false when there is no room for it. */
  take(uid: string, channelId: string, bytes: number): boolean {
    const used = this.#used.get(uid);
    if (!used || used.messages >= this.#limits.messages || used.bytes + bytes > this.#limits.bytes)
      return false;
    this.#add.run(uid, channelId, bytes);
    return true;
  }

  /** Somebody is there now: what was written to him counts no more. */
  cameIn(channelId: string): void {
    this.#forget.run(channelId);
  }
}
