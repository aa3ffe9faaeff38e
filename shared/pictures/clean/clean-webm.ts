/**
 * What programs write into WebM and Matroska films (RFC 8794, RFC 9559): tags, attachments, titles, times, names. Such
 * elements become `Void` ones of the same size.
 */
import type { ReadBytes } from '../byte-window.ts';
import { FilmPatches, NotUnderstood } from './film-patches.ts';

const MAX_ELEMENTS = 200_000;
/** Of what is read whole. */
const MAX_HEAD_BYTES = 4 * 1024 * 1024;

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;
/** Of a segment: where things are, pictures and sound, chapters. */
const KEPT = new Set([INFO, TRACKS, CLUSTER, 0x114d9b74, 0x1c53bb6b, 0x1043a770]);
const TRACK_ENTRY = 0xae;
/** Of `INFO`: unit of its times, length. */
const KEPT_IN_INFO = new Set([0x2ad7b1, 0x4489]);
/** Names of programs, which must be there. */
const EMPTIED_IN_INFO = new Set([0x4d80, 0x5741]);
/** Of a track: its name, and a check sum that is none any more. */
const GONE_IN_TRACK = new Set([0x536e, 0xbf, 0xec]);

interface Element {
  id: number;
  at: number;
  content: number;
  end: number;
  /** Its end is found by reading on only. */
  isOpen: boolean;
}

/** What is to be blanked. @throws NotUnderstood */
export async function webmPatches(read: ReadBytes, size: number): Promise<FilmPatches> {
  const patches = new FilmPatches();
  const header = elementOf(await read(0, 12), 0, size);
  if (header?.id !== EBML || header.isOpen) throw new NotUnderstood('no film of this kind');
  const segment = elementOf(await read(header.end, 12), header.end, size);
  if (segment?.id !== SEGMENT) throw new NotUnderstood('no segment');
  let hasPictures = false;
  let at = segment.content;
  for (let steps = 0; at < segment.end; steps += 1) {
    if (steps >= MAX_ELEMENTS) throw new NotUnderstood('more elements than a film has');
    const element = elementOf(await read(at, 12), at, segment.end);
    if (!element) {
      if (!hasPictures) throw new NotUnderstood('an element of an impossible size');
      patches.zero(at, segment.end - at);
      break;
    }
    if (element.id === CLUSTER) {
      hasPictures = true;
      // Recorded as it came: what follows are pictures, to the end.
      if (element.isOpen) return patches;
    } else if (element.isOpen) throw new NotUnderstood('an element without an end');
    else if (element.id === INFO || element.id === TRACKS) await cleanHead(read, element, patches);
    else if (!KEPT.has(element.id)) {
      const length = element.end - element.at;
      const start = voidHead(length);
      patches.write(element.at, start);
      patches.zero(element.at + start.length, length - start.length);
    }
    at = element.end;
  }
  // What follows the segment is no part of the film.
  patches.zero(segment.end, size - segment.end);
  return patches;
}

async function cleanHead(read: ReadBytes, element: Element, patches: FilmPatches): Promise<void> {
  const length = element.end - element.at;
  if (length > MAX_HEAD_BYTES) throw new NotUnderstood('more about a film than there can be');
  const before = await read(element.at, length);
  // (Of a `Buffer`, `slice` is no copy.)
  const bytes = new Uint8Array(before);
  if (bytes.length !== length) throw new NotUnderstood('a film that was cut off');
  const inside = childrenOf(bytes, element.content - element.at, length);
  if (element.id === INFO) {
    for (const child of inside)
      if (EMPTIED_IN_INFO.has(child.id)) bytes.fill(0, child.content, child.end);
      else if (!KEPT_IN_INFO.has(child.id)) erase(bytes, child);
  } else {
    for (const child of inside) {
      if (child.id !== TRACK_ENTRY) erase(bytes, child);
      else
        for (const part of childrenOf(bytes, child.content, child.end))
          if (GONE_IN_TRACK.has(part.id)) erase(bytes, part);
    }
  }
  patches.change(element.at, before, bytes);
}

function childrenOf(bytes: Uint8Array, from: number, to: number): Element[] {
  const found: Element[] = [];
  for (let at = from; at < to;) {
    const element = elementOf(bytes.subarray(at, Math.min(to, at + 12)), at, to);
    if (!element || element.isOpen) throw new NotUnderstood('an element of an impossible size');
    found.push(element);
    at = element.end;
  }
  return found;
}

function erase(bytes: Uint8Array, { at, end }: Element): void {
  bytes.fill(0, at, end);
  bytes.set(voidHead(end - at), at);
}

/** Of an element of `length` bytes in all. */
function voidHead(length: number): Uint8Array {
  if (length <= 128) return Uint8Array.of(0xec, 0x80 | (length - 2));
  const head = new Uint8Array(9);
  head.set([0xec, 0x01]);
  let left = length - 9;
  for (let at = 8; at > 1; at -= 1) {
    head[at] = left % 256;
    left = Math.floor(left / 256);
  }
  return head;
}

/** null for a size that cannot be. Pictures that were cut off end with what they are in. */
function elementOf(head: Uint8Array, at: number, most: number): Element | null {
  const id = numberAt(head, 0, 4, true);
  const size = id && numberAt(head, id.width, 8, false);
  if (!id || !size) return null;
  const content = at + id.width + size.width;
  const isOpen = size.value === 2 ** (7 * size.width) - 1;
  const end = isOpen ? most : content + size.value;
  if (content > most || (end > most && id.value !== CLUSTER && id.value !== SEGMENT)) return null;
  return { id: id.value, at, content, end: Math.min(most, end), isOpen };
}

/** A number that says by its first byte how long it is; of ids that belongs to it. */
function numberAt(
  bytes: Uint8Array,
  at: number,
  most: number,
  isId: boolean,
): { value: number; width: number } | null {
  const first = bytes[at] ?? 0;
  const width = Math.clz32(first) - 23;
  if (width > most || at + width > bytes.length) return null;
  let value = isId ? first : first & (0xff >> width);
  for (let n = 1; n < width; n += 1) value = value * 256 + (bytes[at + n] ?? 0);
  return { value, width };
}
