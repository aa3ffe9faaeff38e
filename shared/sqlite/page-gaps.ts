/**
 * What `secure_delete` leaves. When SQLite moves rows between pages it may lay out a page anew and leave copies of the
 * rows in the unused part of it (`rebuildPage`); erasing such a row later only zeroes the row itself. So every
 * checkpoint also zeroes the unused part of the pages it brings into the file. Which these are is in the write-ahead
 * log, so SQLite must not empty that by itself: `wal_autocheckpoint` is 0, and `checkpoint` the only one who does.
 */
import type Database from 'better-sqlite3';
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';

/** SQLite file format 4.1 and 4.2: header and frames of a write-ahead log. */
const LOG_HEADER = 32;
const FRAME_HEADER = 24;
/** File format 1.6: kinds of b-tree pages, and the length of their header. */
const HEADER_LENGTH = new Map([
  [2, 12],
  [5, 12],
  [10, 8],
  [13, 8],
]);
const FIRST_PAGE_OFFSET = 100;

interface Files {
  database: number;
  log: number;
  connections: number;
}

/** By path. */
const open = new Map<string, Files>();
/** Those that a connection uses, by the name it has for the database. */
const used = new WeakMap<Database.Database, Map<string, Files>>();

/**
 * The files of one of the connection's databases, open as long as any connection of this process that asked: POSIX ends
 * the locks that SQLite has on a file when one of its descriptors is closed.
 */
function filesOf(db: Database.Database, schema: string): Files {
  const known = used.get(db)?.get(schema);
  if (known) return known;
  const list = db.pragma('database_list') as { name: string; file: string }[];
  const path = list.find(({ name }) => name === schema)?.file ?? '';
  let files = open.get(path);
  if (!files) {
    const database = openSync(path, 'r+');
    try {
      files = { database, log: openSync(`${path}-wal`, 'r'), connections: 0 };
    } catch (error) {
      closeSync(database);
      throw error;
    }
    open.set(path, files);
  }
  const taken = files;
  taken.connections += 1;
  const close = db.close.bind(db);
  db.close = () => {
    close();
    if (used.get(db)?.delete(schema) !== true) return db;
    taken.connections -= 1;
    if (taken.connections > 0) return db;
    open.delete(path);
    [taken.database, taken.log].forEach((file) => closeSync(file));
    return db;
  };
  used.set(db, (used.get(db) ?? new Map<string, Files>()).set(schema, taken));
  return taken;
}

/** Bytes of the write-ahead log of a database. */
export const logBytes = (db: Database.Database, schema: string): number =>
  fstatSync(filesOf(db, schema).log).size;

/**
 * Brings the write-ahead log into the database file, zeroes what its pages hold in their unused part, and only then
 * empties the log: who is killed in between does it again. False when a reader does not let go of the log.
 */
export function checkpoint(db: Database.Database, schema: string): boolean {
  const { database, log } = filesOf(db, schema);
  const pageSize = Number(db.pragma(`${schema}.page_size`, { simple: true }));
  const pages = pagesInLog(log, pageSize);
  const [copied] = db.pragma(`${schema}.wal_checkpoint(PASSIVE)`) as {
    busy: number;
    log: number;
    checkpointed: number;
  }[];
  if (!copied || copied.busy !== 0 || copied.checkpointed < copied.log) return false;
  let zeroed = 0;
  const page = Buffer.alloc(pageSize);
  for (const number of pages) {
    const at = (number - 1) * pageSize;
    if (readSync(database, page, 0, pageSize, at) < pageSize) continue;
    const gap = gapOf(page, number === 1 ? FIRST_PAGE_OFFSET : 0);
    if (!gap || isZero(page, gap)) continue;
    writeSync(database, Buffer.alloc(gap.end - gap.start), 0, gap.end - gap.start, at + gap.start);
    zeroed += 1;
  }
  if (zeroed > 0) {
    fsyncSync(database);
    // SQLite's own copies of these pages would bring it all back with the next change.
    db.pragma('shrink_memory');
  }
  const [emptied] = db.pragma(`${schema}.wal_checkpoint(TRUNCATE)`) as { busy: number }[];
  return emptied?.busy === 0;
}

/** Numbers of the pages with a frame in the log. */
function pagesInLog(log: number, pageSize: number): Set<number> {
  const pages = new Set<number>();
  const header = Buffer.alloc(LOG_HEADER);
  if (readSync(log, header, 0, LOG_HEADER, 0) < LOG_HEADER) return pages;
  const salt = header.subarray(16, 24);
  const frame = Buffer.alloc(FRAME_HEADER);
  for (let at = LOG_HEADER; ; at += FRAME_HEADER + pageSize) {
    if (readSync(log, frame, 0, FRAME_HEADER, at) < FRAME_HEADER) return pages;
    // Frames of an earlier round of the log follow.
    if (!frame.subarray(8, 16).equals(salt)) return pages;
    pages.add(frame.readUInt32BE(0));
  }
}

interface Gap {
  start: number;
  end: number;
}

/** Between the pointers to the cells of a b-tree page and the first cell; null for other pages. */
function gapOf(page: Buffer, offset: number): Gap | null {
  const headerLength = HEADER_LENGTH.get(page[offset] ?? 0);
  if (headerLength === undefined) return null;
  const start = offset + headerLength + 2 * page.readUInt16BE(offset + 3);
  const end = page.readUInt16BE(offset + 5) || 65_536;
  return end <= page.length && start < end ? { start, end } : null;
}

const zeroes = Buffer.alloc(65_536);

const isZero = (page: Buffer, { start, end }: Gap): boolean =>
  page.compare(zeroes, 0, end - start, start, end) === 0;
