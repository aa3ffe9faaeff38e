/**
 * What became of messages after they were sent: recalls, edits, receipts, deletions for everybody. Table
 * `message_extra`, one row per message id, with a bounded cache in front. This process is the table's only writer and
 * every write goes through `#write`, which updates the cache after the commit, also of a transaction around it: the two
 * cannot differ.
 */
import { LRUCache } from 'lru-cache';
import { type Db, nextExtraVersion } from '../store/database.ts';
import { recalledNumber } from '../store/recalled-number.ts';
import { stretchesOf } from './page-stretches.ts';
import { recalledAmong } from './recalled-copies.ts';

export interface ExtraRow {
  message_id: string;
  /** Stored form: fake id for person channels. */
  channel_id: string;
  channel_type: number;
  message_seq: number;
  from_uid: string;
  client_msg_no: string;
  revoke: number;
  revoker: string;
  /** ms */
  revoked_at: number;
  payload_type: number;
  readed_count: number;
  is_mutual_deleted: number;
  /** JSON text of the new payload. */
  content_edit: string | null;
  /** Unix seconds */
  edited_at: number;
  version: number;
}

/** A message's identity and place, as the IM server stored it. */
export interface StoredMessage {
  messageId: string;
  /** Stored form of the channel id. */
  channelId: string;
  channelType: number;
  messageSeq: number;
  fromUid: string;
  clientMsgNo: string;
  payloadType: number;
}

/** The recall state of one page, looked up by id or, for stored copies of a resend, by sender and client number. */
export interface PageExtras {
  byId(messageId: string): ExtraRow | null;
  /** The recalled message of which this row is another stored copy. */
  recalledCopy(row: {
    channelId: string;
    channelType: number;
    fromUid: string;
    clientMsgNo: string;
  }): ExtraRow | null;
}

/** What concerns one reader of a message only. */
export interface Personal {
  /** Unix seconds, 0 = not read. */
  readedAt: number;
  /** For this reader. */
  deleted: boolean;
  /** A voice message that this reader has played. */
  heard: boolean;
}

interface Cached {
  row: ExtraRow | null;
}

const COPY_SEPARATOR = '\n';

export function copyKey(row: {
  channelId: string;
  channelType: number;
  fromUid: string;
  clientMsgNo: string;
}): string {
  return `c${COPY_SEPARATOR}${row.channelType}${COPY_SEPARATOR}${row.channelId}${COPY_SEPARATOR}${row.fromUid}${COPY_SEPARATOR}${row.clientMsgNo}`;
}

export class MessageExtras {
  readonly #db: Db;
  readonly #now: () => number;
  readonly #cache: LRUCache<string, Cached>;
  /** Batch queries made for pages so far; a page whose rows are all cached makes none. */
  batchQueries = 0;

  constructor(db: Db, now: () => number, cacheSize = 20_000) {
    this.#db = db;
    this.#now = now;
    this.#cache = new LRUCache({ max: cacheSize });
  }

  find(messageId: string): ExtraRow | null {
    const cached = this.#cache.get(messageId);
    if (cached) return cached.row;
    const row = this.#db.get<ExtraRow>('SELECT * FROM message_extra WHERE message_id = ?', messageId) ?? null;
    this.#cache.set(messageId, { row });
    return row;
  }

