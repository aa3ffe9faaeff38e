/** Makes a cache what an older version of the app would have left: the same messages in an older schema. */
import { rmSync, renameSync } from 'node:fs';
import Database from 'better-sqlite3';
import { indexText } from '../../electron/core/store/tables/search/segmenter.ts';
import { cacheMigrations } from '../../electron/core/store/files/migrations/index.ts';
import { migrate } from '../../electron/core/store/files/migrations/migrate.ts';

export const NEWEST_SCHEMA: number = cacheMigrations.length;
/** Caches up to this schema have a step before them that takes long enough to be met (the search index, 4). */
export const LAST_SLOW_SCHEMA = 3;
/** Messages of a conversation that is not listed: they make the migration long enough to be interrupted. */
export const FILLER_ROWS = 40_000;
const FILLER_CHANNEL = 'soak-filler';

function namesOf(db: Database.Database, table: string): string[] {
  return db
    .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map((column) => column.name);
}

/** Tables with rows of their own: neither the search index nor what belongs to it. */
function plainTables(db: Database.Database): string[] {
  return db
    .prepare<[], { name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'message_search%' AND name NOT LIKE 'sqlite_%'",
    )
    .all()
    .map((table) => table.name);
}

/** The app must not be running. `version` from 1 to the newest but one. */
export function makeOlder(cachePath: string, version: number): void {
  const temporary = `${cachePath}.older`;
  rmSync(temporary, { force: true });
  const from = new Database(cachePath);
  const into = new Database(temporary);
  try {
    into.pragma('journal_mode = OFF');
    into.pragma('synchronous = OFF');
    migrate(into, 'main', cacheMigrations.slice(0, version));
    into.transaction(() => {
      const there = new Set(plainTables(from));
      for (const table of plainTables(into)) {
        if (!there.has(table)) continue;
        const kept = new Set(namesOf(from, table));
        const columns = namesOf(into, table).filter((name) => kept.has(name));
        const insert = into.prepare(
          `INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
        );
        for (const row of from
          .prepare(`SELECT ${columns.join(', ')} FROM ${table}`)
          .raw()
          .iterate()) {
          insert.run(...(row as unknown[]));
        }
      }
      fill(into);
      const index = into.prepare('INSERT INTO message_search (rowid, text) VALUES (?, ?)');
      const texts = into
        .prepare<[], { row: number; text: string }>(
          'SELECT row, search_text AS text FROM message WHERE search_text IS NOT NULL',
        )
        .all();
      for (const { row, text } of texts) index.run(row, indexText(text));
    })();
  } finally {
    from.close();
    into.close();
  }
  for (const suffix of ['', '-wal', '-shm']) rmSync(cachePath + suffix, { force: true });
  renameSync(temporary, cachePath);
}

function fill(db: Database.Database): void {
  db.prepare('INSERT OR IGNORE INTO channel (channel_type, channel_id) VALUES (2, ?)').run(FILLER_CHANNEL);
  const insert = db.prepare(
    `INSERT OR IGNORE INTO message (message_id, channel_no, seq, client_msg_no, from_uid, timestamp, expires_at, setting,
     type, deleted, hidden, copy, shown, recalled, payload, search_text, edited, counts, mention)
     SELECT 'filler' || @seq, no, @seq, 'filler' || @seq, 'filler', 1, 0, 0, 1, 0, 0, 0, 1, 0, @payload, @text, 0, 0, 0
     FROM channel WHERE channel_id = '${FILLER_CHANNEL}'`,
  );
  for (let seq = 1; seq <= FILLER_ROWS; seq += 1) {
    const text = `填充消息 ${seq} 明天下午三点讨论第${seq % 97}项`;
    insert.run({ seq, text, payload: JSON.stringify({ type: 1, content: text }) });
  }
}

/** How many filler messages a cache has; all or none. */
export function fillerRows(cachePath: string): number {
  const db = new Database(cachePath, { readonly: true });
  try {
    const { n } = db
      .prepare<[], { n: number }>("SELECT count(*) AS n FROM message WHERE from_uid = 'filler'")
      .get() as { n: number };
    return n;
  } finally {
    db.close();
  }
}
