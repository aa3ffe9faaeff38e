/** JPEG without what a camera or a program wrote beside the picture. */
import { u16be } from '../byte-window.ts';
import { ascii } from '../picture-type.ts';
import { type Cleaned, MAX_PARTS } from './cleaned.ts';
import { cleanProfile, MAX_PROFILE_BYTES } from './colour-profile.ts';
import { EXIF_LETTERS, orientationOf, orientationTiff } from './orientation.ts';
import { bytesOf, joined, Pieces, u16beBytes } from './pieces.ts';

const SOS = 0xda;
const EOI = 0xd9;
const PROFILE_LETTERS = 'ICC_PROFILE\0';
/** Most of a profile in one segment. */
const PROFILE_PIECE = 65_519;

/** What is read on the way. */
interface Found {
  orientation: number;
  /** Of its numbered parts. */
  profile: Map<number, Uint8Array>;
  /** JFIF: version and density, without its small picture. */
  jfif: Uint8Array<ArrayBuffer> | null;
}

/** null when it is damaged before its first pixels. What is cut off behind them ends there. */
export function cleanJpeg(file: Uint8Array<ArrayBuffer>): Cleaned | null {
  const found: Found = { orientation: 0, profile: new Map(), jfif: null };
  const picture = new Pieces(file);
  let hasPixels = false;
  let at = 2;
  for (let step = 0; ; step += 1) {
    if (step > MAX_PARTS) return null;
    // Fill bytes, and rubbish between segments, which decoders step over.
    at = file.indexOf(0xff, at);
    while (at >= 0 && file[at + 1] === 0xff) at += 1;
    const marker = at < 0 ? undefined : file[at + 1];
    if (marker === undefined || marker === EOI) break;
    if (marker <= 1 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    const end = at + 2 + u16be(file, at + 2);
    if (end < at + 4 || end > file.length) {
      if (hasPixels) break;
      return null;
    }
    if (marker === SOS) {
      const after = endOfScan(file, end);
      picture.keep(at, after);
      hasPixels = true;
      at = after;
      continue;
    }
    keepSegment(file, marker, at, end, picture, found);
    at = end;
  }
  return hasPixels ? assembled(file, picture, found) : null;
}

/** Where the pixels of a scan end: at the next marker that is none of theirs. */
function endOfScan(file: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    at = file.indexOf(0xff, at);
    if (at < 0) return file.length;
    const next = file[at + 1];
    if (next === undefined) return at;
    // A stuffed byte, a restart; of fill bytes the last one begins a marker.
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
    at += next === 0xff ? 1 : 2;
  }
}

function keepSegment(
  file: Uint8Array<ArrayBuffer>,
  marker: number,
  at: number,
  end: number,
  picture: Pieces,
  found: Found,
): void {
  const body = file.subarray(at + 4, end);
  // Frames, tables, intervals.
  if ((marker >= 0xc0 && marker <= 0xcf) || (marker >= 0xdb && marker <= 0xdf)) picture.keep(at, end);
  else if (marker === 0xe0 && ascii(body, 0, 'JFIF\0') && body.length >= 14)
    found.jfif ??= joined(bytesOf('\u00ff\u00e0'), u16beBytes(16), body.subarray(0, 12), u16beBytes(0));
  else if (marker === 0xe1 && ascii(body, 0, EXIF_LETTERS))
    found.orientation ||= orientationOf(body.subarray(EXIF_LETTERS.length));
  else if (marker === 0xe2 && ascii(body, 0, PROFILE_LETTERS))
    found.profile.set(body[PROFILE_LETTERS.length] ?? 0, body.subarray(PROFILE_LETTERS.length + 2));
  // How colours are stored (CMYK, YCCK).
  else if (marker === 0xee && ascii(body, 0, 'Adobe') && body.length >= 12)
    picture.add(joined(bytesOf('\u00ff\u00ee'), u16beBytes(14), body.subarray(0, 12)));
}

function assembled(file: Uint8Array<ArrayBuffer>, picture: Pieces, found: Found): Cleaned {
  const orientation = found.orientation || 1;
  const pieces = new Pieces(file);
  pieces.keep(0, 2);
  if (found.jfif) pieces.add(found.jfif);
  if (orientation !== 1) pieces.add(segment(0xe1, bytesOf(EXIF_LETTERS), orientationTiff(orientation)));
  const profile = profileOf(found.profile);
  const count = Math.ceil((profile?.length ?? 0) / PROFILE_PIECE);
  for (let part = 0; part < count; part += 1)
    pieces.add(
      segment(
        0xe2,
        bytesOf(PROFILE_LETTERS),
        Uint8Array.of(part + 1, count),
        (profile ?? new Uint8Array()).subarray(part * PROFILE_PIECE, (part + 1) * PROFILE_PIECE),
      ),
    );
  pieces.addAll(picture);
  pieces.add(bytesOf('\u00ff\u00d9'));
  return { parts: pieces.done(), orientation, frames: 1 };
}

function profileOf(parts: ReadonlyMap<number, Uint8Array>): Uint8Array<ArrayBuffer> | null {
  const ordered = [...parts].sort(([one], [other]) => one - other).map(([, bytes]) => bytes);
  const length = ordered.reduce((sum, bytes) => sum + bytes.length, 0);
  return length === 0 || length > MAX_PROFILE_BYTES ? null : cleanProfile(joined(...ordered));
}

const segment = (marker: number, ...body: Uint8Array[]): Uint8Array<ArrayBuffer> =>
  joined(
    Uint8Array.of(0xff, marker),
    u16beBytes(2 + body.reduce((sum, { length }) => sum + length, 0)),
    ...body,
  );
