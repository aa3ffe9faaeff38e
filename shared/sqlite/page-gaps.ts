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

/** Bytes of the file of a database's write-ahead log: what is in use of it, and what is from earlier rounds. */
export const logBytes = (db: Database.Database, schema: string): number =>
  fstatSync(filesOf(db, schema).log).size;

/** Bytes of the log that are not in the database file yet. */
export function unwrittenBytes(db: Database.Database, schema: string): number {
  const [frames] = db.pragma(`${schema}.wal_checkpoint(NOOP)`) as Copied[];
  return frames ? (frames.log - frames.checkpointed) * (FRAME_HEADER + pageSizeOf(db, schema)) : 0;
}

/** What SQLite answers to a checkpoint: pages in the log, and how many of them are in the file. */
interface Copied {
  busy: number;
  log: number;
  checkpointed: number;
}

const pageSizeOf = (db: Database.Database, schema: string): number =>
  Number(db.pragma(`${schema}.page_size`, { simple: true }));

/**
 * Brings the write-ahead log into the database file, zeroes what its pages hold in their unused part, and only then
 * empties the log: who is killed in between does it again. False when a reader does not let go of the log.
 */
export function checkpoint(db: Database.Database, schema: string): boolean {
  if (!bringIn(db, schema)) return false;
  const [emptied] = db.pragma(`${schema}.wal_checkpoint(TRUNCATE)`) as Copied[];
  return emptied?.busy === 0;
}

/**
 * The same, but for the log: what is written next begins it anew, over what it holds. Much is faster written over than
 * into a file that grows. What was erased is still in it, until it is written over or `checkpoint` empties it.
 */
export function bringIn(db: Database.Database, schema: string): boolean {
  const { database, log } = filesOf(db, schema);
  const pageSize = pageSizeOf(db, schema);
  const pages = pagesWithRemains(log, pageSize);
  const [copied] = db.pragma(`${schema}.wal_checkpoint(PASSIVE)`) as Copied[];
  if (!copied || copied.busy !== 0 || copied.checkpointed < copied.log) return false;
  const zeroed = zeroGaps(database, pages, pageSize);
  if (zeroed) {
    fsyncSync(database);
    // SQLite's own copies of these pages would bring it all back with the next change.
    db.pragma('shrink_memory');
  }
  return true;
}

/** Of pages and frames that lie together, in one piece: a look at each by itself costs more than to read them all. */
const AT_ONCE = 64;

/** Zeroes the unused part of these pages of the file. Answers whether there was anything in one. */
function zeroGaps(database: number, pages: ReadonlySet<number>, pageSize: number): boolean {
  const sorted = Uint32Array.from(pages).sort();
  const bytes = Buffer.allocUnsafe(AT_ONCE * pageSize);
  let anything = false;
  let next = 0;
  while (next < sorted.length) {
    const first = sorted[next] as number;
    let count = 1;
    while (count < AT_ONCE && sorted[next + count] === first + count) count += 1;
    next += count;
    const from = (first - 1) * pageSize;
    const read = readSync(database, bytes, 0, count * pageSize, from);
    // Written back from the first of their gaps to the last: what lies between is only the log's, and that is in.
    let [start, end] = [0, 0];
    for (let at = 0; at + pageSize <= read; at += pageSize) {
      const gap = gapOf(bytes, at, pageSize, first + at / pageSize);
      if (!gap || isZero(bytes, gap.start, gap.end)) continue;
      bytes.fill(0, gap.start, gap.end);
      if (end === 0) start = gap.start;
      end = gap.end;
    }
    if (end === 0) continue;
    writeSync(database, bytes, start, end - start, from + start);
    anything = true;
  }
  return anything;
}

/**
 * Numbers of the pages of which the log has a frame with something in its unused part. (Not only the last frame of
 * each: frames of a transaction that was rolled back may follow it.)
 */
function pagesWithRemains(log: number, pageSize: number): Set<number> {
  const pages = new Set<number>();
  const header = Buffer.allocUnsafe(LOG_HEADER);
  if (readSync(log, header, 0, LOG_HEADER, 0) < LOG_HEADER) return pages;
  const [salt1, salt2] = [header.readUInt32BE(16), header.readUInt32BE(20)];
  const length = FRAME_HEADER + pageSize;
  const frames = Buffer.allocUnsafe(AT_ONCE * length);
  for (let from = LOG_HEADER; ; from += frames.length) {
    const bytes = readSync(log, frames, 0, frames.length, from);
    for (let at = 0; at + length <= bytes; at += length) {
      // Frames of an earlier round of the log follow.
      if (frames.readUInt32BE(at + 8) !== salt1 || frames.readUInt32BE(at + 12) !== salt2) return pages;
      const number = frames.readUInt32BE(at);
      if (pages.has(number)) continue;
      const page = at + FRAME_HEADER;
      const gap = gapOf(frames, page, pageSize, number);
      if (gap && !isZero(frames, gap.start, gap.end)) pages.add(number);
    }
    if (bytes < frames.length) return pages;
  }
}

interface Gap {
  start: number;
  end: number;
}

/**
 * Between the pointers to the cells of a b-tree page and the first cell; null for other pages. The page is what lies at
 * `at`, and so are the ends of the gap.
 */
function gapOf(bytes: Buffer, at: number, pageSize: number, number: number): Gap | null {
  const offset = number === 1 ? FIRST_PAGE_OFFSET : 0;
  const headerLength = HEADER_LENGTH.get(bytes[at + offset] ?? 0);
  if (headerLength === undefined) return null;
  const start = offset + headerLength + 2 * bytes.readUInt16BE(at + offset + 3);
  const end = bytes.readUInt16BE(at + offset + 5) || 65_536;
  return end <= pageSize && start < end ? { start: at + start, end: at + end } : null;
}

const zeroes = Buffer.alloc(65_536);

const isZero = (bytes: Buffer, start: number, end: number): boolean =>
  bytes.compare(zeroes, 0, end - start, start, end) === 0;
