/** Pictures no two of which are the same, in sizes as people send them: PNGs of a gradient each, fast to make. */
import { crc32, deflateSync } from 'node:zlib';

interface Size {
  width: number;
  height: number;
}

const SIZES: readonly Size[] = [
  { width: 1_280, height: 960 },
  { width: 960, height: 1_280 },
  { width: 1_080, height: 2_340 },
  { width: 1_600, height: 900 },
  { width: 800, height: 800 },
];
/** Rows of one shade. */
const STRIPE = 16;

/** Of picture `i`, px: the same in each run. */
export const pictureSize = (i: number): Size => SIZES[i % SIZES.length] as Size;

/** Picture `i` (0 …), whole: a first row of its own, every stripe below it some shades away from the one above. */
export function pictureAt(i: number): Buffer {
  const { width, height } = pictureSize(i);
  let state = (i + 1) * 2_654_435_761;
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const rows = Buffer.alloc(height * (1 + width * 3));
  // Of its first row each px is said by what it differs from the one before it (filter 1, "sub") …
  rows[0] = 1;
  for (let at = 1; at <= width * 3; at += 1) rows[at] = random() < 0.1 ? Math.floor(random() * 24) - 12 : 0;
  for (let y = 1; y < height; y += 1) {
    const start = y * (1 + width * 3);
    // … of the others from the one above it (filter 2, "up").
    rows[start] = 2;
    if (y % STRIPE === 0) rows.fill(Math.floor(random() * 16) - 8, start + 1, start + 1 + width * 3);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // 8 bits, true colour.
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
