/**
 * Reads what can be read of a damaged outbox.db into a sound one. The damaged file is only looked at, never written:
 * it is kept for whoever can read more of it.
 */
import Database from 'better-sqlite3';
import type { StoreLog } from '../context.ts';
import { readImage } from './database-image.ts';
import { outboxMigrations } from './migrations/index.ts';
import { migrate } from './migrations/migrate.ts';

/** Tables of outbox.db; those with an `id` are jobs. */
export const OUTBOX_TABLES = [
  'send_job',
  'recall_job',
  'action_job',
  'draft_file',
  'bookmark',
  'draft',
  'chat_notice',
] as const;
/** Those with one row a chat. */
type OfChannels = 'draft' | 'chat_notice';
const isOfChannels = (table: (typeof OUTBOX_TABLES)[number]): table is OfChannels =>
  table === 'draft' || table === 'chat_notice';
/** Columns that hold JSON the program relies on: text that no longer parses is damage, too. */
export const OUTBOX_JSON = {
  send_job: ['payload', 'attachment'],
  recall_job: [],
  action_job: ['args'],
  draft_file: ['cover'],
  bookmark: [],
  draft: ['mention', 'mention_names'],
  chat_notice: [],
} as const satisfies Record<(typeof OUTBOX_TABLES)[number], readonly string[]>;

/** Ids tried one by one below the highest that was ever given. */
const MOST_IDS = 20_000;
/** A higher one was not counted up to, it is part of the damage. */
const LARGEST_ID = 1_000_000_000;

type Row = Record<string, unknown>;

/** Copies the readable rows of the file at `from` into `outbox` of `into`; how many there were. Never throws. */
export function salvageOutbox(from: string, into: Database.Database, log: StoreLog): number {
  try {
    const image = readImage(from);
    if (!image) return 0;
    // By the file's own schema, as far as that can be read; and once more with a fresh first page: tables lie where
    // they were made. Those of version 1 (what is unsent) lie at the same place in every outbox; later ones (files of
    // drafts, favourites) only in one that was made with them.
    return copyFullest([image, withFirstPage(image)], into);
  } catch (error) {
    log('warn', `reading the damaged outbox: ${String(error)}`);
    return 0;
  }
}

/** Copies what can be read of a database image, columns this program knows only; how many rows. `image` is used up. */
export const copyRows = (image: Buffer, into: Database.Database): number => copyFullest([image], into);

/** Of each table the rows of the image that has most of it, the first of equals. The images are used up. */
function copyFullest(images: readonly Buffer[], into: Database.Database): number {
  let copied = 0;
  const opened: Database.Database[] = [];
  try {
    for (const image of images) opened.push(...openImage(image));
    for (const table of OUTBOX_TABLES) {
      const insert = insertInto(table, into);
      let fullest: Row[] = [];
      for (const db of opened) {
        const rows = isOfChannels(table) ? rowsOfChannels(db, table) : jobsOf(db, table);
        const fitting = tried(into, () => rows.filter(insert));
        if (fitting.length > fullest.length) fullest = fitting;
      }
      for (const row of fullest) insert(row);
      copied += fullest.length;
    }
  } finally {
    for (const db of opened) db.close();
  }
  return copied;
}

/** Whether a row was taken. */
function insertInto(table: (typeof OUTBOX_TABLES)[number], into: Database.Database): (row: Row) => boolean {
  const known = new Set(
    into
      .prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}', 'outbox')`)
      .all()
      .map((column) => column.name),
  );
  return (row) => {
    if (!OUTBOX_JSON[table].every((column) => isJson(row[column] ?? null))) return false;
    const names = Object.keys(row).filter((name) => known.has(name));
    try {
      into
        .prepare(
          `INSERT INTO outbox.${table} (${names.join(', ')}) VALUES (${names.map((n) => `@${n}`).join(', ')})`,
        )
        .run(row);
      return true;
    } catch {
      // A value of another type, or a row that was read twice under two ids: what does not fit is not ours.
      return false;
    }
  };
}

