/**
 * Opens cache.db with outbox.db attached. The cache is disposable: damaged or newer than this program, it is removed
 * and built anew. The outbox is not: a damaged one is kept aside and what can be read of it is taken over; a newer one
 * is left alone. When the files cannot be written, both are read into memory (docs/storage.md).
 */
import Database from 'better-sqlite3';
import { errorCode } from '../../../../shared/errors.ts';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { ReadOnlyReason } from '../../../../shared/ipc/contract/storage.ts';
import type { StoreLog } from '../context.ts';
import { LARGEST_IMAGE, readImage, withoutLogMode } from './database-image.ts';
import { cacheMigrations, outboxMigrations } from './migrations/index.ts';
import { migrate, NewerSchema, schemaVersion } from './migrations/migrate.ts';
import { narrowTree, privateFile, privateFolder } from './private-files.ts';
import { bringIn, checkpoint, logBytes, unwrittenBytes } from '../../../../shared/sqlite/page-gaps.ts';
import { copyRows, OUTBOX_JSON, OUTBOX_TABLES, salvageOutbox } from './outbox-salvage.ts';

export interface OpenedDatabase {
  db: Database.Database;
  /** Why both databases are copies in memory; null = the files themselves are open. */
  readOnly: ReadOnlyReason | null;
  /** What became of the cache: anything but `kept` means that everything has to be synced again. */
  cache: 'kept' | 'missing' | 'damaged' | 'newer';
  /** The outbox was damaged: name of the file that is kept, and how many rows could be read from it. */
  outboxDamage: { keptAs: string; recovered: number } | null;
}

/** How long another connection may hold a lock before a statement fails. */
const BUSY_MS = 5_000;
const CHECKPOINT_BUSY_MS = 50;
/** As much as the next writes may need; a disk with less is as good as full. */
const PROBE_BYTES = 4 * 1024 * 1024;
const MAGIC = Buffer.from('SQLite format 3');
const SUFFIXES = ['', '-wal', '-shm', '-journal'];

export const cachePath = (accountDir: string): string => join(accountDir, 'cache.db');
export const outboxPath = (accountDir: string): string => join(accountDir, 'outbox.db');

/** A write-ahead log with content: the last process did not close the databases. */
export function hasWriteAheadLog(accountDir: string): boolean {
  return [cachePath(accountDir), outboxPath(accountDir)].some((path) => sizeOf(`${path}-wal`) > 0);
}

/** 0 also when there is no such file, or the folder lets nobody look. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

export function removeCacheFiles(accountDir: string): void {
  for (const suffix of SUFFIXES) rmSync(cachePath(accountDir) + suffix, { force: true, recursive: true });
}

/** The file itself is bad (as opposed to: it cannot be read or written now). */
export function isCorruption(error: unknown): boolean {
  const code = errorCode(error);
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}

/** Why an error means that the account's files cannot be written now; null = it means something else. */
export function unwritableReason(error: unknown, accountDir: string): ReadOnlyReason | null {
  if (error instanceof NewerOutbox) return 'newerData';
  const code = errorCode(error);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') return 'diskFull';
  const unwritable =
    /^SQLITE_(READONLY|CANTOPEN|IOERR|PERM|BUSY|LOCKED)/.test(code) ||
    ['EACCES', 'EPERM', 'EROFS', 'EFBIG', 'EIO', 'EISDIR', 'ENOTDIR'].includes(code);
  if (!unwritable) return null;
  // Of a file that could not be made or made longer SQLite only says that, not why.
  return freeBytes(accountDir) < PROBE_BYTES ? 'diskFull' : 'notWritable';
}

