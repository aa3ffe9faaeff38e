/**
 * What cameras write into MP4 and QuickTime films (ISO/IEC 14496-12, QuickTime File Format): places, times, makers,
 * names of encoders, and whole tracks of positions. Boxes that say such things become `free` ones of the same size.
 */
import { type ReadBytes, u32be } from '../byte-window.ts';
import { FilmPatches, NotUnderstood, Ranges } from './film-patches.ts';

/** Of the file itself; of a film in fragments there are two a fragment. */
const MAX_TOP_BOXES = 20_000;
/** The tables of a film: a day of it has less. */
const MAX_MOOV_BYTES = 64 * 1024 * 1024;
/** Of these tables. */
const MAX_INNER_BOXES = 100_000;

/** Of the file: everything else is somebody's own, and is blanked. `free` ones are blanked as well. */
const KEPT_TOP = new Set(['ftyp', 'styp', 'moov', 'mdat', 'moof', 'mfra', 'sidx', 'ssix', 'pdin']);
const KEPT_IN_MOOV = new Set(['mvhd', 'trak', 'mvex', 'iods', 'pssh']);
const KEPT_IN_TRAK = new Set(['tkhd', 'mdia', 'edts', 'tref', 'tapt']);
const KEPT_IN_MDIA = new Set(['mdhd', 'hdlr', 'minf', 'elng']);
/** Of what is inside them only these go: the rest is how a track is read. */
const NEVER_KEPT = new Set(['udta', 'meta', 'uuid', 'free', 'skip']);
/** What somebody sees, hears or reads; all others are positions, movements, clocks. */
const KEPT_HANDLERS = new Set(['vide', 'soun', 'auxv', 'text', 'sbtl', 'subt', 'clcp']);
/** References to tracks that are gone. */
const KEPT_REFERENCES = new Set(['chap', 'subt', 'font', 'auxl', 'vdep', 'vplx', 'folw', 'forc', 'sync']);

interface Box {
  type: string;
  at: number;
  /** Where its content begins. */
  content: number;
  end: number;
}

/** What is to be blanked. @throws NotUnderstood */
export async function mp4Patches(read: ReadBytes, size: number): Promise<FilmPatches> {
  const patches = new FilmPatches();
  const media = new Ranges();
  const blanked = new Ranges();
  let moov: Box | null = null;
  let hasMedia = false;
  let at = 0;
  for (let steps = 0; at < size; steps += 1) {
    if (steps >= MAX_TOP_BOXES) throw new NotUnderstood('more boxes than a film has');
    const box = boxOf(await read(at, 16), at, size);
    if (!box) {
      // Some cameras write their own data behind the film, in no box.
      if (!moov || !hasMedia) throw new NotUnderstood('a box of an impossible size');
      blanked.add(at, size);
      patches.zero(at, size - at);
      break;
    }
    if (box.type === 'moov') {
      if (moov) throw new NotUnderstood('two tables of one film');
      moov = box;
    } else if (box.type === 'mdat' || box.type === 'moof') {
      hasMedia = true;
      media.add(box.content, box.end);
    } else if (!KEPT_TOP.has(box.type)) {
      blanked.add(box.at, box.end);
      if (box.type !== 'free' && box.type !== 'skip') patches.write(box.at + 4, FREE);
      patches.zero(box.content, box.end - box.content);
    }
    at = box.end;
  }
  if (!moov || moov.end - moov.at > MAX_MOOV_BYTES) throw new NotUnderstood('no tables, or too many');
  const before = await read(moov.at, moov.end - moov.at);
  // (Of a `Buffer`, `slice` is no copy.)
  const bytes = new Uint8Array(before);
  if (bytes.length !== moov.end - moov.at) throw new NotUnderstood('a film that was cut off');
  new Tables(bytes, moov.content - moov.at).clean(patches, media, blanked);
  patches.change(moov.at, before, bytes);
  return patches;
}

const FREE = Uint8Array.of(0x66, 0x72, 0x65, 0x65);

