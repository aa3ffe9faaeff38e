/**
 * Opens cache.db with outbox.db attached. The cache is disposable: corrupt or newer than this program, it is removed
 * and built anew. The outbox is not: a damaged one is moved aside, never deleted. When the folder cannot be written
 * both are read into memory.
 */
import Database from 'better-sqlite3';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreLog } from './context.ts';
import { cacheMigrations, outboxMigrations } from './migrations/index.ts';
import { migrate, NewerSchema, schemaVersion } from './migrations/migrate.ts';

export interface OpenedDatabase {
  db: Database.Database;
  readOnly: boolean;
  /** The cache was dropped: everything has to be synced again. */
  cacheDropped: boolean;
  /** Where a damaged or newer outbox was moved to, if it was. */
  outboxMovedTo: string | null;
}

/** How long another connection may hold a lock before a statement fails. */
const BUSY_MS = 5_000;
const CHECKPOINT_BUSY_MS = 50;
const SUFFIXES = ['', '-wal', '-shm', '-journal'];

export const cachePath = (accountDir: string): string => join(accountDir, 'cache.db');
export const outboxPath = (accountDir: string): string => join(accountDir, 'outbox.db');

/** A write-ahead log with content: the last process did not close the databases. */
export function hasWriteAheadLog(accountDir: string): boolean {
  return [cachePath(accountDir), outboxPath(accountDir)].some(
    (path) => (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0,
  );
}

export function removeCacheFiles(accountDir: string): void {
  for (const suffix of SUFFIXES) rmSync(cachePath(accountDir) + suffix, { force: true, recursive: true });
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** The file itself is bad (as opposed to: it cannot be read or written now). */
export function isCorruption(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}

function isUnwritable(error: unknown): boolean {
  const code = codeOf(error);
  return (
    /^SQLITE_(READONLY|CANTOPEN|IOERR|FULL|PERM|BUSY|LOCKED)/.test(code) ||
    ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EISDIR', 'ENOTDIR'].includes(code)
  );
}

function configure(db: Database.Database): void {
  db.pragma(`busy_timeout = ${BUSY_MS}`);
  db.pragma('main.journal_mode = WAL');
  db.pragma('main.synchronous = NORMAL');
  db.pragma('main.secure_delete = ON');
  db.pragma('foreign_keys = ON');
  // Sorting must not spill message text into temporary files.
  db.pragma('temp_store = MEMORY');
  db.pragma('main.cache_size = -16000');
}

function openCache(accountDir: string, log: StoreLog): Database.Database {
  const db = new Database(cachePath(accountDir));
  try {
    configure(db);
    const found = schemaVersion(db, 'main');
    if (found > 0 && found < cacheMigrations.length)
      log('info', `cache: schema ${found} is brought up to date`);
    migrate(db, 'main', cacheMigrations);
    // Touches the first page of each table and proves that the folder takes writes (disk full, read-only).
    db.prepare('SELECT (SELECT max(row) FROM message), (SELECT count(*) FROM state)').get();
    db.prepare("INSERT OR REPLACE INTO state (name, value) VALUES ('openedWith', ?)").run(
      process.versions.node,
    );
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function attachOutbox(db: Database.Database, accountDir: string): void {
  db.prepare('ATTACH ? AS outbox').run(outboxPath(accountDir));
  try {
    db.pragma('outbox.journal_mode = WAL');
    db.pragma('outbox.synchronous = FULL');
    db.pragma('outbox.secure_delete = ON');
    migrate(db, 'outbox', outboxMigrations);
    for (const table of ['send_job', 'recall_job', 'action_job', 'draft']) {
      db.prepare(`SELECT count(*) FROM outbox.${table}`).get();
    }
  } catch (error) {
    db.exec('DETACH outbox');
    throw error;
  }
}

function openWritable(accountDir: string, log: StoreLog): OpenedDatabase {
  mkdirSync(accountDir, { recursive: true });
  let cacheDropped = !existsSync(cachePath(accountDir));
  let outboxMovedTo: string | null = null;
  let db: Database.Database;
  try {
    db = openCache(accountDir, log);
  } catch (error) {
    if (!isCorruption(error) && !(error instanceof NewerSchema)) throw error;
    log('warn', `cache dropped, it will be downloaded again: ${String(error)}`);
    removeCacheFiles(accountDir);
    cacheDropped = true;
    db = openCache(accountDir, log);
  }
  try {
    attachOutbox(db, accountDir);
  } catch (error) {
    if (!isCorruption(error) && !(error instanceof NewerSchema)) {
      db.close();
      throw error;
    }
    outboxMovedTo = moveAside(outboxPath(accountDir));
    log('error', `outbox could not be read (${String(error)}); kept as ${outboxMovedTo}`);
    attachOutbox(db, accountDir);
  }
  return { db, readOnly: false, cacheDropped, outboxMovedTo };
}

function moveAside(path: string): string {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const target = `${path}.damaged-${stamp}`;
  for (const suffix of SUFFIXES) if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
  return target;
}

/** A database file as a connection of its own in memory; null when there is none that can be read. */
function loadIntoMemory(path: string, log: StoreLog): Database.Database | null {
  try {
    const image = readFileSync(path);
    if (image.length < 100) return null;
    // Bytes 18 and 19 say "WAL", which a database in memory cannot be (SQLite file format 1.3).
    image[18] = 1;
    image[19] = 1;
    const db = new Database(image);
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (error) {
    log('warn', `${path} cannot be read: ${String(error)}`);
    return null;
  }
}

function openInMemory(accountDir: string, log: StoreLog): OpenedDatabase {
  const stored = loadIntoMemory(cachePath(accountDir), log);
  let db = stored ?? new Database(':memory:');
  try {
    migrate(db, 'main', cacheMigrations);
  } catch (error) {
    log('warn', `cache not usable read-only: ${String(error)}`);
    db.close();
    db = new Database(':memory:');
    migrate(db, 'main', cacheMigrations);
  }
  db.exec("ATTACH ':memory:' AS outbox");
  migrate(db, 'outbox', outboxMigrations);
  const outbox = loadIntoMemory(outboxPath(accountDir), log);
  if (outbox) {
    try {
      migrateCopy(outbox, db);
    } catch (error) {
      log('warn', `outbox not readable: ${String(error)}`);
    } finally {
      outbox.close();
    }
  }
  return { db, readOnly: true, cacheDropped: false, outboxMovedTo: null };
}

function migrateCopy(from: Database.Database, into: Database.Database): void {
  for (const table of ['send_job', 'recall_job', 'action_job', 'draft']) {
    for (const row of from.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).iterate()) {
      const names = Object.keys(row);
      into
        .prepare(
          `INSERT INTO outbox.${table} (${names.join(', ')}) VALUES (${names.map((n) => `@${n}`).join(', ')})`,
        )
        .run(row);
    }
  }
}

/** Moves the write-ahead log into the database and empties its file; false when a reader does not let go of it. */
export function truncateLog(db: Database.Database, schema: 'main' | 'outbox'): boolean {
  // The thread must not stand still for as long as a write may wait.
  db.pragma(`busy_timeout = ${CHECKPOINT_BUSY_MS}`);
  try {
    const [result] = db.pragma(`${schema}.wal_checkpoint(TRUNCATE)`) as { busy: number }[];
    return result?.busy === 0;
  } finally {
    db.pragma(`busy_timeout = ${BUSY_MS}`);
  }
}

/** @throws when the databases can be neither written nor read into memory. */
export function openDatabase(accountDir: string, log: StoreLog): OpenedDatabase {
  try {
    return openWritable(accountDir, log);
  } catch (error) {
    if (!isUnwritable(error)) throw error;
    log('warn', `account folder cannot be written, read-only: ${String(error)}`);
    return openInMemory(accountDir, log);
  }
}
