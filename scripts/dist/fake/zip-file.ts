/** Writes zip archives without compression, with modes and symbolic links, as Electron's own archives have them. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

export interface ZipEntry {
  path: string;
  /** Bytes of a file; text of a link. */
  content: Buffer;
  mode: number;
  link?: boolean;
}

const FILE_TYPE = 0o100000;
const LINK_TYPE = 0o120000;
/** 1980-01-01, the first day a zip knows: the same bytes on any day. */
const DOS_DATE = 0x21;

export function writeZip(path: string, entries: readonly ZipEntry[]): void {
  const file = openSync(path, 'w');
  let offset = 0;
  const write = (bytes: Buffer): void => {
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
    offset += bytes.length;
  };
  const directory: Buffer[] = [];
  try {
    for (const entry of entries) {
      const name = Buffer.from(entry.path);
      const common = Buffer.alloc(26);
      common.writeUInt16LE(20, 0);
      common.writeUInt16LE(0x800, 2); // names are UTF-8
      common.writeUInt16LE(DOS_DATE, 8);
      common.writeUInt32LE(crc32(entry.content), 10);
      common.writeUInt32LE(entry.content.length, 14);
      common.writeUInt32LE(entry.content.length, 18);
      common.writeUInt16LE(name.length, 22);
      const head = Buffer.alloc(4);
      head.writeUInt32LE(0x04034b50);
      const central = Buffer.alloc(46);
      central.writeUInt32LE(0x02014b50, 0);
      central.writeUInt16LE((3 << 8) | 20, 4); // made on Unix: the mode counts
      common.copy(central, 6);
      central.writeUInt32LE((((entry.link === true ? LINK_TYPE : FILE_TYPE) | entry.mode) << 16) >>> 0, 38);
      central.writeUInt32LE(offset, 42);
      directory.push(central, name);
      write(Buffer.concat([head, common, name]));
      write(entry.content);
    }
    const start = offset;
    const all = Buffer.concat(directory);
    write(all);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(entries.length, 8);
    end.writeUInt16LE(entries.length, 10);
    end.writeUInt32LE(all.length, 12);
    end.writeUInt32LE(start, 16);
    write(end);
  } finally {
    closeSync(file);
  }
}
