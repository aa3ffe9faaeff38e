import { join } from 'node:path';
import Database from 'better-sqlite3';
import { privateDatabase, privateFolder } from '../../private-file.ts';
import { digestOf } from '../../secret-text.ts';

export type Db = Database.Database;

/** Of a new database, and what one of an older layout gets. */
const WHO_IS_HERE = `
CREATE TABLE IF NOT EXISTS known_uid(uid TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS to_nobody(
  uid TEXT NOT NULL, channel_id TEXT NOT NULL, messages INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY(uid, channel_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS to_nobody_channel ON to_nobody(channel_id);
`;

/**
 * Layout 4. `message_id` is the rowid and grows, so appends stay at the end of the table; `channel` is channel.row.
 * channel_member.list: see MemberList. conversation rows exist per user and channel (CMD channels too: their
 * readed_to is the user's offline CMD position); unread is arithmetic over seqs and never stored. device_token.token is
 * the SHA-256 of the token (layout 1 also had plain text in it); before layout 3 there was one per device flag.
 * known_uid: who ever had a token or was named by the business server; to_nobody: see NobodyQuota.
 */
const SCHEMA = `
CREATE TABLE channel(
  row INTEGER PRIMARY KEY, channel_id TEXT NOT NULL, channel_type INTEGER NOT NULL, created INTEGER NOT NULL DEFAULT 0,
  large INTEGER NOT NULL DEFAULT 0, ban INTEGER NOT NULL DEFAULT 0, disband INTEGER NOT NULL DEFAULT 0,
  send_ban INTEGER NOT NULL DEFAULT 0, allow_stranger INTEGER NOT NULL DEFAULT 0,
  last_seq INTEGER NOT NULL DEFAULT 0, last_time INTEGER NOT NULL DEFAULT 0,
  last_message_id INTEGER NOT NULL DEFAULT 0,
  UNIQUE(channel_id, channel_type)
);
CREATE TABLE channel_member(
  channel INTEGER NOT NULL, list INTEGER NOT NULL, uid TEXT NOT NULL, PRIMARY KEY(channel, list, uid)
) WITHOUT ROWID;
CREATE TABLE message(
  message_id INTEGER PRIMARY KEY, channel INTEGER NOT NULL, seq INTEGER NOT NULL, from_uid TEXT NOT NULL,
  client_msg_no TEXT NOT NULL, timestamp INTEGER NOT NULL, expire INTEGER NOT NULL, setting INTEGER NOT NULL,
  flags INTEGER NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL
);
CREATE UNIQUE INDEX message_channel_seq ON message(channel, seq);
CREATE INDEX message_client_msg_no ON message(channel, client_msg_no, from_uid);
CREATE INDEX message_expiry ON message(timestamp + expire) WHERE expire > 0;
CREATE TABLE conversation(
  uid TEXT NOT NULL, channel INTEGER NOT NULL, readed_to INTEGER NOT NULL, deleted_to INTEGER NOT NULL DEFAULT 0,
  updated_at INTEGER NOT NULL, PRIMARY KEY(uid, channel)
) WITHOUT ROWID;
CREATE INDEX conversation_channel ON conversation(channel);
CREATE TABLE device_token(
  uid TEXT NOT NULL, device_flag INTEGER NOT NULL, token BLOB NOT NULL, device_level INTEGER NOT NULL,
  PRIMARY KEY(uid, device_flag, token)
) WITHOUT ROWID;
CREATE TABLE system_uid(uid TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
${WHO_IS_HERE}`;
const LAYOUT = 4;

const TOKENS_PER_DEVICE = `
CREATE TABLE device_token_3(
  uid TEXT NOT NULL, device_flag INTEGER NOT NULL, token BLOB NOT NULL, device_level INTEGER NOT NULL,
  PRIMARY KEY(uid, device_flag, token)
) WITHOUT ROWID;
INSERT INTO device_token_3 SELECT uid, device_flag, token, device_level FROM device_token;
DROP TABLE device_token;
ALTER TABLE device_token_3 RENAME TO device_token;
`;
/** Who has sent something counts as known too: signed out meanwhile, his tokens are gone. */
const KNOWN_UIDS = `${WHO_IS_HERE}
INSERT OR IGNORE INTO known_uid SELECT uid FROM device_token;
INSERT OR IGNORE INTO known_uid SELECT uid FROM channel_member;
INSERT OR IGNORE INTO known_uid SELECT DISTINCT from_uid FROM message;
`;

/**
 * Opens (creates) `<dataDir>/im.db`. synchronous=FULL: a committed transaction survives a power cut;
 * secure_delete: erased payloads are overwritten.
 * @throws Error when the file is not a database or was written by a newer version
 */
export function openDatabase(dataDir: string): Db {
  privateFolder(dataDir);
  const path = join(dataDir, 'im.db');
  privateDatabase(path);
  const db = new Database(path);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('secure_delete = ON');
    db.pragma('cache_size = -4000');
    const layout = db.pragma('user_version', { simple: true });
    if (layout === 0) {
      db.transaction(() => {
        db.exec(SCHEMA);
        db.pragma(`user_version = ${LAYOUT}`);
      })();
    } else if (typeof layout === 'number' && layout < LAYOUT) {
      db.transaction(() => {
        if (layout === 1) hashPlainTokens(db);
        if (layout < 3) db.exec(TOKENS_PER_DEVICE);
        db.exec(KNOWN_UIDS);
        db.pragma(`user_version = ${LAYOUT}`);
      })();
    } else if (layout !== LAYOUT) {
      throw new Error(`${path} has layout ${String(layout)}, this server knows ${LAYOUT}`);
    }
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/** Layout 1 to 2. Without it every CONNECT with such a token would be refused until the next sign-in. */
function hashPlainTokens(db: Db): void {
  const rows = db
    .prepare<[], { uid: string; device_flag: number; token: string }>(
      "SELECT uid, device_flag, token FROM device_token WHERE typeof(token) = 'text'",
    )
    .all();
  const update = db.prepare('UPDATE device_token SET token = ? WHERE uid = ? AND device_flag = ?');
  for (const row of rows) update.run(digestOf(row.token), row.uid, row.device_flag);
}
