/**
 * The account's databases as the leak check reads them: over a connection of its own that cannot write, with the
 * recalled messages in temporary tables. No statement stays open across a turn (that would block the checkpoint).
 */
import Database from 'better-sqlite3';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { cachePath, outboxPath } from '../store/files/database.ts';

/** Rows of `message` that are looked at in one go. */
const ROW_PAGE = 5_000;

/** Opens the files that the store has open as well. @throws when they cannot be read. */
export function openReadOnly(accountDir: string): Database.Database {
  const db = new Database(cachePath(accountDir), { fileMustExist: true, readonly: true });
  try {
    db.prepare('ATTACH ? AS outbox').run(outboxPath(accountDir));
    db.pragma('busy_timeout = 5000');
    db.pragma('temp_store = MEMORY');
    db.exec(`
      CREATE TEMP TABLE recalled_row (row INTEGER PRIMARY KEY, message_id TEXT NOT NULL);
      CREATE TEMP TABLE unsearched_row (row INTEGER PRIMARY KEY, message_id TEXT NOT NULL);
      CREATE TEMP TABLE gone_row (row INTEGER PRIMARY KEY, message_id TEXT NOT NULL, expired INTEGER NOT NULL);
      CREATE TEMP TABLE rightly_indexed (row INTEGER PRIMARY KEY);
      CREATE TEMP TABLE recalled_id (message_id TEXT PRIMARY KEY) WITHOUT ROWID;
    `);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/** (Seqs that came live below it: the server counts anew.) */
const CLEARED = `EXISTS (SELECT 1 FROM main.conversation c WHERE c.channel_no = m.channel_no
  AND m.seq <= c.offset_seq AND m.seq < coalesce(c.first_live_seq, m.seq + 1))`;

export const countOf = (db: Database.Database, sql: string): number =>
  db.prepare<[], number>(sql).pluck().get() ?? 0;

/**
 * Fills the temporary tables: rows of recalled messages (copies included) and their ids, known or not; rows of what
 * burns after reading or is no line of its own; rows of messages that are gone for another reason: deleted, cleared,
 * burned, expired by `serverNow` (Unix seconds), not for me.
 */
export async function findRecalled(db: Database.Database, serverNow: number): Promise<void> {
  db.exec(
    'DELETE FROM recalled_row; DELETE FROM recalled_id; DELETE FROM unsearched_row; DELETE FROM gone_row',
  );
  const addGone = db.prepare(
    `INSERT OR IGNORE INTO gone_row SELECT m.row, m.message_id, m.expires_at > 0 AND m.expires_at <= @serverNow
     FROM main.message m WHERE m.row > @after AND m.row <= @upto AND m.recalled = 0
     AND (m.deleted = 1 OR m.hidden = 1 OR m.expires_at > 0 AND m.expires_at <= @serverNow OR ${CLEARED})`,
  );
  const addRows = db.prepare(
    `INSERT OR IGNORE INTO recalled_row SELECT m.row, m.message_id FROM main.message m
     WHERE m.row > @after AND m.row <= @upto AND m.recalled = 1`,
  );
  const addUnsearched = db.prepare(
    `INSERT OR IGNORE INTO unsearched_row SELECT m.row, m.message_id FROM main.message m
     WHERE m.row > @after AND m.row <= @upto AND (m.flame IS NOT NULL OR m.shown = 0)`,
  );
  const last = countOf(db, 'SELECT max(row) FROM main.message');
  for (let after = 0; after < last; after += ROW_PAGE) {
    addRows.run({ after, upto: after + ROW_PAGE });
    addUnsearched.run({ after, upto: after + ROW_PAGE });
    addGone.run({ after, upto: after + ROW_PAGE, serverNow });
    await nextTurn();
  }
  db.exec(`
    INSERT OR IGNORE INTO recalled_id SELECT message_id FROM main.message_extra WHERE revoke = 1;
    INSERT OR IGNORE INTO recalled_row SELECT m.row, m.message_id
      FROM recalled_id r JOIN main.message m ON m.message_id = r.message_id;
    INSERT OR IGNORE INTO recalled_id SELECT message_id FROM recalled_row;
  `);
}