/** null for a size that cannot be. Media that were cut off, and are still played, end with the file. */
function boxOf(head: Uint8Array, at: number, size: number): Box | null {
  if (head.length < 8) return null;
  const type = typeAt(head, 0);
  const short = u32be(head, 0);
  const content = short === 1 ? 16 : 8;
  if (head.length < content) return null;
  const length = short === 0 ? size - at : short === 1 ? u32be(head, 8) * 2 ** 32 + u32be(head, 12) : short;
  if (length < content || (length > size - at && type !== 'mdat')) return null;
  return { type, at, content: at + content, end: Math.min(size, at + length) };
}

const typeAt = (bytes: Uint8Array, at: number): string =>
  String.fromCharCode(...bytes.subarray(at + 4, at + 8));

/** The box `moov`, which is changed in place. */
class Tables {
  readonly #bytes: Uint8Array;
  readonly #from: number;
  #left = MAX_INNER_BOXES;

  constructor(bytes: Uint8Array, from: number) {
    this.#bytes = bytes;
    this.#from = from;
  }

  /**
   * `patches` learn where in the file samples of tracks lie that are gone. `media`: where samples may lie; `blanked`:
   * where none may that is shown. @throws NotUnderstood
   */
  clean(patches: FilmPatches, media: Ranges, blanked: Ranges): void {
    const boxes = this.#in(this.#from, this.#bytes.length);
    const isFragmented = boxes.some(({ type }) => type === 'mvex');
    for (const box of boxes) {
      if (!KEPT_IN_MOOV.has(box.type)) this.#erase(box);
      else if (box.type === 'mvhd') this.#clearTimes(box);
      else if (box.type === 'trak') this.#track(box, { patches, media, blanked }, isFragmented);
    }
  }

