import type { Db } from './database.ts';

export interface NobodyLimits {
  /** Stored messages of one user in channels with nobody else. */
  messages: number;
  /** What they take in the database (`bytesOf`). */
  bytes: number;
}

export interface ToNobody {
  fromUid: string;
  channelId: string;
  clientMsgNo: string;
  topic: string;
  payload: Uint8Array;
}

/** Around the values of a message: its row, its entries of the indexes, and the free part of their pages. */
const ROW_BYTES = 256;
/** The same of a channel that nobody wrote in before: its row, both conversations, and the count itself. */
const CHANNEL_BYTES = 1024;

/**
 * What a user stores where nobody reads it: in person channels of uids that never were here, of himself, and in groups
 * that he is alone in. Everything else costs somebody's attention; this would only cost disk.
 */
export class NobodyQuota {
  readonly #limits: NobodyLimits;
  readonly #used;
  readonly #has;
  readonly #add;
  readonly #forget;

  constructor(db: Db, limits: NobodyLimits) {
    this.#limits = limits;
    this.#used = db.prepare<[string], { messages: number; bytes: number }>(
      'SELECT coalesce(sum(messages), 0) AS messages, coalesce(sum(bytes), 0) AS bytes FROM to_nobody WHERE uid = ?',
    );
    this.#has = db.prepare<[string, string]>('SELECT 1 FROM to_nobody WHERE uid = ? AND channel_id = ?');
    this.#add = db.prepare(
      `INSERT INTO to_nobody(uid, channel_id, messages, bytes) VALUES(?, ?, 1, ?)
       ON CONFLICT DO UPDATE SET messages = messages + 1, bytes = bytes + excluded.bytes`,
    );
    this.#forget = db.prepare('DELETE FROM to_nobody WHERE channel_id = ?');
  }

  /** Counts one message, in the transaction that stores it; false when there is no room for it. */
  take(message: ToNobody): boolean {
    const { fromUid, channelId } = message;
    const used = this.#used.get(fromUid);
    const bytes = bytesOf(message, !this.#has.get(fromUid, channelId));
    if (!used || used.messages >= this.#limits.messages || used.bytes + bytes > this.#limits.bytes)
      return false;
    this.#add.run(fromUid, channelId, bytes);
    return true;
  }

  /** Somebody is there now: what was written to him counts no more. */
  cameIn(channelId: string): void {
    this.#forget.run(channelId);
  }
}

/**
 * What a message takes on the disk. Not the payload alone: a one-byte payload under a long number, with a long topic or
 * to a long id fills it just the same. Numbers and ids are in the row and again in an index.
 */
function bytesOf({ fromUid, channelId, clientMsgNo, topic, payload }: ToNobody, newChannel: boolean): number {
  const [from, to] = [Buffer.byteLength(fromUid), Buffer.byteLength(channelId)];
  const message =
    ROW_BYTES + payload.length + Buffer.byteLength(topic) + 2 * (from + Buffer.byteLength(clientMsgNo));
  // The channel's id names both, twice; a conversation of each; the count, twice.
  return newChannel ? message + CHANNEL_BYTES + 6 * (from + to) : message;
}
