/** What is found of an outbox whose schema is damaged, wherever its tables lie: they came one by one, over versions. */
import Database from 'better-sqlite3';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { outboxMigrations } from './migrations/index.ts';
import { migrate } from './migrations/migrate.ts';
import { OUTBOX_TABLES, salvageOutbox } from './outbox-salvage.ts';

const ROWS = 30;

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wukong-salvage-'));
  path = join(dir, 'outbox.db');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** An outbox that was made at `version` and used ever since. */
function grown(version: number): void {
  const db = new Database(':memory:');
  db.prepare('ATTACH ? AS outbox').run(path);
  db.pragma('outbox.synchronous = OFF');
  const filled = new Set<string>();
  for (let to = version; to <= outboxMigrations.length; to += 1) {
    migrate(db, 'outbox', outboxMigrations.slice(0, to));
    db.transaction(() => {
      for (const table of OUTBOX_TABLES) if (!filled.has(table) && fill(db, table)) filled.add(table);
    })();
  }
  expect(filled.size).toBe(OUTBOX_TABLES.length);
  db.close();
}

/** Rows as long as people write; whatever a column is called. False: there is no such table yet. */
function fill(db: Database.Database, table: string): boolean {
  const columns = db
    .prepare<[], { name: string; type: string }>(
      `SELECT name, type FROM pragma_table_info('${table}', 'outbox')`,
    )
    .all();
  if (columns.length === 0) return false;
  const marks = columns.map(() => '?').join(', ');
  const insert = db.prepare(`INSERT INTO outbox.${table} VALUES (${marks})`);
  for (let n = 1; n <= ROWS; n += 1)
    insert.run(
      columns.map(({ name, type }) => {
        if (type !== 'TEXT') return n;
        const isJson = /payload|args|mention|cover|attachment/.test(name);
        return isJson ? JSON.stringify({ words: `${n} `.repeat(60) }) : `${name}-${n}`;
      }),
    );
  return true;
}

function damage(set: string, name: string): void {
  const raw = new Database(path);
  raw.unsafeMode(true);
  raw.pragma('writable_schema = ON');
  expect(raw.prepare(`UPDATE sqlite_schema SET ${set} WHERE name = ?`).run(name).changes).toBe(1);
  raw.close();
}

/** Rows that were found, by table. */
function salvaged(): Record<string, number> {
  const db = new Database(':memory:');
  db.exec("ATTACH ':memory:' AS outbox");
  migrate(db, 'outbox', outboxMigrations);
  const total = db.transaction(() => salvageOutbox(path, db, (_level, text) => expect.fail(text)))();
  const found = Object.fromEntries(
    OUTBOX_TABLES.map((table) => [
      table,
      db.prepare<[], number>(`SELECT count(*) FROM outbox.${table}`).pluck().get() ?? 0,
    ]),
  );
  // Trying what fits leaves nothing behind.
  expect(db.prepare('SELECT count(*) FROM outbox.attachment_gone').pluck().get()).toBe(0);
  db.close();
  expect(total).toBe(Object.values(found).reduce((sum, n) => sum + n, 0));
  return found;
}

const all = Object.fromEntries(OUTBOX_TABLES.map((table) => [table, ROWS]));
const versions = outboxMigrations.map((_step, at) => at + 1);

test.each(versions)(
  'made at version %i: all rows, with an entry of the schema that makes no sense',
  (version) => {
    grown(version);
    damage("sql = 'CREATE what'", 'cover_of_ended_draft');
    expect(salvaged()).toEqual(all);
  },
);

test.each([
  // Found where one that was made now has it.
  [outboxMigrations.length, ROWS],
  [1, 0],
  [6, 0],
])('made at version %i: a table whose entry is lost takes no other with it', (version, found) => {
  grown(version);
  damage("sql = 'CREATE what'", 'bookmark');
  expect(salvaged()).toEqual({ ...all, bookmark: found });
});

test.each([1, 6, outboxMigrations.length])('made at version %i, no first page: what is unsent', (version) => {
  grown(version);
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(4_096, 0x42), 0, 4_096, 0);
  closeSync(file);
  expect(salvaged()).toMatchObject({ send_job: ROWS, recall_job: ROWS, action_job: ROWS, draft: ROWS });
});