  #track(
    track: Box,
    { patches, media, blanked }: { patches: FilmPatches; media: Ranges; blanked: Ranges },
    isFragmented: boolean,
  ): void {
    const parts = this.#in(track.content, track.end);
    const inMedia = this.#inside(parts, 'mdia');
    const handler = inMedia.find(({ type }) => type === 'hdlr');
    if (!handler || handler.end - handler.content < 12) throw new NotUnderstood('a track of no kind');
    const kind = typeAt(this.#bytes, handler.content + 4);
    const inMinf = this.#inside(inMedia, 'minf');
    const inStbl = this.#inside(inMinf, 'stbl');
    if (!KEPT_HANDLERS.has(kind)) {
      // (What stands in fragments of it is not found.)
      if (isFragmented) throw new NotUnderstood('a track of its own in fragments');
      blankSamples(this.#bytes, inStbl, patches, media);
      this.#erase(track);
      return;
    }
    for (const place of chunksOf(this.#bytes, inStbl))
      if (blanked.endAround(place) !== null) throw new NotUnderstood('pictures where none may be');
    this.#keepOnly(parts, KEPT_IN_TRAK);
    this.#keepOnly(inMedia, KEPT_IN_MDIA);
    this.#keepOnly(this.#inside(parts, 'tref'), KEPT_REFERENCES);
    for (const box of [...parts, ...inMedia, ...inMinf, ...inStbl]) {
      if (NEVER_KEPT.has(box.type)) this.#erase(box);
      else if (box.type === 'tkhd' || box.type === 'mdhd') this.#clearTimes(box);
      // Behind the kind: who made it, and a name.
      else if (box.type === 'hdlr') this.#zero(box.content + 12, box.end);
      else if (box.type === 'stsd') this.#clearEncoders(box, kind);
    }
  }

  #keepOnly(boxes: readonly Box[], kept: ReadonlySet<string>): void {
    for (const box of boxes) if (!kept.has(box.type)) this.#erase(box);
  }

  #inside(boxes: readonly Box[], type: string): Box[] {
    const box = boxes.find((one) => one.type === type);
    return box ? this.#in(box.content, box.end) : [];
  }

  #in(from: number, to: number): Box[] {
    const boxes: Box[] = [];
    for (let at = from; at + 8 <= to;) {
      this.#left -= 1;
      if (this.#left < 0) throw new NotUnderstood('more boxes than a film has');
      const box = u32be(this.#bytes, at) === 0 ? null : boxOf(this.#bytes.subarray(at, at + 16), at, to);
      // QuickTime may end a list with zeros.
      if (!box && u32be(this.#bytes, at) === 0 && to - at < 16) break;
      if (!box) throw new NotUnderstood('a box of an impossible size');
      boxes.push(box);
      at = box.end;
    }
    return boxes;
  }

  #erase({ at, content, end }: Box): void {
    this.#bytes.set(FREE, at + 4);
    this.#zero(content, end);
  }

  #zero(from: number, to: number): void {
    if (to > from) this.#bytes.fill(0, from, to);
  }

  /** When it was made, and changed. */
  #clearTimes({ content, end }: Box): void {
    const bytes = this.#bytes[content] === 1 ? 16 : 8;
    this.#zero(content + 4, Math.min(end, content + 4 + bytes));
  }

  /** Names of encoders say which camera it was. */
  #clearEncoders({ content, end }: Box, kind: string): void {
    for (let at = content + 8; at + 16 <= end;) {
      const length = u32be(this.#bytes, at);
      if (length < 16 || length > end - at) throw new NotUnderstood('a description of an impossible size');
      const isPicture = kind === 'vide' || kind === 'auxv';
      if ((isPicture || kind === 'soun') && length >= 24) this.#zero(at + 20, at + 24);
      if (isPicture && length >= 82) this.#zero(at + 50, at + 82);
      at += length;
    }
  }
}

/** Places of the chunks of a track, in the file. */
function* chunksOf(bytes: Uint8Array, inStbl: readonly Box[]): Generator<number> {
  const box = inStbl.find(({ type }) => type === 'stco' || type === 'co64');
  if (!box) return;
  const width = box.type === 'co64' ? 8 : 4;
  const count = countOf(bytes, box, 4, width);
  for (let n = 0, at = box.content + 8; n < count; n += 1, at += width)
    yield width === 4 ? u32be(bytes, at) : u32be(bytes, at) * 2 ** 32 + u32be(bytes, at + 4);
}

/** Entries of a table; its number of them stands `skip` bytes behind its beginning. */
function countOf(bytes: Uint8Array, { content, end }: Box, skip: number, width: number): number {
  const count = u32be(bytes, content + skip);
  if (content + skip + 4 > end || count * width > end - content - skip - 4)
    throw new NotUnderstood('a table that is longer than its box');
  return count;
}

/** Of a track: one range a chunk. Each lies in `media`, or this is no film. */
function blankSamples(bytes: Uint8Array, inStbl: readonly Box[], patches: FilmPatches, media: Ranges): void {
  const sizes = inStbl.find(({ type }) => type === 'stsz');
  const runs = inStbl.find(({ type }) => type === 'stsc');
  if (!sizes || !runs || sizes.end - sizes.content < 12) throw new NotUnderstood('a track without tables');
  const same = u32be(bytes, sizes.content + 4);
  const samples = same > 0 ? u32be(bytes, sizes.content + 8) : countOf(bytes, sizes, 8, 4);
  const runCount = countOf(bytes, runs, 4, 12);
  let [chunk, run, sample] = [0, 0, 0];
  for (const place of chunksOf(bytes, inStbl)) {
    chunk += 1;
    while (run + 1 < runCount && u32be(bytes, runs.content + 8 + (run + 1) * 12) <= chunk) run += 1;
    const perChunk = runCount === 0 ? 0 : u32be(bytes, runs.content + 8 + run * 12 + 4);
    const last = Math.min(samples, sample + perChunk);
    let length = same * (last - sample);
    if (same === 0) for (let n = sample; n < last; n += 1) length += u32be(bytes, sizes.content + 12 + n * 4);
    sample = last;
    if (length === 0) continue;
    const end = media.endAround(place);
    if (end === null || place + length > end) throw new NotUnderstood('samples that lie nowhere');
    patches.zero(place, length);
  }
}
