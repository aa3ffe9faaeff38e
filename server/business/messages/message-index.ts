/**
 * Where messages are: ids and places learned from the `msg.notify` webhook, without content. A hint that saves lookups;
 * nothing is decided on it without asking the IM server.
 */
import type { Db } from '../store/database.ts';
import type { StoredMessage } from './message-extras.ts';

export class MessageIndex {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  add(message: StoredMessage, timestamp: number): void {
    this.#db.run(
      `INSERT OR IGNORE INTO message_index(message_id, channel_id, channel_type, message_seq, from_uid, client_msg_no, timestamp)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      message.messageId,
      message.channelId,
      message.channelType,
      message.messageSeq,
      message.fromUid,
      message.clientMsgNo,
      timestamp,
    );
  }

  find(messageId: string): { channel_id: string; channel_type: number } | null {
    return (
      this.#db.get<{ channel_id: string; channel_type: number }>(
        'SELECT channel_id, channel_type FROM message_index WHERE message_id = ?',
        messageId,
      ) ?? null
    );
  }

  /** Ids of the channel's messages with this client number. */
  idsWith(channelId: string, channelType: number, clientMsgNo: string): string[] {
    return this.#db
      .all<{ message_id: string }>(
        'SELECT message_id FROM message_index WHERE channel_id = ? AND channel_type = ? AND client_msg_no = ? LIMIT 100',
        channelId,
        channelType,
        clientMsgNo,
      )
      .map((row) => row.message_id);
  }

  /** Forgets what is older than `beforeSeconds` (Unix seconds). */
  prune(beforeSeconds: number): void {
    this.#db.run('DELETE FROM message_index WHERE timestamp < ?', beforeSeconds);
  }
}
