/**
 * The structural half of the leak check: reads the account's databases over a connection of its own and looks whether
 * any column, index entry or job still holds something of a recalled message. Works in pages, so that the worker goes
 * on answering in between; no statement stays open across a page (that would block the checkpoint).
 */
import Database from 'better-sqlite3';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkpoint } from '../../../shared/sqlite/page-gaps.ts';
import { shardsIn, shardTable } from '../store/tables/search/search-shards.ts';
import { cachePath, outboxPath } from '../store/files/database.ts';
import { ERASED } from '../store/tables/messages/keep-or-erase.ts';

/** Counts of places; every one but `recalls`, `previews` and `quotes` should be 0. */
export interface StructuralFindings {
  /** Recalled messages in the cache. */
  recalls: number;
  /** Recalled messages that are the last of their conversation. */
  previews: number;
  /** Messages that quote a recalled one. */
  quotes: number;
  /** Rows of recalled messages with content, or not marked as recalled although the server has confirmed it. */
  rowsWithContent: number;
  /** Rows of recalled messages that count as unread or as a mention. */
  rowsCounted: number;
  /** Quotes that carry words of the recalled message, in the cache or in a job that waits. */
  quotesWithText: number;
  /** Forwards and edits of a recalled message that wait, drafts that quote it. */
  jobsLeft: number;
  /** Recalled messages with entries in the search index. */
  indexed: number;
  /** Recalled messages that still have a cached file. */
  mediaLeft: number;
}

export interface AccountDatabases {
  inspect(): Promise<StructuralFindings>;
  /** Erases what `inspect` counts as left over. Returns whether anything changed. */
  repair(): Promise<boolean>;
  /** Rewrites both databases without free pages, and takes the old pages off the disk. */
  vacuum(): void;
  /** Every text that messages, jobs and drafts rightly hold, in pages. */
  liveTexts(): AsyncGenerator<string[]>;
  close(): void;
}

const PAGE = 2_000;
/** Rows of `message` that are looked at in one go. */
const ROW_PAGE = 5_000;
/** How long the index is looked at before others get their turn; the number of terms in a page follows from it. */
const TURN_MS = 15;
const MOST_TERMS = 4_000;
const CONTENT = Object.keys(ERASED).filter((column) => column !== 'counts' && column !== 'mention');
const isLeft = (column: string): string => {
  const erased = ERASED[column as keyof typeof ERASED];
  return erased === null ? `m.${column} IS NOT NULL` : `m.${column} <> ${erased}`;
};
const HAS_CONTENT = CONTENT.map(isLeft).join(' OR ');

const FORGET_ROWS = `UPDATE main.message AS m SET ${Object.entries(ERASED)
  .map(([column, value]) => `${column} = ${value === null ? 'NULL' : value}`)
  .join(', ')} WHERE m.row = ?`;