function freeBytes(dir: string): number {
  try {
    const { bavail, bsize } = statfsSync(dir);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** The outbox belongs to a newer program, with words in it that only that program can send. */
class NewerOutbox extends Error {}

function configure(db: Database.Database): void {
  db.pragma(`busy_timeout = ${BUSY_MS}`);
  db.pragma('main.journal_mode = WAL');
  db.pragma('main.synchronous = NORMAL');
  db.pragma('main.secure_delete = ON');
  // page-gaps.ts has to see what is in the log.
  db.pragma('wal_autocheckpoint = 0');
  db.pragma('foreign_keys = ON');
  // Sorting must not spill message text into temporary files.
  db.pragma('temp_store = MEMORY');
  setAtRest(db, false);
}

/**
 * What SQLite keeps of the files in memory: 16 MB while somebody reads; 2 MB, and now nothing, while the account's page
 * is not on the screen.
 */
export function setAtRest(db: Database.Database, on: boolean): void {
  db.pragma(`main.cache_size = ${on ? -2_000 : -16_000}`);
  if (on) db.pragma('shrink_memory');
}

function openCache(accountDir: string, log: StoreLog): Database.Database {
  privateFile(cachePath(accountDir));
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
  const path = outboxPath(accountDir);
  if (existsSync(path) && isCutToNothing(path, db)) throw new DamagedOutbox('the file is empty');
  privateFile(path);
  db.prepare('ATTACH ? AS outbox').run(path);
  try {
    db.pragma('outbox.journal_mode = WAL');
    db.pragma('outbox.synchronous = FULL');
    db.pragma('outbox.secure_delete = ON');
    migrate(db, 'outbox', outboxMigrations);
    checkOutbox(db);
    // Proves that the file takes writes, before the first message that is composed does.
    db.pragma(`outbox.user_version = ${outboxMigrations.length}`);
  } catch (error) {
    db.exec('DETACH outbox');
    throw error instanceof NewerSchema ? new NewerOutbox(error.message) : error;
  }
}

/** Damage, found where SQLite itself would not look before it reads that very page. */
class DamagedOutbox extends Error {}

/** Empty although the account has been in use: SQLite would take it for a new one, and drop its log. */
function isCutToNothing(path: string, db: Database.Database): boolean {
  if (sizeOf(path) > 0 || !statSync(path).isFile()) return false;
  return sizeOf(`${path}-wal`) > 0 || db.prepare('SELECT 1 FROM message LIMIT 1').get() !== undefined;
}

/**
 * The outbox is small: every page and every JSON text in it is looked at. @throws DamagedOutbox or what SQLite throws.
 */
function checkOutbox(db: Database.Database): void {
  const found = db.prepare<[], string>('PRAGMA outbox.integrity_check(1)').pluck().get();
  if (found !== 'ok') throw new DamagedOutbox(String(found).split('\n')[0]);
  for (const table of OUTBOX_TABLES) {
    for (const column of OUTBOX_JSON[table]) {
      const bad = db
        .prepare<[], number>(`SELECT count(*) FROM outbox.${table} WHERE NOT json_valid(${column})`)
        .pluck()
        .get();
      if (bad) throw new DamagedOutbox(`${table}.${column}: ${bad} values are no JSON`);
    }
  }
}

/**
 * Opens the files themselves, replacing what cannot be used.
 * @throws with an `unwritableReason` when the folder takes no writes, else when nothing helps.
 */
export function openWritable(accountDir: string, log: StoreLog): OpenedDatabase {
  privateFolder(accountDir);
  // SQLite gives its log and its shared memory the rights of the database, and that the umask's when it makes it.
  for (const path of [cachePath(accountDir), outboxPath(accountDir)])
    for (const suffix of SUFFIXES) narrowTree(path + suffix);
  if (outboxVersion(accountDir) > outboxMigrations.length)
    throw new NewerOutbox('outbox.db was written by a newer version of the app');
  let cache: OpenedDatabase['cache'] = existsSync(cachePath(accountDir)) ? 'kept' : 'missing';
  let outboxDamage: OpenedDatabase['outboxDamage'] = null;
  let db: Database.Database;
  try {
    db = openCache(accountDir, log);
  } catch (error) {
    if (!isCorruption(error) && !(error instanceof NewerSchema)) throw error;
    log('warn', `cache dropped, it will be downloaded again: ${String(error)}`);
    removeCacheFiles(accountDir);
    cache = error instanceof NewerSchema ? 'newer' : 'damaged';
    db = openCache(accountDir, log);
  }
  try {
    try {
      attachOutbox(db, accountDir);
    } catch (error) {
      if (!isCorruption(error) && !(error instanceof DamagedOutbox)) throw error;
      const keptAs = moveAside(outboxPath(accountDir));
      attachOutbox(db, accountDir);
      const recovered = db.transaction(() => salvageOutbox(keptAs, db, log))();
      outboxDamage = { keptAs: basename(keptAs), recovered };
      log(
        'error',
        `outbox damaged (${String(error)}); kept as ${basename(keptAs)}, ${recovered} rows taken over`,
      );
    }
  } catch (error) {
    db.close();
    throw error;
  }
  return { db, readOnly: null, cache, outboxDamage };
}

/** Version of the outbox on disk; 0 when there is none, or none that can be read. Changes nothing. */
function outboxVersion(accountDir: string): number {
  try {
    const image = readImage(outboxPath(accountDir));
    if (!image?.subarray(0, 15).equals(MAGIC)) return 0;
    // SQLite file format 1.3. A number nobody counted up to is damage.
    const version = image.readUInt32BE(60);
    return version < 100_000 ? version : 0;
  } catch {
    return 0;
  }
}

function moveAside(path: string): string {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const target = `${path}.damaged-${stamp}`;
  for (const suffix of SUFFIXES) if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
  return target;
}

/** What the two databases held, as pieces of memory; null = nothing. */
interface Images {
  cache: Buffer | null;
  outbox: Buffer | null;
}

function imagesOfFiles(accountDir: string, log: StoreLog): Images {
  const read = (path: string): Buffer | null => {
    try {
      return readImage(path);
    } catch (error) {
      log('warn', `${basename(path)} cannot be read: ${String(error)}`);
      return null;
    }
  };
  return { cache: read(cachePath(accountDir)), outbox: read(outboxPath(accountDir)) };
}

function openInMemory(images: Images, readOnly: ReadOnlyReason, log: StoreLog): OpenedDatabase {
  let db: Database.Database | null = null;
  if (images.cache) {
    try {
      db = new Database(images.cache);
      migrate(db, 'main', cacheMigrations);
    } catch (error) {
      log('warn', `cache not usable read-only: ${String(error)}`);
      db?.close();
      db = null;
    }
  }
  const cache = db ? 'kept' : 'missing';
  if (!db) {
    db = new Database(':memory:');
    migrate(db, 'main', cacheMigrations);
  }
  db.exec("ATTACH ':memory:' AS outbox");
  migrate(db, 'outbox', outboxMigrations);
  if (images.outbox) copyRows(images.outbox, db);
  return { db, readOnly, cache, outboxDamage: null };
}

/**
 * Goes on in memory with what the open databases hold: their files take no writes any more. Closes `opened`.
 * The files keep the last state that was committed to them.
 */
export function continueInMemory(
  opened: OpenedDatabase,
  accountDir: string,
  reason: ReadOnlyReason,
  log: StoreLog,
): OpenedDatabase {
  let images: Images;
  const bytes =
    Number(opened.db.pragma('main.page_count', { simple: true })) *
    Number(opened.db.pragma('main.page_size', { simple: true }));
  try {
    images = {
      cache: bytes > LARGEST_IMAGE ? null : withoutLogMode(opened.db.serialize()),
      outbox: withoutLogMode(opened.db.serialize({ attached: 'outbox' })),
    };
    opened.db.close();
  } catch (error) {
    log('warn', `the open databases cannot be copied, their files are read: ${String(error)}`);
    opened.db.close();
    images = imagesOfFiles(accountDir, log);
  }
  return openInMemory(images, reason, log);
}

/** Whether the folder takes a file of some size, and keeps it. */
export function takesWrites(accountDir: string): boolean {
  const path = join(accountDir, `write-probe-${process.pid}`);
  try {
    privateFolder(accountDir);
    const file = openSync(path, 'w', 0o600);
    try {
      // Not zeroes in one hole: some file systems give space only to bytes.
      if (writeSync(file, Buffer.alloc(PROBE_BYTES, 0x55)) < PROBE_BYTES) return false;
      fsyncSync(file);
      return true;
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  } finally {
    try {
      rmSync(path, { force: true });
    } catch {
      // Then it was never made.
    }
  }
}

/** The thread must not stand still for as long as a write may wait. */
function withLittlePatience(db: Database.Database, work: () => boolean): boolean {
  db.pragma(`busy_timeout = ${CHECKPOINT_BUSY_MS}`);
  try {
    return work();
  } finally {
    db.pragma(`busy_timeout = ${BUSY_MS}`);
  }
}

/** Moves the write-ahead log into the database and empties its file; false when a reader does not let go of it. */
export const truncateLog = (db: Database.Database, schema: 'main' | 'outbox'): boolean =>
  withLittlePatience(db, () => checkpoint(db, schema));

/** Beyond this the log is emptied although nothing was erased: soon. */
const LONG_LOG = 8 * 1024 * 1024;
/** In a flood the same pages are written again and again: until here the log takes them, and the file only once. */
const LONGEST_LOG = 64 * 1024 * 1024;

const SCHEMAS = ['main', 'outbox'] as const;

/** Whether the file of a log is long. */
export const isLogLong = (db: Database.Database): boolean =>
  SCHEMAS.some((schema) => logBytes(db, schema) > LONG_LOG);

/** Empties the logs that are long. While somebody reads an old state they stay. */
export function emptyLongLogs(db: Database.Database): void {
  for (const schema of SCHEMAS) if (logBytes(db, schema) > LONG_LOG) truncateLog(db, schema);
}

/**
 * What SQLite does by itself where it may: a log that is full begins anew. Its file stays as long as it is, for in a
 * flood it would grow again at once. While somebody reads an old state it grows on.
 */
export function limitLogs(db: Database.Database): void {
  for (const schema of SCHEMAS) {
    if (logBytes(db, schema) > LONGEST_LOG && unwrittenBytes(db, schema) > LONGEST_LOG)
      withLittlePatience(db, () => bringIn(db, schema));
  }
}

/** @throws when the databases can be neither written nor read into memory. */
export function openDatabase(accountDir: string, log: StoreLog): OpenedDatabase {
  try {
    return openWritable(accountDir, log);
  } catch (error) {
    const reason = unwritableReason(error, accountDir);
    if (reason === null) throw error;
    log('warn', `read-only (${reason}): ${String(error)}`);
    return openInMemory(imagesOfFiles(accountDir, log), reason, log);
  }
}
