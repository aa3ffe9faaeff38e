/** A guard's store in TSDD's MySQL or MariaDB: its tables read only, in prepared batches; four tables of its own. */
import { setTimeout as delay } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { createPool, type Pool, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import type { Channel } from '../../business/im-client/channel-address.ts';
import type {
  AuditQuestion,
  AuditRow,
  GuardStore,
  MessageState,
  Numbered,
  PendingCommand,
  RecalledIn,
  RecallRecord,
} from './guard-store.ts';
import { AUDIT, COMMANDS, PLACES, prepareDatabase, RECORDS } from './schema.ts';
import { inTime } from './in-time.ts';
import { isLong, storedNumber } from './stored-number.ts';

const CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** Placeholders of one statement; lists are filled up to a power of two, so that few statements are prepared. */
const MOST_IN = 512;
/** Authors or channels of one statement, and how many channels of an author are asked for. */
const MOST_PLACES = 32;
const MOST_CHANNELS = 128;
const REMEMBERED_PLACES = 50_000;
/** Statements that wait for a connection while all of them hang; what is more fails at once. */
const MOST_QUEUED = 2_000;
/** How long a database that says nothing may keep a guard from ending, ms. */
const END_MS = 1_000;
const WINDOW_MS = 1_000;
const PURGED_AT_ONCE = 5_000;
const MOST_PLANNED = 16;
const ID = /^\d{1,19}$/;

/** The list filled up with its last item to a power of two. */
function filled<T>(items: readonly T[]): T[] {
  const last = items.at(-1);
  if (last === undefined) return [];
  const size = 2 ** Math.ceil(Math.log2(items.length));
  return [...items, ...Array.from({ length: size - items.length }, () => last)];
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}

const marks = (count: number): string => Array.from({ length: count }, () => '?').join(',');

/** Not `(message_id, attempt) IN ((?, ?))`: with one pair MariaDB reads, and locks, the whole table for it. */
export function deletionOf(commands: number): string {
  const each = Array.from({ length: commands }, () => '(message_id = ? AND attempt = ?)');
  return `DELETE FROM ${COMMANDS} WHERE ${each.join(' OR ')}`;
}

/** @throws UsageError when the database is not a TSDD's that this guard knows */
export async function openMysqlStore(url: string): Promise<MysqlStore> {
  const pool = createPool({
    uri: url,
    connectionLimit: CONNECTIONS,
    queueLimit: MOST_QUEUED,
    connectTimeout: CONNECT_TIMEOUT_MS,
    supportBigNumbers: true,
    bigNumberStrings: true,
    charset: 'utf8mb4',
    maxPreparedStatements: 64,
    enableKeepAlive: true,
  });
  try {
    await prepareDatabase(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return new MysqlStore(pool);
}

export class MysqlStore implements GuardStore {
  readonly #pool: Pool;
  /** What stands in the table of places already. */
  readonly #places = new LRUCache<string, true>({ max: REMEMBERED_PLACES });
  #window: { at: number; seconds: number } | null = null;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  #rows(sql: string, values: readonly (string | number)[]): Promise<RowDataPacket[]> {
    return inTime(this.#pool, sql, values);
  }

  /** Every write here may be made again: one that was late may have been done. */
  #write(sql: string, values: readonly (string | number)[]): Promise<ResultSetHeader> {
    return inTime(this.#pool, sql, values);
  }

  async states(
    messageIds: readonly string[],
    sendings: readonly Numbered[],
  ): ReturnType<GuardStore['states']> {
    const ids = messageIds.filter((id) => ID.test(id));
    const [states, own] = await Promise.all([
      this.tsddStates(ids),
      Promise.all([
        ...chunks(ids, MOST_IN).map((part) => {
          const list = filled(part);
          return this.#rows(`SELECT * FROM ${RECORDS} WHERE message_id IN (${marks(list.length)})`, list);
        }),
        ...chunks(sendings, MOST_IN).map((part) => {
          const list = filled(part).map((key) => storedNumber(key.clientMsgNo));
          return this.#rows(`SELECT * FROM ${RECORDS} WHERE client_msg_no IN (${marks(list.length)})`, list);
        }),
      ]),
    ]);
    return { states, records: asSent(own.flat().map(recordOf), sendings) };
  }

  async tsddStates(messageIds: readonly string[]): Promise<MessageState[]> {
    const ids = messageIds.filter((id) => ID.test(id));
    const found = await Promise.all(
      chunks(ids, MOST_IN).map((part) => {
        const list = filled(part);
        return this.#rows(
          `SELECT message_id, \`revoke\`, revoker, is_deleted FROM message_extra
           WHERE message_id IN (${marks(list.length)}) AND (\`revoke\` = 1 OR is_deleted = 1)`,
          list,
        );
      }),
    );
    return found.flat().map((row) => ({
      messageId: String(row['message_id']),
      revoked: Number(row['revoke']) === 1,
      revoker: String(row['revoker']),
      deleted: Number(row['is_deleted']) === 1,
    }));
  }

  async roles(groupNo: string, uids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const list = filled(uids);
    if (list.length === 0) return new Map();
    const rows = await this.#rows(
      `SELECT uid, role FROM group_member WHERE group_no = ? AND is_deleted = 0 AND uid IN (${marks(list.length)})`,
      [groupNo, ...list],
    );
    return new Map(rows.map((row) => [String(row['uid']), Number(row['role'])]));
  }

  async revokeSecond(): Promise<number> {
    const now = Date.now();
    if (this.#window !== null && now - this.#window.at < WINDOW_MS) return this.#window.seconds;
    const [row] = await this.#rows(
      'SELECT revoke_second FROM app_config ORDER BY created_at DESC LIMIT 1',
      [],
    );
    // 0, and no row before anybody saved one: unlimited (tsdd-api.md 1.4).
    const seconds = Number(row?.['revoke_second'] ?? 0) || -1;
    this.#window = { at: now, seconds };
    return seconds;
  }

  async record(records: readonly RecallRecord[]): Promise<string[]> {
    const added: string[] = [];
    for (const each of records) {
      const result = await this.#write(
        `INSERT IGNORE INTO ${RECORDS}
           (message_id, channel_id, channel_type, message_seq, from_uid, client_msg_no, revoker, version, guard_only)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          each.messageId,
          each.channelId,
          each.channelType,
          each.messageSeq,
          each.fromUid,
          storedNumber(each.clientMsgNo),
          each.revoker,
          each.version,
          each.guardOnly ? 1 : 0,
        ],
      );
      if (result.affectedRows === 1) added.push(each.messageId);
      await this.#keepPlace(each);
    }
    return added;
  }

  async #keepPlace({ fromUid, channelType, channelId }: RecallRecord): Promise<void> {
    const key = `${channelType}\n${channelId}\n${fromUid}`;
    if (this.#places.has(key)) return;
    await this.#write(`INSERT IGNORE INTO ${PLACES} (from_uid, channel_type, channel_id) VALUES (?, ?, ?)`, [
      fromUid,
      channelType,
      channelId,
    ]);
    this.#places.set(key, true);
  }

  async recalledIn(authors: readonly string[], channels: readonly Channel[]): Promise<RecalledIn> {
    const [byAuthor, byChannel] = await Promise.all([
      this.#eachOf(
        authors,
        `SELECT from_uid, channel_type, channel_id FROM ${PLACES} WHERE from_uid = ? LIMIT ${MOST_CHANNELS}`,
      ),
      this.#eachOf(
        [...new Set(channels.map(({ channelId }) => channelId))],
        `SELECT channel_id FROM ${RECORDS} WHERE guard_only IN (0, 1) AND channel_id = ? LIMIT 1`,
      ),
    ]);
    const have = new Set(byChannel.map((row) => String(row['channel_id'])));
    return {
      ofAuthors: byAuthor.map((row) => ({
        fromUid: String(row['from_uid']),
        channelId: String(row['channel_id']),
        channelType: Number(row['channel_type']),
      })),
      channels: channels.filter(({ channelId }) => have.has(channelId)),
    };
  }

  /** Rows of a question about one value, for many: each with its own limit, so that none reads much or takes all. */
  async #eachOf(values: readonly string[], sql: string): Promise<RowDataPacket[]> {
    const found = await Promise.all(
      chunks(values, MOST_PLACES).map((part) => {
        const list = filled(part);
        return this.#rows(list.map(() => `(${sql})`).join(' UNION '), list);
      }),
    );
    return found.flat();
  }

  async anyGuardOnly(): Promise<boolean> {
    return (await this.#rows(`SELECT 1 FROM ${RECORDS} WHERE guard_only = 1 LIMIT 1`, [])).length > 0;
  }

  async guardOnlySince(
    channelId: string,
    channelType: number,
    version: number,
    limit: number,
  ): Promise<RecallRecord[]> {
    const rows = await this.#rows(
      `SELECT * FROM ${RECORDS} WHERE guard_only = 1 AND channel_id = ? AND channel_type = ? AND version > ?
       ORDER BY version LIMIT ${Math.trunc(limit)}`,
      [channelId, channelType, version],
    );
    return rows.map(recordOf);
  }

  async audit(rows: readonly Omit<AuditRow, 'id'>[]): Promise<void> {
    for (const row of rows)
      await this.#write(
        `INSERT INTO ${AUDIT} (at_ms, message_id, channel_id, channel_type, from_uid, revoker, message_type, address)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          row.at,
          row.messageId,
          row.channelId,
          row.channelType,
          row.fromUid,
          row.revoker,
          row.messageType,
          row.address,
        ],
      );
  }

  async auditOf(channelId: string, channelType: number, asked: AuditQuestion): Promise<AuditRow[]> {
    const rows = await this.#rows(
      `SELECT * FROM ${AUDIT} WHERE channel_id = ? AND channel_type = ? AND id < ? AND at_ms >= ? AND (? = '' OR revoker = ?)
       ORDER BY id DESC LIMIT ${Math.trunc(asked.limit)}`,
      [
        channelId,
        channelType,
        asked.before === 0 ? Number.MAX_SAFE_INTEGER : asked.before,
        asked.since,
        asked.revoker,
        asked.revoker,
      ],
    );
    return rows.map((row) => ({
      id: Number(row['id']),
      at: Number(row['at_ms']),
      messageId: String(row['message_id']),
      channelId: String(row['channel_id']),
      channelType: Number(row['channel_type']),
      fromUid: String(row['from_uid']),
      revoker: String(row['revoker']),
      messageType: Number(row['message_type']),
      address: String(row['address']),
    }));
  }

  async purgeAudit(before: number): Promise<number> {
    let purged = 0;
    for (;;) {
      const result = await this.#write(`DELETE FROM ${AUDIT} WHERE at_ms < ? LIMIT ${PURGED_AT_ONCE}`, [
        before,
      ]);
      purged += result.affectedRows;
      if (result.affectedRows < PURGED_AT_ONCE) return purged;
    }
  }

  async planCommands(commands: readonly PendingCommand[]): Promise<void> {
    for (const part of chunks(commands, MOST_PLANNED)) {
      const rows = filled(part);
      // Filled up with the last: the same row again changes nothing.
      await this.#write(
        `REPLACE INTO ${COMMANDS}
           (message_id, attempt, due_ms, at_ms, channel_id, channel_type, revoker, client_msg_no)
         VALUES ${rows.map(() => `(${marks(8)})`).join(',')}`,
        rows.flatMap((each) => [
          each.messageId,
          each.attempt,
          each.due,
          each.at,
          each.channelId,
          each.channelType,
          each.revoker,
          // Clients find the message by its id.
          isLong(each.clientMsgNo) ? '' : each.clientMsgNo,
        ]),
      );
    }
  }

  async commandsDone(commands: Parameters<GuardStore['commandsDone']>[0]): Promise<void> {
    for (const part of chunks(commands, MOST_PLANNED)) {
      const rows = filled(part);
      await this.#write(
        deletionOf(rows.length),
        rows.flatMap((each) => [each.messageId, each.attempt]),
      );
    }
  }

  async takeCommands(dueBefore: number, leasedUntil: number, limit: number): Promise<PendingCommand[]> {
    const rows = await this.#rows(
      `SELECT * FROM ${COMMANDS} WHERE due_ms < ? ORDER BY due_ms LIMIT ${Math.trunc(limit)}`,
      [dueBefore],
    );
    const taken: PendingCommand[] = [];
    for (const row of rows) {
      // Of several guards that see it, one moves it.
      const moved = await this.#write(
        `UPDATE ${COMMANDS} SET due_ms = ? WHERE message_id = ? AND attempt = ? AND due_ms = ?`,
        [leasedUntil, row['message_id'], row['attempt'], row['due_ms']],
      );
      if (moved.affectedRows === 1) taken.push(commandOf(row));
    }
    return taken;
  }

  async close(): Promise<void> {
    // A connection that is lost already, or says nothing, is no reason to end otherwise.
    const ended = this.#pool.end().catch(() => undefined);
    await Promise.race([ended, delay(END_MS, undefined, { ref: false })]);
  }
}

