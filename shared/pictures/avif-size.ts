/**
 * The size of an AVIF picture: the largest of what its boxes say, and of the AV1 frames in it. Boxes can lie: decoders
 * decode what is in the stream, whatever its size, and scale it to what the boxes say.
 */
import { largestFrame, type ReadStream } from './av1-frames.ts';
import { type ByteWindow, larger, MAX_STEPS, type Size, u16be, u32be } from './byte-window.ts';

/** Boxes that hold others: bytes before the first one inside. */
const CONTAINERS: Record<string, number> = {
  meta: 4,
  iprp: 0,
  ipco: 0,
  moov: 0,
  trak: 0,
  mdia: 0,
  minf: 0,
  stbl: 0,
  stsd: 8,
};
const MAX_BOXES = 10_000;
const MAX_DEPTH = 8;
/** Of a table of the file; a larger one is of no picture. */
const MAX_TABLE_BYTES = 1024 * 1024;
const MAX_SAMPLES = 60_000;

/** Bytes of the file, in order. */
interface Extent {
  from: number;
  /** Infinity = to the end of the file. */
  length: number;
}

interface Item {
  extents: Extent[];
  /** Offsets count from the box `idat`. */
  inside: boolean;
}

/** Tables of one track. */
interface Track {
  chunks: number[];
  /** First chunk (from 1) and samples of each chunk from there on. */
  runs: { first: number; samples: number }[];
  sizes: number[];
}

/** What the walk through the boxes finds. */
interface Found {
  size: Size | null;
  frames: number;
  /** By item. */
  types: Map<number, string>;
  items: Map<number, Item>;
  idat: number | null;
  tracks: Track[];
  /** Something is there that decides what is decoded, and cannot be read. */
  unreadable: boolean;
}

/** null = it cannot be told. A file without any size is not decoded. */
export async function sizeOfAvif(bytes: ByteWindow): Promise<Size | null> {
  const found: Found = {
    size: null,
    frames: 1,
    types: new Map(),
    items: new Map(),
    idat: null,
    tracks: [],
    unreadable: false,
  };
  const whole = await walk(bytes, found, { from: 0, to: Number.MAX_SAFE_INTEGER, depth: 0, boxes: 0 });
  if (!whole || found.unreadable || !found.size) return null;
  const steps = { left: MAX_STEPS };
  const pictures = await sizeOfItems(bytes, found, steps);
  const films = pictures && (await sizeOfTracks(bytes, found, steps));
  if (!films) return null;
  const size = [pictures, films].reduce(larger, found.size);
  return { ...size, frames: Math.max(found.frames, 1) };
}

interface Place {
  from: number;
  to: number;
  depth: number;
  /** Seen so far. */
  boxes: number;
}

interface Box {
  name: string;
  /** Beginning of what is in it. */
  body: number;
  end: number;
  /** Its first bytes, from `body` on. */
  head: Uint8Array;
}

/** False when the file has more boxes than a picture needs. */
async function walk(bytes: ByteWindow, found: Found, place: Place): Promise<boolean> {
  let at = place.from;
  while (at + 8 <= place.to) {
    place.boxes += 1;
    if (place.boxes > MAX_BOXES || place.depth > MAX_DEPTH) return false;
    const start = await bytes.take(at, 120);
    if (start.length < 8) return true;
    const announced = u32be(start, 0);
    const long = announced === 1;
    const length = long ? u32be(start, 8) * 2 ** 32 + u32be(start, 12) : announced;
    const box: Box = {
      name: String.fromCharCode(...start.subarray(4, 8)),
      body: at + (long ? 16 : 8),
      end: length === 0 ? place.to : Math.min(place.to, at + Math.max(length, 8)),
      head: start.subarray(long ? 16 : 8),
    };
    if (box.name === 'trak') found.tracks.push({ chunks: [], runs: [], sizes: [] });
    noteSize(found, box);
    await noteTables(bytes, found, box);
    // (Their number, which is longer in newer versions.)
    const inside = box.name === 'iinf' ? (box.head[0] === 0 ? 6 : 8) : CONTAINERS[box.name];
    if (inside !== undefined) {
      const inner = { from: box.body + inside, to: box.end, depth: place.depth + 1, boxes: place.boxes };
      if (!(await walk(bytes, found, inner))) return false;
      place.boxes = inner.boxes;
    }
    at = box.end;
  }
  return true;
}