  /** Recalled messages of a channel with this client number, whoever sent them. */
  recalledWith(channelId: string, channelType: number, clientMsgNo: string): ExtraRow[] {
    return this.#db.all<ExtraRow>(
      'SELECT * FROM message_extra WHERE revoke = 1 AND client_msg_no = ? AND channel_id = ? AND channel_type = ?',
      clientMsgNo,
      channelId,
      channelType,
    );
  }

  /** State of all rows of a page and of what they quote: what is not cached is read in one batch. */
  forPage(rows: readonly StoredMessage[], quoted: readonly string[]): PageExtras {
    const found = new Map<string, ExtraRow | null>();
    let anyCopy = false;
    /** What is known of `key`; undefined when it has to be read. */
    const known = (key: string): ExtraRow | null | undefined => {
      const row = found.get(key);
      if (row !== undefined) return row;
      const cached = this.#cache.get(key);
      found.set(key, cached?.row ?? null);
      return cached?.row;
    };
    const take = (read: readonly ExtraRow[]): void => {
      for (const row of read) {
        found.set(row.message_id, row);
        if (row.revoke !== 1) continue;
        found.set(keyOfCopies(row), row);
        anyCopy = true;
      }
    };
    const ids = quoted.filter((id) => known(id) === undefined);
    const places = rows.filter((row) => known(row.messageId) === undefined);
    if (places.length > 0) take(this.#at(places, ids));
    if (ids.length > 0) take(this.#withIds(ids));
    const copiesOf: StoredMessage[] = [];
    // Recalled itself: no need to know of what else it is a copy.
    for (const row of rows) {
      if (row.clientMsgNo === '' || found.get(row.messageId)?.revoke === 1) continue;
      const original = known(copyKey(row));
      if (original) anyCopy = true;
      if (original === undefined) copiesOf.push(row);
    }
    if (copiesOf.length > 0) take(recalledAmong<ExtraRow>(this.#db, copiesOf));
    if (ids.length > 0 || places.length > 0 || copiesOf.length > 0) {
      this.batchQueries++;
      for (const [key, row] of found) this.#cache.set(key, { row });
    }
    return {
      byId: (messageId) => found.get(messageId) ?? null,
      recalledCopy: (row) => (anyCopy && row.clientMsgNo !== '' ? (found.get(copyKey(row)) ?? null) : null),
    };
  }

  /** Rows of a page by place; the ids of those that are no stretch are added to `ids`. */
  #at(rows: readonly StoredMessage[], ids: string[]): ExtraRow[] {
    const { stretches, loose } = stretchesOf(rows);
    ids.push(...loose);
    return stretches.flatMap(({ channelId, channelType, from, to, messageIds }) =>
      this.#db
        .all<ExtraRow>(
          'SELECT * FROM message_extra WHERE channel_id = ? AND channel_type = ? AND message_seq BETWEEN ? AND ?',
          channelId,
          channelType,
          from,
          to,
        )
        .filter((row) => messageIds.has(row.message_id)),
    );
  }

  #withIds(ids: readonly string[]): ExtraRow[] {
    if (ids.length === 0) return [];
    return this.#db.all<ExtraRow>(
      'SELECT * FROM message_extra WHERE message_id IN (SELECT value FROM json_each(?))',
      JSON.stringify(ids),
    );
  }

  /** Changes of a channel above a version, oldest first. */
  changedSince(channelId: string, channelType: number, version: number, limit: number): ExtraRow[] {
    return this.#db.all<ExtraRow>(
      'SELECT * FROM message_extra WHERE channel_id = ? AND channel_type = ? AND version > ? ORDER BY version LIMIT ?',
      channelId,
      channelType,
      version,
      limit,
    );
  }

  /**
   * Marks messages as recalled; the ones already recalled stay as they are. `alongside` runs in the same transaction
   * for each newly recalled row. Erases the edited text; `hadEdit` tells that there was one. Answers the new rows.
   */
  recall(
    messages: readonly StoredMessage[],
    revoker: string,
    alongside: (row: ExtraRow, hadEdit: boolean) => void,
  ): ExtraRow[] {
    return this.#write(() =>
      messages.flatMap((message) => {
        const before = this.#read(message.messageId);
        if (before?.revoke === 1) return [];
        const row = this.#upsert(message, {
          revoke: 1,
          revoker,
          revoked_at: this.#now(),
          payload_type: message.payloadType,
          content_edit: null,
          edited_at: 0,
        });
        alongside(row, typeof before?.content_edit === 'string');
        return [row];
      }),
    );
  }

  /** Replaces the content shown for a message. Answers null when it has been recalled meanwhile. */
  edit(message: StoredMessage, contentEdit: string): ExtraRow | null {
    const [row] = this.#write(() => {
      const current = this.#read(message.messageId);
      if (current?.revoke === 1 || current?.is_mutual_deleted === 1) return [];
      if (current?.content_edit === contentEdit) return [current];
      return [
        this.#upsert(message, { content_edit: contentEdit, edited_at: Math.floor(this.#now() / 1000) }),
      ];
    });
    return row ?? null;
  }

  deleteForAll(messages: readonly StoredMessage[]): void {
    this.#write(() =>
      messages.map((message) =>
        this.#upsert(message, { is_mutual_deleted: 1, content_edit: null, edited_at: 0 }),
      ),
    );
  }

  /** Records that `uid` has read these messages; answers the ones that were news. */
  markRead(messages: readonly StoredMessage[], uid: string): StoredMessage[] {
    const readNow: StoredMessage[] = [];
    this.#write(() =>
      messages.flatMap((message) => {
        const added = this.#db.run(
          'INSERT OR IGNORE INTO message_read(message_id, uid, readed_at) VALUES (?, ?, ?)',
          message.messageId,
          uid,
          Math.floor(this.#now() / 1000),
        );
        if (added === 0) return [];
        readNow.push(message);
        return [
          this.#upsert(message, { readed_count: (this.#read(message.messageId)?.readed_count ?? 0) + 1 }),
        ];
      }),
    );
    return readNow;
  }

  deleteForUser(messageIds: readonly string[], uid: string): void {
    this.#db.transaction(() => {
      for (const id of messageIds)
        this.#db.run('INSERT OR IGNORE INTO message_deleted_for(message_id, uid) VALUES (?, ?)', id, uid);
    });
  }

  /** `uid` has heard these voice messages. */
  markHeard(messageIds: readonly string[], uid: string): void {
    this.#db.transaction(() => {
      for (const id of messageIds)
        this.#db.run('INSERT OR IGNORE INTO voice_read(message_id, uid) VALUES (?, ?)', id, uid);
    });
  }

  /** What concerns one reader only, for a page. */
  personal(messageIds: readonly string[], uid: string): Map<string, Personal> {
    const json = JSON.stringify(messageIds);
    const rows = this.#db.all<{ message_id: string; readed_at: number; deleted: number; heard: number }>(
      `SELECT message_id, readed_at, 0 AS deleted, 0 AS heard FROM message_read WHERE uid = ?1 AND message_id IN (SELECT value FROM json_each(?2))
       UNION ALL
       SELECT message_id, 0, 1, 0 FROM message_deleted_for WHERE uid = ?1 AND message_id IN (SELECT value FROM json_each(?2))
       UNION ALL
       SELECT message_id, 0, 0, 1 FROM voice_read WHERE uid = ?1 AND message_id IN (SELECT value FROM json_each(?2))`,
      uid,
      json,
    );
    const personal = new Map<string, Personal>();
    for (const row of rows) {
      const entry = personal.get(row.message_id) ?? { readedAt: 0, deleted: false, heard: false };
      personal.set(row.message_id, {
        readedAt: entry.readedAt || row.readed_at,
        deleted: entry.deleted || row.deleted === 1,
        heard: entry.heard || row.heard === 1,
      });
    }
    return personal;
  }

  readers(messageId: string, limit: number, offset: number): string[] {
    return this.#db
      .all<{ uid: string }>(
        'SELECT uid FROM message_read WHERE message_id = ? ORDER BY readed_at, uid LIMIT ? OFFSET ?',
        messageId,
        limit,
        offset,
      )
      .map((row) => row.uid);
  }

  #read(messageId: string): ExtraRow | undefined {
    return this.#db.get<ExtraRow>('SELECT * FROM message_extra WHERE message_id = ?', messageId);
  }

  #upsert(message: StoredMessage, changes: Partial<ExtraRow>): ExtraRow {
    const current = this.#read(message.messageId);
    const row: ExtraRow = {
      message_id: message.messageId,
      channel_id: message.channelId,
      channel_type: message.channelType,
      message_seq: message.messageSeq,
      from_uid: message.fromUid,
      client_msg_no: message.clientMsgNo,
      revoke: 0,
      revoker: '',
      revoked_at: 0,
      payload_type: 0,
      readed_count: 0,
      is_mutual_deleted: 0,
      content_edit: null,
      edited_at: 0,
      ...current,
      ...changes,
      version: nextExtraVersion(this.#db, this.#now()),
    };
    this.#db.run(
      `INSERT OR REPLACE INTO message_extra(message_id, channel_id, channel_type, message_seq, from_uid, client_msg_no, revoke, revoker,
         revoked_at, payload_type, readed_count, is_mutual_deleted, content_edit, edited_at, version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      row.message_id,
      row.channel_id,
      row.channel_type,
      row.message_seq,
      row.from_uid,
      row.client_msg_no,
      row.revoke,
      row.revoker,
      row.revoked_at,
      row.payload_type,
      row.readed_count,
      row.is_mutual_deleted,
      row.content_edit,
      row.edited_at,
      row.version,
    );
    if (row.revoke === 1 && row.client_msg_no !== '')
      this.#db.run(
        'INSERT OR IGNORE INTO recalled_number(number) VALUES (?)',
        recalledNumber(row.channel_type, row.channel_id, row.client_msg_no),
      );
    return row;
  }

  #write(change: () => ExtraRow[]): ExtraRow[] {
    return this.#db.transaction(() => {
      const rows = change();
      this.#db.onCommit(() => {
        for (const row of rows) {
          this.#cache.set(row.message_id, { row });
          if (row.revoke === 1 && row.client_msg_no !== '') this.#cache.set(keyOfCopies(row), { row });
        }
      });
      return rows;
    });
  }
}

function keyOfCopies(row: ExtraRow): string {
  return copyKey({
    channelId: row.channel_id,
    channelType: row.channel_type,
    fromUid: row.from_uid,
    clientMsgNo: row.client_msg_no,
  });
}