/** Opens the files that the store has open as well. @throws when they cannot be read. */
export function openAccountDatabases(accountDir: string): AccountDatabases {
  const db = new Database(cachePath(accountDir), { fileMustExist: true });
  try {
    db.prepare('ATTACH ? AS outbox').run(outboxPath(accountDir));
    db.pragma('busy_timeout = 5000');
    db.pragma('temp_store = MEMORY');
    db.pragma('main.secure_delete = ON');
    db.pragma('outbox.secure_delete = ON');
    db.pragma('wal_autocheckpoint = 0');
    db.exec(`
      CREATE TEMP TABLE recalled_row (row INTEGER PRIMARY KEY, message_id TEXT NOT NULL, client_msg_no TEXT NOT NULL);
      CREATE TEMP TABLE checked_row (row INTEGER PRIMARY KEY);
      CREATE TEMP TABLE recalled_id (message_id TEXT PRIMARY KEY) WITHOUT ROWID;
    `);
  } catch (error) {
    db.close();
    throw error;
  }
  const count = (sql: string): number => db.prepare<[], { n: number }>(sql).get()?.n ?? 0;

  /** Fills the temporary tables: rows of recalled messages (copies included) and their ids, known or not. */
  async function findRecalled(): Promise<void> {
    db.exec('DELETE FROM recalled_row; DELETE FROM recalled_id');
    const addRows = db.prepare(
      `INSERT OR IGNORE INTO recalled_row SELECT m.row, m.message_id, m.client_msg_no FROM main.message m
       WHERE m.row > @after AND m.row <= @upto AND m.recalled = 1`,
    );
    const last = count('SELECT coalesce(max(row), 0) AS n FROM main.message');
    for (let after = 0; after < last; after += ROW_PAGE) {
      addRows.run({ after, upto: after + ROW_PAGE });
      await nextTurn();
    }
    db.exec(`
      INSERT OR IGNORE INTO recalled_id SELECT message_id FROM main.message_extra WHERE revoke = 1;
      INSERT OR IGNORE INTO recalled_row SELECT m.row, m.message_id, m.client_msg_no
        FROM recalled_id r JOIN main.message m ON m.message_id = r.message_id;
      INSERT OR IGNORE INTO recalled_id SELECT message_id FROM recalled_row;
    `);
  }

  /** Makes the views `index_term` and `index_entry` look into one table of the search index. */
  function lookInto(table: string): void {
    db.exec(`
      DROP TABLE IF EXISTS temp.index_term;
      DROP TABLE IF EXISTS temp.index_entry;
      CREATE VIRTUAL TABLE temp.index_term USING fts5vocab (main, ${table}, row);
      CREATE VIRTUAL TABLE temp.index_entry USING fts5vocab (main, ${table}, instance);
    `);
  }

  /** Rows of recalled messages that the search index still knows, by its tables. */
  async function indexedRows(): Promise<Map<string, Set<number>>> {
    const found = new Map<string, Set<number>>();
    // What was recalled a moment ago is on the list of what is about to go.
    db.exec(`
      DELETE FROM checked_row;
      INSERT INTO checked_row SELECT row FROM recalled_row WHERE row NOT IN (SELECT row FROM main.search_erase);
    `);
    if (count('SELECT count(*) AS n FROM checked_row') === 0) return found;
    for (const table of shardsIn(db).map(shardTable)) {
      const rows = await indexedRowsIn(table);
      if (rows.size > 0) found.set(table, rows);
    }
    return found;
  }

  async function indexedRowsIn(table: string): Promise<Set<number>> {
    lookInto(table);
    const terms = db.prepare<[string, number], { term: string }>(
      'SELECT term FROM index_term WHERE term >= ? ORDER BY term LIMIT ?',
    );
    const entries = db.prepare<[string, string], { row: number }>(
      `SELECT DISTINCT e.doc AS row FROM index_entry e
       WHERE e.term >= ? AND e.term <= ? AND e.doc IN (SELECT row FROM checked_row)`,
    );
    const rows = new Set<number>();
    let from = '';
    let size = 200;
    for (;;) {
      const startedAt = performance.now();
      const page = terms.all(from, size);
      const last = page.at(-1)?.term;
      if (last === undefined) return rows;
      for (const { row } of entries.all(from, last)) rows.add(row);
      if (page.length < size) return rows;
      from = last;
      const scale = Math.min(2, TURN_MS / Math.max(1, performance.now() - startedAt));
      size = Math.min(MOST_TERMS, Math.max(2, Math.round(size * scale)));
      await nextTurn();
    }
  }

  /** The index holds no text: what it holds of a row is put together again from its entries, to delete exactly that. */
  function unindex(table: string, rows: ReadonlySet<number>): number {
    lookInto(table);
    const termsOf = db.prepare<[number], { term: string }>(
      'SELECT term FROM index_entry WHERE doc = ? ORDER BY "offset"',
    );
    const remove = db.prepare<[number, string]>(
      `INSERT INTO main.${table} (${table}, rowid, text) VALUES ('delete', ?, ?)`,
    );
    let changed = 0;
    for (const row of rows) {
      const text = termsOf
        .all(row)
        .map(({ term }) => term)
        .join(' ');
      changed += remove.run(row, text).changes;
    }
    return changed;
  }

  return {
    async inspect() {
      await findRecalled();
      const indexed = await indexedRows();
      const recalled = 'recalled_row r JOIN main.message m ON m.row = r.row';
      return {
        recalls: count('SELECT count(*) AS n FROM recalled_row'),
        previews: count(
          `SELECT count(*) AS n FROM ${recalled} JOIN main.conversation c ON c.channel_no = m.channel_no
           WHERE m.shown = 1 AND m.seq = (SELECT max(l.seq) FROM main.message l WHERE l.channel_no = m.channel_no AND l.shown = 1)`,
        ),
        quotes: count(
          `SELECT count(*) AS n FROM recalled_id r JOIN main.message q INDEXED BY message_by_quote
           ON q.quote_message_id = r.message_id AND q.quote_message_id IS NOT NULL`,
        ),
        rowsWithContent:
          count(`SELECT count(*) AS n FROM ${recalled} WHERE m.recalled = 0 OR ${HAS_CONTENT}`) +
          count(
            'SELECT count(*) AS n FROM recalled_id r JOIN main.message_extra e USING (message_id) WHERE e.edit IS NOT NULL',
          ),
        rowsCounted: count(`SELECT count(*) AS n FROM ${recalled} WHERE m.counts <> 0 OR m.mention <> 0`),
        quotesWithText:
          count(
            `SELECT count(*) AS n FROM recalled_id r JOIN main.message q INDEXED BY message_by_quote
             ON q.quote_message_id = r.message_id AND q.quote_message_id IS NOT NULL
             WHERE json_extract(q.payload, '$.reply.payload.content') <> ''`,
          ) +
          count(
            `SELECT count(*) AS n FROM recalled_id r JOIN outbox.send_job j ON j.quote_message_id = r.message_id
             WHERE json_extract(j.payload, '$.reply.payload.content') <> ''`,
          ),
        mediaLeft: count('SELECT count(*) AS n FROM recalled_id r JOIN main.media_file f USING (message_id)'),
        jobsLeft:
          count(
            `SELECT count(*) AS n FROM recalled_id r JOIN outbox.send_job j ON j.forward_of = r.message_id
             WHERE j.state <> 'sending'`,
          ) +
          count(
            `SELECT count(*) AS n FROM recalled_id r JOIN outbox.action_job a
             ON json_extract(a.args, '$.messageId') = r.message_id WHERE a.kind = 'edit'`,
          ) +
          count('SELECT count(*) AS n FROM recalled_id r JOIN outbox.draft d ON d.reply_to = r.message_id'),
        indexed: [...indexed.values()].reduce((sum, rows) => sum + rows.size, 0),
      };
    },

    async repair() {
      await findRecalled();
      const indexed = await indexedRows();
      const forget = db.prepare<[number]>(FORGET_ROWS);
      const markRecalled = db.prepare<[number]>('UPDATE main.message SET recalled = 1 WHERE row = ?');
      const left = db
        .prepare<[], { row: number }>(
          `SELECT m.row FROM recalled_row r JOIN main.message m ON m.row = r.row
           WHERE m.recalled = 0 OR m.counts <> 0 OR m.mention <> 0 OR ${HAS_CONTENT}`,
        )
        .all();
      let changed = 0;
      db.transaction(() => {
        for (const [table, rows] of indexed) changed += unindex(table, rows);
        for (const { row } of left) {
          markRecalled.run(row);
          changed += forget.run(row).changes;
        }
        for (const sql of [
          `UPDATE main.message_extra SET edit = NULL, edit_version = 0, edited_at = 0
           WHERE edit IS NOT NULL AND message_id IN (SELECT message_id FROM recalled_id)`,
          `UPDATE outbox.send_job SET payload = json_remove(payload, '$.reply')
           WHERE quote_message_id IN (SELECT message_id FROM recalled_id)
           AND json_extract(payload, '$.reply.payload.content') <> ''`,
          `UPDATE main.message SET payload = json_remove(payload, '$.reply.payload')
           WHERE quote_message_id IN (SELECT message_id FROM recalled_id)
           AND json_extract(payload, '$.reply.payload.content') <> ''`,
          `DELETE FROM outbox.send_job WHERE state <> 'sending' AND forward_of IN (SELECT message_id FROM recalled_id)`,
          `DELETE FROM outbox.action_job WHERE kind = 'edit'
           AND json_extract(args, '$.messageId') IN (SELECT message_id FROM recalled_id)`,
          // The trigger leaves the name of the file for whoever erases it.
          'DELETE FROM main.media_file WHERE message_id IN (SELECT message_id FROM recalled_id)',
          `UPDATE outbox.draft SET reply_to = NULL WHERE reply_to IN (SELECT message_id FROM recalled_id)`,
        ]) {
          changed += db.prepare(sql).run().changes;
        }
      })();
      return changed > 0;
    },

    vacuum() {
      for (const schema of ['main', 'outbox']) {
        db.exec(`VACUUM ${schema}`);
        checkpoint(db, schema);
      }
    },

    async *liveTexts() {
      const page = db.prepare<[number, number], { row: number; payload: string; search: string | null }>(
        `SELECT row, payload, search_text AS search FROM main.message
         WHERE row > ? AND payload IS NOT NULL AND recalled = 0 ORDER BY row LIMIT ?`,
      );
      for (let after = 0; ;) {
        const rows = page.all(after, PAGE);
        const last = rows.at(-1);
        if (!last) break;
        yield rows.flatMap(({ payload, search }) => (search === null ? [payload] : [payload, search]));
        after = last.row;
      }
      for (const sql of [
        'SELECT edit AS text FROM main.message_extra WHERE edit IS NOT NULL AND revoke = 0',
        'SELECT payload AS text FROM outbox.send_job',
        'SELECT args AS text FROM outbox.action_job',
        'SELECT text FROM outbox.draft',
        'SELECT name || char(10) || notice AS text FROM main.group_info',
        'SELECT name || char(10) || remark AS text FROM main.user',
      ]) {
        yield db
          .prepare<[], { text: string }>(sql)
          .all()
          .map(({ text }) => text);
      }
    },

    close: () => void db.close(),
  };
}
