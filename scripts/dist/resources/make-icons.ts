/**
 * `node scripts/dist/resources/make-icons.ts`: icon.svg as the three systems want it: icons/NxN.png (Linux), icon.ico
 * (Windows), icon.icns (macOS). Run by hand after a change of the drawing, needs rsvg-convert (Debian: librsvg2-bin);
 * the results are committed, so that packages need neither it nor a download.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';

const FOLDER = import.meta.dirname;

const LINUX_SIZES = [16, 24, 32, 48, 64, 128, 256, 512];
const WINDOWS_SIZES = [16, 24, 32, 48, 64, 128, 256];
/** Type of each picture in an .icns, all PNG; `ic11` to `ic14` are the doubled ones. */
const MAC_TYPES: Readonly<Record<string, number>> = {
  icp4: 16,
  icp5: 32,
  ic11: 32,
  ic12: 64,
  ic07: 128,
  ic13: 256,
  ic08: 256,
  ic14: 512,
  ic09: 512,
  ic10: 1024,
};

const made = new Map<number, Buffer>();
function png(size: number): Buffer {
  const known = made.get(size);
  if (known) return known;
  const bytes = execFileSync('rsvg-convert', [
    '-w',
    String(size),
    '-h',
    String(size),
    join(FOLDER, 'icon.svg'),
  ]);
  made.set(size, bytes);
  return bytes;
}

/** 32-bit pixels, top row first, of the PNGs rsvg-convert writes: 8 bits a channel, RGBA, not interlaced. */
function pixels(bytes: Buffer, size: number): Buffer {
  const data: Buffer[] = [];
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(bytes.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(data));
  const row = size * 4;
  const out = Buffer.alloc(row * size);
  for (let y = 0; y < size; y += 1) {
    const filter = raw[y * (row + 1)] ?? 0;
    for (let x = 0; x < row; x += 1) {
      const left = x < 4 ? 0 : (out[y * row + x - 4] ?? 0);
      const up = y === 0 ? 0 : (out[(y - 1) * row + x] ?? 0);
      const corner = x < 4 || y === 0 ? 0 : (out[(y - 1) * row + x - 4] ?? 0);
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      out[y * row + x] = ((raw[y * (row + 1) + 1 + x] ?? 0) + predicted) & 0xff;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** A bitmap as it stands in an .ico: bottom row first, BGRA, and an empty mask (alpha decides). */
function bitmap(size: number): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(size, 4);
  header.writeInt32LE(size * 2, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(32, 14);
  const rgba = pixels(png(size), size);
  const colour = Buffer.alloc(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const from = ((size - 1 - y) * size + x) * 4;
      const to = (y * size + x) * 4;
      colour[to] = rgba[from + 2] ?? 0;
      colour[to + 1] = rgba[from + 1] ?? 0;
      colour[to + 2] = rgba[from] ?? 0;
      colour[to + 3] = rgba[from + 3] ?? 0;
    }
  }
  return Buffer.concat([header, colour, Buffer.alloc(Math.ceil(size / 32) * 4 * size)]);
}

/** Only the largest may be a PNG: older readers, makensis among them, take bitmaps alone for the others. */
function ico(): Buffer {
  const images = WINDOWS_SIZES.map((size) => ({ size, bytes: size >= 256 ? png(size) : bitmap(size) }));
  const head = Buffer.alloc(6 + images.length * 16);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  for (const [index, { size, bytes }] of images.entries()) {
    const at = 6 + index * 16;
    head[at] = size & 0xff;
    head[at + 1] = size & 0xff;
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(bytes.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += bytes.length;
  }
  return Buffer.concat([head, ...images.map(({ bytes }) => bytes)]);
}

function icns(): Buffer {
  const parts = Object.entries(MAC_TYPES).map(([type, size]) => chunk(type, png(size)));
  return chunk('icns', Buffer.concat(parts));
}

function chunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(body.length + 8, 4);
  return Buffer.concat([head, body]);
}

mkdirSync(join(FOLDER, 'icons'), { recursive: true });
for (const size of LINUX_SIZES) writeFileSync(join(FOLDER, 'icons', `${size}x${size}.png`), png(size));
writeFileSync(join(FOLDER, 'icon.ico'), ico());
writeFileSync(join(FOLDER, 'icon.icns'), icns());
console.log(`icons of ${readFileSync(join(FOLDER, 'icon.svg')).length} bytes of drawing written`);
