/**
 * A colour profile (ICC) without what says whose screen or camera it is of: names of devices and makers, serial
 * numbers, times. What colours are drawn with stays as it is.
 */
import { u32be } from '../byte-window.ts';
import { ascii } from '../picture-type.ts';
import { bytesOf, joined, u32beBytes } from './pieces.ts';

const HEADER_BYTES = 128;
/** Profiles of printers have half a MiB. */
export const MAX_PROFILE_BYTES = 4 * 1024 * 1024;
const MAX_TAGS = 100;

/** Of the format's tags those that colours are computed with. */
const KEPT = new Set(
  (
    'rXYZ gXYZ bXYZ wtpt bkpt chad rTRC gTRC bTRC kTRC cicp gamt A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 ' +
    'D2B0 D2B1 D2B2 D2B3 B2D0 B2D1 B2D2 B2D3'
  ).split(' '),
);

/** Fields of the header: program, time, device, its maker and model, what it can do, who made it, its fingerprint. */
const BLANKED: readonly (readonly [from: number, to: number])[] = [
  [4, 8],
  [24, 36],
  [48, 64],
  [80, 100],
];

const text = (bytes: Uint8Array, from: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + 4));

/** A name without meaning: some programs refuse a profile that has none. */
const NAME = joined(bytesOf('desc'), u32beBytes(0), u32beBytes(4), bytesOf('RGB\0'), new Uint8Array(79));

/** null for what is no profile: it is left out. */
export function cleanProfile(profile: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (profile.length < HEADER_BYTES + 4 || profile.length > MAX_PROFILE_BYTES || !ascii(profile, 36, 'acsp'))
    return null;
  const count = u32be(profile, HEADER_BYTES);
  if (count > MAX_TAGS) return null;
  const tags: { name: string; from: number; size: number }[] = [];
  for (let tag = 0; tag < count; tag += 1) {
    const at = HEADER_BYTES + 4 + 12 * tag;
    const [from, size] = [u32be(profile, at + 4), u32be(profile, at + 8)];
    if (at + 12 > profile.length || from + size > profile.length) return null;
    if (KEPT.has(text(profile, at))) tags.push({ name: text(profile, at), from, size });
  }
  if (tags.length === 0) return null;
  return assembled(profile, tags);
}

/** Tags that share their bytes go on sharing them. */
function assembled(
  profile: Uint8Array,
  tags: readonly { name: string; from: number; size: number }[],
): Uint8Array<ArrayBuffer> | null {
  const placed = new Map<string, number>();
  const bodies: Uint8Array[] = [];
  let end = HEADER_BYTES + 4 + 12 * (tags.length + 1);
  const table: Uint8Array[] = [u32beBytes(tags.length + 1)];
  const place = (name: string, bytes: Uint8Array, id: string): void => {
    const known = placed.get(id);
    const at = known ?? end;
    table.push(bytesOf(name), u32beBytes(at), u32beBytes(bytes.length));
    if (known !== undefined) return;
    placed.set(id, at);
    bodies.push(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
    end += bytes.length + ((4 - (bytes.length % 4)) % 4);
  };
  place('desc', NAME, 'desc');
  for (const { name, from, size } of tags)
    place(name, profile.subarray(from, from + size), `${from}:${size}`);
  // Tags that overlap would make it larger than it was.
  if (end > MAX_PROFILE_BYTES) return null;
  const header = profile.slice(0, HEADER_BYTES);
  for (const [from, to] of BLANKED) header.fill(0, from, to);
  header.set(u32beBytes(end));
  return joined(header, ...table, ...bodies);
}
