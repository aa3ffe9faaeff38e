/** PNG and APNG without texts, times, small pictures and what programs keep for themselves. */
import { u32be } from '../byte-window.ts';
import { ascii } from '../picture-type.ts';
import { type Cleaned, MAX_PARTS } from './cleaned.ts';
import { cleanProfile, MAX_PROFILE_BYTES } from './colour-profile.ts';
import { deflated, inflated } from './deflated.ts';
import { orientationOf, orientationTiff } from './orientation.ts';
import { bytesOf, joined, Pieces, u32beBytes } from './pieces.ts';

/** The picture, its colours and its movement. */
const KEPT = new Set('IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB cICP sBIT bKGD pHYs acTL fcTL fdAT'.split(' '));
const HEAD_BYTES = 8;
/** Length, name, and the sum behind the bytes. */
const AROUND_BYTES = 12;

/** null when it is damaged. What follows its end, and what was cut off by whoever cropped it badly, goes. */
export async function cleanPng(file: Uint8Array<ArrayBuffer>): Promise<Cleaned | null> {
  const pieces = new Pieces(file);
  pieces.keep(0, HEAD_BYTES);
  let orientation = 1;
  let frames = 0;
  let profiled = false;
  let at = HEAD_BYTES;
  for (let step = 0; step < MAX_PARTS; step += 1) {
    const length = u32be(file, at);
    const end = at + AROUND_BYTES + length;
    if (end > file.length || (step === 0 && !ascii(file, at + 4, 'IHDR'))) return null;
    const name = String.fromCharCode(...file.subarray(at + 4, at + 8));
    const body = file.subarray(at + 8, at + 8 + length);
    if (KEPT.has(name)) pieces.keep(at, end);
    if (name === 'fcTL') frames += 1;
    if (name === 'eXIf') orientation = orientationOf(body);
    if (name === 'iCCP' && !profiled) {
      profiled = true;
      const profile = await profileOf(body);
      if (profile) pieces.add(chunk('iCCP', profile));
    }
    if (name === 'IEND') {
      const parts = pieces.done();
      return {
        parts: orientation === 1 ? parts : withOrientation(file, pieces, orientation),
        orientation,
        frames: Math.max(1, frames),
      };
    }
    at = end;
  }
  return null;
}

/** Before the end, which is the last chunk. */
function withOrientation(
  file: Uint8Array<ArrayBuffer>,
  pieces: Pieces,
  orientation: number,
): Uint8Array<ArrayBuffer>[] {
  const all = pieces.done();
  const last = all.at(-1) ?? file;
  const end = chunk('IEND', new Uint8Array());
  return [
    ...all.slice(0, -1),
    last.subarray(0, last.length - end.length),
    chunk('eXIf', orientationTiff(orientation)),
    end,
  ];
}

/** A name, a zero, how it is packed, and the packed profile. */
async function profileOf(body: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | null> {
  const end = body.indexOf(0);
  if (end < 1 || end > 79 || body[end + 1] !== 0) return null;
  const profile = await inflated(body.slice(end + 2), MAX_PROFILE_BYTES);
  const clean = profile && cleanProfile(profile);
  const packed = clean && (await deflated(clean));
  return packed && joined(bytesOf('RGB\0\0'), packed);
}

function chunk(name: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const named = joined(bytesOf(name), body);
  return joined(u32beBytes(body.length), named, u32beBytes(crc32(named)));
}

const POLYNOMIAL = 0xedb88320;

/** The sum of PNG's chunks. */
function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
  }
  return ~sum >>> 0;
}