function commandOf(row: RowDataPacket): PendingCommand {
  return {
    messageId: String(row['message_id']),
    attempt: Number(row['attempt']),
    due: Number(row['due_ms']),
    at: Number(row['at_ms']),
    channelId: String(row['channel_id']),
    channelType: Number(row['channel_type']),
    revoker: String(row['revoker']),
    clientMsgNo: String(row['client_msg_no']),
  };
}

/** With the numbers that were asked for, where records have hashes of them. */
function asSent(records: RecallRecord[], sendings: readonly Numbered[]): RecallRecord[] {
  const long = new Map(
    sendings.flatMap(({ clientMsgNo: no }) => (isLong(no) ? [[storedNumber(no), no] as const] : [])),
  );
  if (long.size === 0) return records;
  return records.map((each) => ({ ...each, clientMsgNo: long.get(each.clientMsgNo) ?? each.clientMsgNo }));
}

function recordOf(row: RowDataPacket): RecallRecord {
  return {
    messageId: String(row['message_id']),
    channelId: String(row['channel_id']),
    channelType: Number(row['channel_type']),
    messageSeq: Number(row['message_seq']),
    fromUid: String(row['from_uid']),
    clientMsgNo: String(row['client_msg_no']),
    revoker: String(row['revoker']),
    version: Number(row['version']),
    guardOnly: Number(row['guard_only']) === 1,
  };
}
