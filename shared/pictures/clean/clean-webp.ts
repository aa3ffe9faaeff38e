/** WebP, also one that moves, without EXIF, XMP and chunks that nobody knows. */
import { u32le } from '../byte-window.ts';
import { ascii } from '../picture-type.ts';
import { type Cleaned, MAX_PARTS } from './cleaned.ts';
import { cleanProfile } from './colour-profile.ts';
import { EXIF_LETTERS, orientationOf, orientationTiff } from './orientation.ts';
import { bytesOf, joined, Pieces, u32leBytes } from './pieces.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const PROFILE = 0x20;
const EXIF = 0x08;
const XMP = 0x04;
const PIXELS = ['VP8 ', 'VP8L', 'ALPH'];
/** Before the chunks of a frame: its place, size, time. */
const FRAME_HEAD = 16;

interface Chunk {
  name: string;
  /** Of its bytes. */
  body: number;
  /** Without the byte that makes it even. */
  end: number;
}

/** null when it is damaged. */
export function cleanWebp(file: Bytes): Cleaned | null {
  const chunks = chunksOf(file, 12, Math.min(file.length, 8 + u32le(file, 4)));
  const first = chunks?.[0];
  if (!chunks || !first) return null;
  const picture = new Pieces(file);
  let orientation = 1;
  let frames = 0;
  let flags = first.name === 'VP8X' ? (file[first.body] ?? 0) & ~(PROFILE | EXIF | XMP) : null;
  let pixels = 0;
  for (const chunk of chunks) {
    const body = file.subarray(chunk.body, chunk.end);
    if (PIXELS.includes(chunk.name) || chunk.name === 'ANIM') add(picture, chunk.name, [body]);
    if (PIXELS.includes(chunk.name)) pixels += 1;
    if (chunk.name === 'ANMF') {
      const inside = chunksOf(file, chunk.body + FRAME_HEAD, chunk.end);
      if (!inside) return null;
      const frame = new Pieces(file);
      for (const part of inside)
        if (PIXELS.includes(part.name)) add(frame, part.name, [file.subarray(part.body, part.end)]);
      add(picture, 'ANMF', [body.subarray(0, FRAME_HEAD), ...frame.done()]);
      frames += 1;
    }
    if (chunk.name === 'ICCP' && flags !== null && (flags & PROFILE) === 0) {
      const profile = cleanProfile(body);
      if (profile) {
        add(picture, 'ICCP', [profile]);
        flags |= PROFILE;
      }
    }
    if (chunk.name === 'EXIF')
      orientation = orientationOf(ascii(body, 0, EXIF_LETTERS) ? body.subarray(EXIF_LETTERS.length) : body);
  }
  if (pixels + frames === 0) return null;
  if (flags === null) orientation = 1;
  else if (orientation !== 1) {
    add(picture, 'EXIF', [orientationTiff(orientation)]);
    flags |= EXIF;
  }
  return { parts: assembled(file, picture, first, flags), orientation, frames: Math.max(1, frames) };
}

/** `flags`: of the chunk that says what there is besides pixels; null = there is none. */
function assembled(file: Bytes, picture: Pieces, first: Chunk, flags: number | null): Bytes[] {
  const head: Bytes[] = [];
  if (flags !== null) {
    const body = file.slice(first.body, first.end);
    body[0] = flags;
    head.push(bytesOf('VP8X'), u32leBytes(body.length), body);
  }
  const length = picture.length + head.reduce((sum, bytes) => sum + bytes.length, 0);
  return [bytesOf('RIFF'), u32leBytes(4 + length), bytesOf('WEBP'), ...head, ...picture.done()];
}

function add(pieces: Pieces, name: string, body: readonly Bytes[]): void {
  const length = body.reduce((sum, bytes) => sum + bytes.length, 0);
  pieces.add(joined(bytesOf(name), u32leBytes(length)));
  for (const bytes of body) pieces.add(bytes);
  if (length % 2 === 1) pieces.add(Uint8Array.of(0));
}

/** null when one reaches beyond the end, or there are too many. */
function chunksOf(file: Bytes, from: number, to: number): Chunk[] | null {
  const chunks: Chunk[] = [];
  let at = from;
  while (at + 8 <= to) {
    if (chunks.length >= MAX_PARTS) return null;
    const name = String.fromCharCode(...file.subarray(at, at + 4));
    const length = u32le(file, at + 4);
    const end = at + 8 + length;
    if (end > to) return null;
    chunks.push({ name, body: at + 8, end });
    at = end + (length % 2);
  }
  return chunks;
}
