/** Up to where somebody has cleared the own history of a chat (tsdd-api.md 4.2, message/offset). */
import type { Channel } from '../im-client/channel-address.ts';
import type { Db } from '../store/database.ts';

export class ClearedHistory {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** 0 = nothing is cleared. */
  upTo(uid: string, { channelId, channelType }: Channel): number {
    const row = this.#db.get<{ seq: number }>(
      'SELECT seq FROM cleared_history WHERE uid = ? AND channel_type = ? AND channel_id = ?',
      uid,
      channelType,
      channelId,
    );
    return row?.seq ?? 0;
  }

  /** Only moves forward. */
  clear(uid: string, { channelId, channelType }: Channel, seq: number): void {
    this.#db.run(
      `INSERT INTO cleared_history(uid, channel_id, channel_type, seq) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)`,
      uid,
      channelId,
      channelType,
      seq,
    );
  }
}