/** What the boxes say: items (`ispe`), tracks, sample entries. */
function noteSize(found: Found, { name, head }: Box): void {
  const note = (width: number, height: number): void => {
    found.size = found.size ? larger(found.size, { width, height }) : { width, height };
  };
  if (name === 'ispe') note(u32be(head, 4), u32be(head, 8));
  else if (name === 'av01' || name === 'encv') note(u16be(head, 24), u16be(head, 26));
  else if (name === 'tkhd') {
    const wide = head[0] === 1 ? 88 : 76;
    note(u16be(head, wide), u16be(head, wide + 4));
  }
  // Sizes of its samples: before them, their number.
  if (name === 'stsz' || name === 'stz2') found.frames = Math.max(found.frames, u32be(head, 8));
}

/** Where the streams are. */
async function noteTables(bytes: ByteWindow, found: Found, box: Box): Promise<void> {
  const track = found.tracks.at(-1);
  const read = TABLES[box.name];
  // A smaller kind of file has no boxes at all; samples of packed sizes are in no AVIF.
  if (box.name === 'mini' || (box.name === 'stz2' && track)) found.unreadable = true;
  if (box.name === 'idat') found.idat = box.body;
  if (!read) return;
  if (box.end - box.body > MAX_TABLE_BYTES) found.unreadable = true;
  else read(await bytes.take(box.body, box.end - box.body), found, track);
}

const TABLES: Record<string, (table: Uint8Array, found: Found, track: Track | undefined) => void> = {
  infe: (table, found) => {
    const { types } = found;
    if ((table[0] ?? 0) < 2) return;
    const wide = table[0] === 2 ? 2 : 4;
    const id = wide === 2 ? u16be(table, 4) : u32be(table, 4);
    // Named twice: who decodes it may take the other one.
    if (types.has(id)) found.unreadable = true;
    types.set(id, String.fromCharCode(...table.subarray(6 + wide, 10 + wide)));
  },
  iloc: readLocations,
  stsz: (table, found, track) => {
    const [same, count] = [u32be(table, 4), u32be(table, 8)];
    if (count > MAX_SAMPLES) found.unreadable = true;
    else
      track?.sizes.push(
        ...Array.from({ length: count }, (_, i) => (same > 0 ? same : u32be(table, 12 + 4 * i))),
      );
  },
  stsc: (table, _found, track) => {
    for (const at of entries(table, 12))
      track?.runs.push({ first: u32be(table, at), samples: u32be(table, at + 4) });
  },
  stco: (table, _found, track) => {
    for (const at of entries(table, 4)) track?.chunks.push(u32be(table, at));
  },
  co64: (table, _found, track) => {
    for (const at of entries(table, 8)) track?.chunks.push(u32be(table, at) * 2 ** 32 + u32be(table, at + 4));
  },
};

/** Offsets of the entries of a table that says how many it has. */
const entries = (table: Uint8Array, size: number): number[] =>
  Array.from(
    { length: Math.min(u32be(table, 4), Math.max(0, Math.floor((table.length - 8) / size))) },
    (_, i) => 8 + i * size,
  );

