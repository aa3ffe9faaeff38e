import { isCmdChannelId } from '../channel-ids.ts';
import type { Channel, ChannelStore } from './channel-store.ts';
import type { Db } from './database.ts';

export interface Conversation {
  channel: Channel;
  /** Greatest seq the user has read; for CMD channels: has taken. */
  readedTo: number;
  /** The user deleted the conversation up to this seq. */
  deletedTo: number;
  /** Unix seconds of the last change or message. */
  updatedAt: number;
}

interface ConversationRow {
  channel_id: string;
  channel_type: number;
  readed_to: number;
  deleted_to: number;
  updated_at: number;
}

/** Read positions per user and channel. */
export class ConversationStore {
  readonly #db: Db;
  readonly #channels: ChannelStore;
  readonly #insert;
  readonly #advance;
  readonly #all;

  constructor(db: Db, channels: ChannelStore) {
    this.#db = db;
    this.#channels = channels;
    this.#insert = db.prepare(
      'INSERT OR IGNORE INTO conversation(uid, channel, readed_to, updated_at) VALUES(?, ?, ?, unixepoch())',
    );
    this.#advance = db.prepare(
      `UPDATE conversation SET readed_to = @seq, updated_at = unixepoch() WHERE uid = @uid AND channel = @channel AND readed_to < @seq`,
    );
    this.#all = db.prepare(
      `SELECT channel_id, channel_type, readed_to, deleted_to, updated_at
       FROM conversation JOIN channel ON channel.row = conversation.channel WHERE uid = ?`,
    );
  }

  /** Makes sure the user has a conversation row; a new one starts as read up to `readedTo`. */
  ensure(uid: string, channel: Channel, readedTo: number): void {
    if (channel.conversationUids.has(uid)) return;
    this.#insert.run(uid, channel.row, readedTo);
    channel.conversationUids.add(uid);
  }

  /** Moves the read position forward, never back. */
  advance(uid: string, channel: Channel, readedTo: number): void {
    this.#advance.run({ uid, channel: channel.row, seq: readedTo });
  }

  deleteUpTo(uid: string, channel: Channel, seq: number): void {
    this.#db
      .prepare(
        `UPDATE conversation SET deleted_to = @seq, readed_to = max(readed_to, @seq), updated_at = unixepoch()
         WHERE uid = @uid AND channel = @channel`,
      )
      .run({ uid, channel: channel.row, seq });
  }

  /** The user's conversations, without (`cmd` false) or only (`cmd` true) the CMD channels. */
  list(uid: string, cmd: boolean): Conversation[] {
    const found: Conversation[] = [];
    for (const row of this.#all.all(uid) as ConversationRow[]) {
      if (isCmdChannelId(row.channel_id) !== cmd) continue;
      const channel = this.#channels.find(row.channel_id, row.channel_type);
      if (!channel) continue;
      found.push({
        channel,
        readedTo: row.readed_to,
        deletedTo: row.deleted_to,
        updatedAt: Math.max(row.updated_at, channel.lastTime),
      });
    }
    return found;
  }

  /** Messages the user has not read, by seq arithmetic. */
  static unread(c: Conversation): number {
    return Math.max(0, c.channel.lastSeq - Math.max(c.readedTo, c.deletedTo));
  }
}
