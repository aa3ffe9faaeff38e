/**
 * The package's font has each picture twice: as outlines in layers (COLRv1), and as SVG, which Chromium does not read
 * and which is four fifths of it. Its files in pieces have SVG alone. Vite plugin: leaves the table out.
 */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Plugin } from 'vite';

const NAME = /(?:^|[\\/])noto-color-emoji-emoji-400-normal[\w.-]*\.woff2$/;

export function leanEmojiFont(): Plugin {
  return {
    name: 'wukong:lean-emoji-font',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === 'asset' && NAME.test(file.fileName) && typeof file.source !== 'string')
          file.source = withoutSvg(Buffer.from(file.source));
    },
  };
}

/** Sizes and places of WOFF2 (W3C, "WOFF File Format 2.0", sections 4 and 5). */
const HEAD_BYTES = 48;
const TABLE_RECORD_BYTES = 16;
const AT = { length: 8, tables: 12, sfntSize: 16, compressedSize: 20, meta: 28, privateData: 40 } as const;
/** In the list of known tags. */
const KNOWN = { glyf: 10, loca: 11, svg: 36, other: 63 } as const;

interface Table {
  known: number;
  /** In the font that it becomes. */
  bytes: number;
  /** In the common stream. */
  streamBytes: number;
  entry: Buffer;
}

/** Throws for what is no WOFF2 font of one face, or has no such table: then the package has changed. */
export function withoutSvg(font: Buffer): Buffer {
  const { tables, end } = directoryOf(font);
  const svg = tables.find(({ known }) => known === KNOWN.svg);
  if (!svg) throw new Error('the font of emoji has no table of SVG: is its package another one?');
  const stream = brotliDecompressSync(font.subarray(end, end + font.readUInt32BE(AT.compressedSize)));
  const pieces: Buffer[] = [];
  let at = 0;
  for (const table of tables) {
    if (table !== svg) pieces.push(stream.subarray(at, at + table.streamBytes));
    at += table.streamBytes;
  }
  if (at !== stream.length) throw new Error('the tables of the font of emoji are not as long as it says');
  const kept = Buffer.concat(pieces);
  const packed = brotliCompressSync(kept, {
    params: {
      // The next step takes ten seconds for five hundredths less.
      [constants.BROTLI_PARAM_QUALITY]: 9,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_FONT,
      [constants.BROTLI_PARAM_SIZE_HINT]: kept.length,
    },
  });
  const entries = tables.filter((table) => table !== svg).map(({ entry }) => entry);
  const size = HEAD_BYTES + Buffer.concat(entries).length + packed.length;
  const padding = Buffer.alloc((4 - (size % 4)) % 4);
  const head = Buffer.from(font.subarray(0, HEAD_BYTES));
  head.writeUInt32BE(size + padding.length, AT.length);
  head.writeUInt16BE(entries.length, AT.tables);
  head.writeUInt32BE(
    font.readUInt32BE(AT.sfntSize) - TABLE_RECORD_BYTES - Math.ceil(svg.bytes / 4) * 4,
    AT.sfntSize,
  );
  head.writeUInt32BE(packed.length, AT.compressedSize);
  // Metadata and private data, if there were any, stood behind.
  head.fill(0, AT.meta);
  return Buffer.concat([head, ...entries, packed, padding]);
}

function directoryOf(font: Buffer): { tables: Table[]; end: number } {
  if (font.toString('latin1', 0, 4) !== 'wOF2' || font.toString('latin1', 4, 8) === 'ttcf')
    throw new Error('the font of emoji is no WOFF2 font of one face');
  let at = HEAD_BYTES;
  const number = (): number => {
    for (let value = 0, read = 0; read < 5; read += 1) {
      const byte = font.readUInt8(at);
      at += 1;
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    throw new Error('the font of emoji has a number that does not end');
  };
  const tables = Array.from({ length: font.readUInt16BE(AT.tables) }, (): Table => {
    const start = at;
    const flags = font.readUInt8(at);
    const known = flags & 0x3f;
    const version = flags >> 6;
    at += known === KNOWN.other ? 5 : 1;
    const bytes = number();
    // Outlines are rewritten unless version 3 says that they are not; of other tables 0 says so.
    const isOutline = known === KNOWN.glyf || known === KNOWN.loca;
    const streamBytes = (isOutline ? version !== 3 : version !== 0) ? number() : bytes;
    return { known, bytes, streamBytes, entry: font.subarray(start, at) };
  });
  return { tables, end: at };
}