/** `iloc`: of each item the places of its bytes. */
function readLocations(table: Uint8Array, found: Found): void {
  const version = table[0] ?? 0;
  let at = 4;
  const number = (size: number): number => {
    let value = 0;
    for (let i = 0; i < size; i += 1) value = value * 256 + (table[at + i] ?? 0);
    at += size;
    return value;
  };
  const [sizes, more] = [number(1), number(1)];
  const [offsetSize, lengthSize, baseSize, indexSize] = [sizes >> 4, sizes & 15, more >> 4, more & 15];
  const wide = version < 2 ? 2 : 4;
  const count = number(wide);
  for (let i = 0; i < count && at < table.length; i += 1) {
    const id = number(wide);
    const construction = version === 0 ? 0 : number(2) & 15;
    number(2);
    const base = number(baseSize);
    const extents: Extent[] = [];
    const parts = number(2);
    for (let part = 0; part < parts && at < table.length; part += 1) {
      if (version > 0) number(indexSize);
      const from = base + number(offsetSize);
      extents.push({ from, length: number(lengthSize) || Number.POSITIVE_INFINITY });
    }
    // Made of other items: in no AVIF.
    if (construction > 1 || found.items.has(id)) found.unreadable = true;
    found.items.set(id, { extents, inside: construction === 1 });
  }
}

const NOTHING: Size = { width: 0, height: 0 };

/** Pictures in the file: each of them, and what is put together of them. */
async function sizeOfItems(bytes: ByteWindow, found: Found, steps: { left: number }): Promise<Size | null> {
  let size = NOTHING;
  let pixels = 0;
  for (const [id, type] of found.types) {
    const item = found.items.get(id);
    if (!item || (type !== 'av01' && type !== 'grid')) continue;
    if (item.inside && found.idat === null) return null;
    const read = streamOf(bytes, item, item.inside ? (found.idat ?? 0) : 0);
    const one: Size | null = type === 'av01' ? await largestFrame([read], steps) : gridOf(await read(0, 12));
    if (!one) return null;
    if (type === 'av01') pixels += one.width * one.height;
    size = larger(size, one);
  }
  return { ...size, pixels };
}

/** The picture that tiles make. */
function gridOf(payload: Uint8Array): Size | null {
  const wide = ((payload[1] ?? 0) & 1) !== 0;
  if (payload.length < (wide ? 12 : 8)) return null;
  return wide
    ? { width: u32be(payload, 4), height: u32be(payload, 8) }
    : { width: u16be(payload, 4), height: u16be(payload, 6) };
}

async function sizeOfTracks(bytes: ByteWindow, found: Found, steps: { left: number }): Promise<Size | null> {
  let size = NOTHING;
  for (const track of found.tracks) {
    const parts = samplesOf(track).map((extent) => streamOf(bytes, { extents: [extent] }, 0));
    if (parts.length === 0) continue;
    const one = await largestFrame(parts, steps);
    if (!one) return null;
    size = larger(size, one);
  }
  return size;
}

function samplesOf({ chunks, runs, sizes }: Track): Extent[] {
  const samples: Extent[] = [];
  let run = 0;
  for (const [index, chunk] of chunks.entries()) {
    while ((runs[run + 1]?.first ?? Number.POSITIVE_INFINITY) <= index + 1) run += 1;
    let from = chunk;
    for (let i = 0; i < (runs[run]?.samples ?? 0); i += 1) {
      const length = sizes[samples.length];
      if (length === undefined) return samples;
      samples.push({ from, length });
      from += length;
    }
  }
  return samples;
}

/** Reads across the places where the bytes lie. */
function streamOf(bytes: ByteWindow, { extents }: Pick<Item, 'extents'>, base: number): ReadStream {
  return async (offset, length) => {
    const parts: number[] = [];
    let skip = offset;
    for (const extent of extents) {
      if (skip >= extent.length) {
        skip -= extent.length;
        continue;
      }
      const wanted = Math.min(length - parts.length, extent.length - skip);
      const part = await bytes.take(base + extent.from + skip, wanted);
      parts.push(...part);
      if (parts.length >= length || part.length < wanted) break;
      skip = 0;
    }
    return Uint8Array.from(parts);
  };
}
