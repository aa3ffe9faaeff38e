/**
 * A database file as one piece of memory, with the committed part of its write-ahead log applied: for files that SQLite
 * cannot open in place because their folder takes no writes, and for looking into a damaged file without touching it
 * (SQLite file format, sections 1.3 and 4).
 */
import { readFileSync, statSync } from 'node:fs';

const WAL_HEADER = 32;
const FRAME_HEADER = 24;
const WAL_MAGIC = 0x377f0682;
/** More is not held in memory. */
export const LARGEST_IMAGE = 1_500_000_000;

/**
 * The file with its log; null when there is none, or nothing that could be a database. @throws when it cannot be read.
 */
export function readImage(path: string): Buffer | null {
  const file = readOrEmpty(path);
  const log = readOrEmpty(`${path}-wal`);
  const image = applyLog(file, log);
  if (image.length < 100) return null;
  return withoutLogMode(image);
}

/** Bytes 18 and 19 say "has a write-ahead log", which a database in memory cannot have. Changes `image`. */
export function withoutLogMode(image: Buffer): Buffer {
  image[18] = 1;
  image[19] = 1;
  return image;
}

function readOrEmpty(path: string): Buffer {
  const found = statSync(path, { throwIfNoEntry: false });
  // Anything but a file holds no database, and may have no end.
  if (!found?.isFile()) return Buffer.alloc(0);
  if (found.size > LARGEST_IMAGE) throw new Error('too large to be held in memory');
  return readFileSync(path);
}

/** As SQLite's recovery: frames count up to the last commit before the first one with a wrong checksum. */
function applyLog(file: Buffer, log: Buffer): Buffer {
  if (log.length < WAL_HEADER + FRAME_HEADER) return file;
  const magic = log.readUInt32BE(0);
  if ((magic & ~1) >>> 0 !== WAL_MAGIC) return file;
  const bigEndian = (magic & 1) === 1;
  const pageSize = log.readUInt32BE(8);
  if (pageSize < 512 || pageSize > 65_536) return file;
  let sum = checksum(log.subarray(0, 24), bigEndian, [0, 0]);
  if (log.readUInt32BE(24) !== sum[0] || log.readUInt32BE(28) !== sum[1]) return file;

  const pages = new Map<number, Buffer>();
  let pending = new Map<number, Buffer>();
  let pageCount = 0;
  for (let at = WAL_HEADER; at + FRAME_HEADER + pageSize <= log.length; at += FRAME_HEADER + pageSize) {
    // The salts of the header: frames of an earlier round of the log have others.
    if (log.compare(log, 16, 24, at + 8, at + 16) !== 0) break;
    const page = log.subarray(at + FRAME_HEADER, at + FRAME_HEADER + pageSize);
    sum = checksum(page, bigEndian, checksum(log.subarray(at, at + 8), bigEndian, sum));
    if (log.readUInt32BE(at + 16) !== sum[0] || log.readUInt32BE(at + 20) !== sum[1]) break;
    pending.set(log.readUInt32BE(at), page);
    const pagesAfterCommit = log.readUInt32BE(at + 4);
    if (pagesAfterCommit === 0) continue;
    for (const [number, content] of pending) pages.set(number, content);
    pending = new Map();
    pageCount = pagesAfterCommit;
  }
  if (pageCount === 0) return file;
  const image = Buffer.alloc(pageCount * pageSize);
  file.copy(image, 0, 0, Math.min(file.length, image.length));
  for (const [number, content] of pages) {
    if (number <= pageCount) content.copy(image, (number - 1) * pageSize);
  }
  return image;
}

/** SQLite file format 4.2; `data` is a multiple of eight bytes. */
function checksum(data: Buffer, bigEndian: boolean, start: readonly [number, number]): [number, number] {
  let [a, b] = start;
  for (let at = 0; at < data.length; at += 8) {
    const first = bigEndian ? data.readUInt32BE(at) : data.readUInt32LE(at);
    const second = bigEndian ? data.readUInt32BE(at + 4) : data.readUInt32LE(at + 4);
    a = (a + first + b) >>> 0;
    b = (b + second + a) >>> 0;
  }
  return [a, b];
}
