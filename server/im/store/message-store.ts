import { CMD_SUFFIX } from '../channel-ids.ts';
import { firstIdOf } from '../snowflake.ts';
import type { Channel } from './channel-store.ts';
import type { Db } from './database.ts';
import { withoutQuoteOf } from './quote-eraser.ts';

/** Bits of a stored message's `flags`, the same as on the wire. */
export const MessageFlag = { noPersist: 1, redDot: 2, syncOnce: 4 } as const;

export interface StoredMessage {
  messageId: bigint;
  /** Storage id of the channel. */
  channelId: string;
  channelType: number;
  /** 0 for messages that are not persisted. */
  seq: number;
  fromUid: string;
  clientMsgNo: string;
  /** Unix seconds. */
  timestamp: number;
  /** Seconds after timestamp; 0 never. */
  expire: number;
  setting: number;
  flags: number;
  topic: string;
  payload: Buffer;
}

/** Messages of one channel whose payloads are to go. */
export interface Erasure {
  channel: Channel;
  messageIds: readonly bigint[];
}

/** As the columns give it: most of them are the fields of the message under the same name. */
interface MessageRow extends Pick<
  StoredMessage,
  'seq' | 'timestamp' | 'expire' | 'setting' | 'flags' | 'topic' | 'payload'
> {
  id: string;
  from_uid: string;
  client_msg_no: string;
}

/** message_id as text: it does not fit a double. */
const COLUMNS = `CAST(message_id AS TEXT) AS id, seq, from_uid, client_msg_no, timestamp, expire, setting, flags, topic, payload`;
const ALIVE = `(expire = 0 OR timestamp + expire > unixepoch())`;
/** What an erased payload reads as: valid JSON without content. */
const ERASED = Buffer.from('{}');
/**
 * How far behind an erased message its quotes are looked for: payloads have no index, and one erasure must stay short.
 */
const QUOTE_REACH = 20_000;
/** Bytes of payloads looked through at once for texts, or a single larger payload. */
const NAMING_SLICE = 256 * 1024;
/** Stands in no text, so that none is found across two payloads: UTF-8 has no such byte. */
const BETWEEN = Buffer.from([0xff]);

/** The message log. Reads skip expired messages. */
export class MessageStore {
  readonly #db: Db;
  readonly #onErased: () => void;
  readonly #insert;
  readonly #byClientMsgNo;
  readonly #ascending;
  readonly #descending;
  readonly #byId;
  readonly #withClientMsgNo;
  readonly #blank;
  readonly #naming;
  readonly #replace;

