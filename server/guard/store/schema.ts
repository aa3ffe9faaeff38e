/** What the guard relies on in TSDD's database, and the tables it keeps of its own there. */
import type { Pool, RowDataPacket } from 'mysql2/promise';
import { reasonOf } from '../../../shared/errors.ts';
import { UsageError } from '../command-line.ts';

/** Columns of TSDD's that are read (wukongim.md E.2). */
const READ: Readonly<Record<string, readonly string[]>> = {
  message_extra: [
    'message_id',
    'channel_id',
    'channel_type',
    'from_uid',
    'revoke',
    'revoker',
    'is_deleted',
    'version',
  ],
  group_member: ['group_no', 'uid', 'role', 'is_deleted'],
  app_config: ['revoke_second', 'created_at'],
};

/** The newest migration of `message_extra` this was written against: an older TSDD has other answers. */
const MIGRATION = 'message-20240510-01.sql';

export const RECORDS = 'wukong_guard_recall';
export const PLACES = 'wukong_guard_place';
export const AUDIT = 'wukong_guard_audit';
export const COMMANDS = 'wukong_guard_command';

/**
 * Ids are text as in TSDD's: MySQL compares a number with text as floating point, which rounds them.
 * Nothing is ever deleted from RECORDS: it alone knows the client numbers of recalled messages, and so the copies that
 * WuKongIM stores of them later (docs/guard.md, "Why no recall is forgotten").
 */
const OWN_TABLES = [
  `CREATE TABLE IF NOT EXISTS ${RECORDS} (
     message_id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
     channel_id VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
     channel_type SMALLINT NOT NULL,
     message_seq BIGINT NOT NULL,
     from_uid VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
     client_msg_no VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
     revoker VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
     version BIGINT NOT NULL,
     guard_only TINYINT NOT NULL,
     KEY sending (client_msg_no, channel_id),
     KEY added (guard_only, channel_id, version)
   )`,
  // Where each author had something recalled: an index of RECORDS by author would be as large as the rest of it.
  `CREATE TABLE IF NOT EXISTS ${PLACES} (
     from_uid VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
     channel_type SMALLINT NOT NULL,
     channel_id VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
     PRIMARY KEY (from_uid, channel_type, channel_id)
   )`,
  `CREATE TABLE IF NOT EXISTS ${AUDIT} (
     id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
     at_ms BIGINT NOT NULL,
     message_id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
     channel_id VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
     channel_type SMALLINT NOT NULL,
     from_uid VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
     revoker VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
     message_type INT NOT NULL,
     address VARCHAR(45) CHARACTER SET ascii NOT NULL,
     KEY of_channel (channel_id, channel_type, id),
     KEY by_age (at_ms)
   )`,
  `CREATE TABLE IF NOT EXISTS ${COMMANDS} (
     message_id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
     attempt TINYINT NOT NULL,
     due_ms BIGINT NOT NULL,
     at_ms BIGINT NOT NULL,
     channel_id VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
     channel_type SMALLINT NOT NULL,
     revoker VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
     client_msg_no VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
     PRIMARY KEY (message_id, attempt),
     KEY due (due_ms)
   )`,
];

/** A database of an earlier guard has records and no places. */
async function fillPlaces(pool: Pool): Promise<void> {
  const [any] = await pool.query<RowDataPacket[]>(`SELECT 1 FROM ${PLACES} LIMIT 1`);
  if (any.length > 0) return;
  await pool.query(
    `INSERT IGNORE INTO ${PLACES} (from_uid, channel_type, channel_id)
     SELECT DISTINCT from_uid, channel_type, channel_id FROM ${RECORDS}`,
  );
}

/**
 * Makes sure that the database is a TSDD's this guard knows, and makes its own tables.
 * @throws UsageError a sentence that says what is missing
 */
export async function prepareDatabase(pool: Pool): Promise<void> {
  let columns: RowDataPacket[];
  try {
    [columns] = await pool.query<RowDataPacket[]>(
      `SELECT TABLE_NAME AS t, COLUMN_NAME AS c FROM information_schema.COLUMNS
       WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (?)`,
      [[...Object.keys(READ), 'gorp_migrations']],
    );
  } catch (error) {
    throw new UsageError(`--mysql: the database cannot be read (${reasonOf(error)})`);
  }
  const have = new Set(columns.map((row) => `${String(row['t'])}.${String(row['c'])}`));
  for (const [table, names] of Object.entries(READ)) {
    if (!columns.some((row) => row['t'] === table))
      throw new UsageError(
        `--mysql: the database has no table ${table}: it is not TSDD's, or the account may not read it`,
      );
    const missing = names.find((name) => !have.has(`${table}.${name}`));
    if (missing !== undefined)
      throw new UsageError(
        `--mysql: table ${table} has no column ${missing}: this version of TSDD is not known`,
      );
  }
  if (have.has('gorp_migrations.id')) {
    const [done] = await pool.query<RowDataPacket[]>('SELECT id FROM gorp_migrations WHERE id = ?', [
      MIGRATION,
    ]);
    if (done.length === 0)
      throw new UsageError(
        `--mysql: migration ${MIGRATION} was not applied: this version of TSDD is too old`,
      );
  }
  try {
    for (const sql of OWN_TABLES) await pool.query(sql);
    await fillPlaces(pool);
  } catch (error) {
    throw new UsageError(
      `--mysql: the guard's own tables ${RECORDS}, ${PLACES}, ${AUDIT} and ${COMMANDS} cannot be made (${reasonOf(error)}); docs/guard.md has the rights it needs`,
    );
  }
}