class Undo extends Error {}

/** What `work` answers, and nothing of what it has written. */
function tried<T>(db: Database.Database, work: () => T): T {
  const result: T[] = [];
  try {
    db.transaction(() => {
      result.push(work());
      throw new Undo();
    })();
  } catch (error) {
    if (!(error instanceof Undo)) throw error;
  }
  return result[0] as T;
}

/** None, when there is no schema to be read. */
function openImage(image: Buffer): Database.Database[] {
  let db: Database.Database | null = null;
  try {
    db = new Database(image);
    // A schema with entries that make no sense is read without them; the first statement fails all the same.
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    const look = 'SELECT count(*) FROM sqlite_schema';
    try {
      db.prepare(look).get();
    } catch {
      db.prepare(look).get();
    }
    return [db];
  } catch {
    db?.close();
    return [];
  }
}

/** Each row on its own: a page that cannot be read hides only what is on it. */
function jobsOf(db: Database.Database, table: Exclude<(typeof OUTBOX_TABLES)[number], OfChannels>): Row[] {
  const edge = (sql: string): number => {
    try {
      const found = db.prepare<[], number>(sql).pluck().get() ?? 0;
      return found < LARGEST_ID ? found : 0;
    } catch {
      return 0;
    }
  };
  const highest = Math.max(
    edge(`SELECT max(id) FROM ${table}`),
    edge(`SELECT seq FROM sqlite_sequence WHERE name = '${table}'`),
    MOST_IDS / 10,
  );
  let one: Database.Statement<[number], Row>;
  try {
    one = db.prepare(`SELECT * FROM ${table} WHERE id = ?`);
  } catch {
    return [];
  }
  const rows: Row[] = [];
  for (let id = Math.max(1, highest - MOST_IDS); id <= highest; id += 1) {
    try {
      const row = one.get(id);
      if (row) rows.push(row);
    } catch {
      // On the damaged page.
    }
  }
  return rows;
}

/** They have no number: from both ends up to what cannot be read. */
function rowsOfChannels(db: Database.Database, table: OfChannels): Row[] {
  const rows = new Map<string, Row>();
  for (const order of ['ASC', 'DESC']) {
    try {
      const sql = `SELECT * FROM ${table} ORDER BY channel_id ${order}, channel_type ${order}`;
      for (const row of db.prepare<[], Row>(sql).iterate())
        rows.set(`${String(row['channel_type'])}/${String(row['channel_id'])}`, row);
    } catch {
      // The damaged page.
    }
  }
  return [...rows.values()];
}

/** Or nothing, where a column may hold none. (Those that may not refuse it themselves.) */
function isJson(value: unknown): boolean {
  if (value === null) return true;
  try {
    return typeof value === 'string' && typeof JSON.parse(value) === 'object';
  } catch {
    return false;
  }
}

/**
 * `image` with the header and schema of an empty outbox in place of its own: of its tables, for with its triggers it
 * would not fit on the first page, and the others lie elsewhere in every file.
 */
function withFirstPage(image: Buffer): Buffer {
  const empty = new Database(':memory:');
  try {
    empty.exec("ATTACH ':memory:' AS outbox");
    migrate(empty, 'outbox', outboxMigrations);
    const triggers = empty
      .prepare<[], string>("SELECT name FROM outbox.sqlite_schema WHERE type = 'trigger'")
      .pluck()
      .all();
    for (const name of triggers) empty.exec(`DROP TRIGGER outbox."${name}"`);
    const fresh = empty.serialize({ attached: 'outbox' });
    const pageSize = fresh.readUInt16BE(16);
    const patched = Buffer.from(image);
    fresh.copy(patched, 0, 0, pageSize);
    // Size in pages, valid because "changed at" equals "version valid for".
    patched.writeUInt32BE(Math.floor(patched.length / pageSize), 28);
    fresh.copy(patched, 92, 24, 28);
    // No page is known to be free.
    patched.fill(0, 32, 40);
    return patched;
  } finally {
    empty.close();
  }
}