  /** `onErased`: payloads were overwritten or deleted; what the log still holds of them has to go. */
  constructor(db: Db, onErased: () => void) {
    this.#db = db;
    this.#onErased = onErased;
    this.#insert = db.prepare(
      `INSERT INTO message(message_id, channel, seq, from_uid, client_msg_no, timestamp, expire, setting, flags, topic, payload)
       VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    // Without INDEXED BY the planner walks the whole channel by seq.
    this.#byClientMsgNo = db.prepare(
      `SELECT CAST(message_id AS TEXT) AS id, seq FROM message INDEXED BY message_client_msg_no
       WHERE channel = ? AND client_msg_no = ? AND from_uid = ? ORDER BY seq LIMIT 1`,
    );
    this.#ascending = db.prepare(
      `SELECT ${COLUMNS} FROM message WHERE channel = ? AND seq >= ? AND seq < ? AND ${ALIVE} ORDER BY seq LIMIT ?`,
    );
    this.#descending = db.prepare(
      `SELECT ${COLUMNS} FROM message WHERE channel = ? AND seq > ? AND seq <= ? AND ${ALIVE} ORDER BY seq DESC LIMIT ?`,
    );
    this.#byId = db.prepare(
      `SELECT ${COLUMNS} FROM message WHERE message_id = ? AND channel = ? AND ${ALIVE}`,
    );
    this.#withClientMsgNo = db.prepare(
      `SELECT ${COLUMNS} FROM message INDEXED BY message_client_msg_no
       WHERE channel = ? AND client_msg_no = ? AND ${ALIVE} ORDER BY seq LIMIT ?`,
    );
    this.#blank = db.prepare(
      `UPDATE message SET payload = ?, topic = '' WHERE message_id = ? AND channel = ?`,
    );
    this.#naming = db.prepare(
      `SELECT CAST(q.message_id AS TEXT) AS id, q.payload FROM message m
       JOIN message q ON q.channel = m.channel AND q.seq > m.seq AND q.seq <= m.seq + ?
       WHERE m.message_id = ? AND instr(q.payload, ?) > 0`,
    );
    this.#replace = db.prepare('UPDATE message SET payload = ? WHERE message_id = ?');
  }

  insert(channel: Channel, m: StoredMessage): void {
    this.#insert.run(
      m.messageId,
      channel.row,
      m.seq,
      m.fromUid,
      m.clientMsgNo,
      m.timestamp,
      m.expire,
      m.setting,
      m.flags,
      m.topic,
      m.payload,
    );
  }

  /** Id and seq of what this sender stored first under this client_msg_no. */
  findSent(
    channel: Channel,
    fromUid: string,
    clientMsgNo: string,
  ): { messageId: bigint; seq: number } | null {
    const row = this.#byClientMsgNo.get(channel.row, clientMsgNo, fromUid) as
      | { id: string; seq: number }
      | undefined;
    return row ? { messageId: BigInt(row.id), seq: row.seq } : null;
  }

  /** Up to `limit` messages with from <= seq < to, ascending. */
  range(channel: Channel, from: number, to: number, limit: number): StoredMessage[] {
    return (this.#ascending.all(channel.row, from, to, limit) as MessageRow[]).map((row) =>
      fromRow(row, channel),
    );
  }

  /** The `limit` highest messages with after < seq <= upTo, descending. */
  lastBefore(channel: Channel, after: number, upTo: number, limit: number): StoredMessage[] {
    return (this.#descending.all(channel.row, after, upTo, limit) as MessageRow[]).map((row) =>
      fromRow(row, channel),
    );
  }

  byId(channel: Channel, messageId: bigint): StoredMessage | null {
    const row = this.#byId.get(messageId, channel.row) as MessageRow | undefined;
    return row ? fromRow(row, channel) : null;
  }

  byClientMsgNo(channel: Channel, clientMsgNo: string): StoredMessage | null {
    return this.withClientMsgNo(channel, clientMsgNo, 1)[0] ?? null;
  }

  /** The first `limit` messages of a channel with this client number, whoever sent them, ascending. */
  withClientMsgNo(channel: Channel, clientMsgNo: string, limit: number): StoredMessage[] {
    const rows = this.#withClientMsgNo.all(channel.row, clientMsgNo, limit) as MessageRow[];
    return rows.map((row) => fromRow(row, channel));
  }

  /** Messages of all channels with a greater id, ascending: the webhook's queue. */
  afterId(messageId: bigint, limit: number): StoredMessage[] {
    const rows = this.#db
      .prepare(
        `SELECT ${COLUMNS}, channel_id, channel_type FROM message JOIN channel ON channel.row = message.channel
         WHERE message_id > ? ORDER BY message_id LIMIT ?`,
      )
      .all(messageId, limit) as (MessageRow & { channel_id: string; channel_type: number })[];
    return rows.map((row) => fromRow(row, { channelId: row.channel_id, channelType: row.channel_type }));
  }

  greatestId(): bigint {
    const row = this.#db.prepare('SELECT CAST(max(message_id) AS TEXT) AS id FROM message').get() as {
      id: string | null;
    };
    return BigInt(row.id ?? '0');
  }

  /**
   * Overwrites the payloads of messages, all in one transaction; returns how many for each list. What the next 20,000
   * messages of the channel repeat of them as a quote is blanked as well.
   */
  erase(lists: readonly (readonly Erasure[])[]): number[] {
    const counts = this.#db.transaction(() =>
      lists.map((list) =>
        list.reduce((count, { channel, messageIds }) => count + this.#eraseIn(channel, messageIds), 0),
      ),
    )();
    if (counts.some((count) => count > 0)) this.#onErased();
    return counts;
  }

  #eraseIn(channel: Channel, messageIds: readonly bigint[]): number {
    return messageIds.reduce((count, id) => {
      const { changes } = this.#blank.run(ERASED, id, channel.row);
      if (changes > 0) this.#eraseQuotes(id);
      return count + changes;
    }, 0);
  }

  #eraseQuotes(messageId: bigint): void {
    const named = Buffer.from(messageId.toString());
    const rows = this.#naming.all(QUOTE_REACH, messageId, named) as { id: string; payload: Buffer }[];
    for (const row of rows) {
      const payload = withoutQuoteOf(row.payload, messageId);
      if (payload) this.#replace.run(payload, BigInt(row.id));
    }
  }

  /**
   * Deletes the oldest CMDs of channels that hold more than `most`. Devices that were away for so long read everything
   * anew; a user who changes a setting again and again must not fill the disk with what nobody fetches.
   */
  purgeCommands(most: number): number {
    const { changes } = this.#db
      .prepare(
        `DELETE FROM message WHERE message_id IN (
           SELECT m.message_id FROM channel c JOIN message m ON m.channel = c.row AND m.seq <= c.last_seq - ?1
           WHERE c.last_seq > ?1 AND substr(c.channel_id, -length(?2)) = ?2)`,
      )
      .run({ 1: most, 2: CMD_SUFFIX });
    if (changes > 0) this.#onErased();
    return changes;
  }

  /**
   * Which of `texts` stand in the payloads of messages stored since (s), in whichever channel. In slices: other work
   * goes on in between.
   */
  async naming(since: number, texts: readonly string[]): Promise<string[]> {
    const wanted = new Map(texts.map((text) => [text, Buffer.from(text)] as const));
    const found: string[] = [];
    let after = firstIdOf(since * 1000) - 1n;
    const later = this.#db.prepare<[bigint], { id: string; payload: Buffer }>(
      'SELECT CAST(message_id AS TEXT) AS id, payload FROM message WHERE message_id > ? ORDER BY message_id',
    );
    for (;;) {
      const slice: Buffer[] = [];
      let size = 0;
      for (const { id, payload } of later.iterate(after)) {
        slice.push(payload, BETWEEN);
        size += payload.length + BETWEEN.length;
        after = BigInt(id);
        if (size >= NAMING_SLICE) break;
      }
      // All at once: to look into each of many small payloads for each text costs some ten times as much.
      const payloads = Buffer.concat(slice);
      for (const [text, bytes] of wanted) {
        if (!payloads.includes(bytes)) continue;
        found.push(text);
        wanted.delete(text);
      }
      if (size < NAMING_SLICE || wanted.size === 0) return found;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  }

  /** Deletes messages past their expiry; returns how many. */
  purgeExpired(): number {
    const { changes } = this.#db
      .prepare('DELETE FROM message WHERE expire > 0 AND timestamp + expire <= unixepoch()')
      .run();
    if (changes > 0) this.#onErased();
    return changes;
  }
}

function fromRow(row: MessageRow, channel: { channelId: string; channelType: number }): StoredMessage {
  return {
    messageId: BigInt(row.id),
    channelId: channel.channelId,
    channelType: channel.channelType,
    seq: row.seq,
    fromUid: row.from_uid,
    clientMsgNo: row.client_msg_no,
    timestamp: row.timestamp,
    expire: row.expire,
    setting: row.setting,
    flags: row.flags,
    topic: row.topic,
    payload: row.payload,
  };
}
