/**
 * How large the frames of an AV1 stream are, from its own headers: what holds the stream (AVIF's boxes) can say
 * anything, and decoders scale what they have decoded to what was said.
 */
import { larger, type Size } from './byte-window.ts';

/** Up to `length` bytes from `offset` of the stream; fewer at its end. */
export type ReadStream = (offset: number, length: number) => Promise<Uint8Array>;

/** What the header of a sequence says about its frames. */
interface Sequence extends Size {
  /** The largest that a frame can say of itself. */
  most: Size;
  reduced: boolean;
  /** Bits of a presentation time that a frame shown carries; 0 = none. */
  timeBits: number;
  /** 0 and 1 as it is, 2 = each frame says. */
  screenContent: number;
  integerMotion: number;
  /** Bits of a frame's id; 0 = none. */
  idBits: number;
}

const SEQUENCE = 1;
/** A header alone, one with its frame, a header again. */
const FRAME_HEADERS: ReadonlySet<number> = new Set([3, 6, 7]);
/** A sequence header is within these bytes, also with 32 operating points. */
const HEADER_BYTES = 160;
const KEY_FRAME = 0;
const SWITCH_FRAME = 3;
const EACH_SAYS = 2;

/** Reads numbers bit by bit; 0 behind the end. */
class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.#at > this.#bytes.length * 8;
  }

  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i += 1) {
      const byte = this.#bytes[this.#at >> 3] ?? 0;
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }

  flag(): boolean {
    return this.read(1) === 1;
  }

  /** `uvlc`: its value says nothing here. */
  skipVariable(): void {
    let zeros = 0;
    while (zeros < 32 && !this.isOver && !this.flag()) zeros += 1;
    if (zeros < 32) this.read(zeros);
  }
}

/**
 * The largest frame of a stream that comes in parts, each of whole units. null for one that cannot be read. Of frames
 * with a size of their own, which decoders do not hold to what the sequence says, the largest that their bits can say.
 *
 * @param steps What may be read, shared with whoever reads other streams of the file.
 */
export async function largestFrame(
  parts: Iterable<ReadStream>,
  steps: { left: number },
): Promise<Size | null> {
  let largest: Size | null = null;
  let sequence: Sequence | null = null;
  for (const read of parts) {
    for (let at = 0; ;) {
      steps.left -= 1;
      if (steps.left < 0) return null;
      const head = await read(at, HEADER_BYTES);
      if (head.length === 0) break;
      const unit = unitOf(head);
      if (!unit) return null;
      const body = head.subarray(unit.body, unit.size === null ? undefined : unit.body + unit.size);
      let size: Size | null = null;
      if (unit.type === SEQUENCE) {
        sequence = sequenceOf(body);
        if (!sequence) return null;
        size = { width: sequence.width, height: sequence.height };
      } else if (FRAME_HEADERS.has(unit.type)) {
        if (!sequence) return null;
        if (hasOwnSize(body, sequence)) size = sequence.most;
      }
      if (size) largest = largest ? larger(largest, size) : size;
      if (unit.size === null) break;
      at += unit.body + unit.size;
    }
  }
  return largest;
}

/** Header of an OBU: its type, where its body begins and how long it is (null = to the end of the stream). */
function unitOf(head: Uint8Array): { type: number; body: number; size: number | null } | null {
  const first = head[0] ?? 0;
  if ((first & 0x80) !== 0) return null;
  const type = (first >> 3) & 15;
  let body = (first & 4) === 0 ? 1 : 2;
  if ((first & 2) === 0) return { type, body, size: null };
  let size = 0;
  for (let i = 0; i < 8; i += 1) {
    const byte = head[body];
    if (byte === undefined) return null;
    body += 1;
    size += (byte & 0x7f) * 2 ** (7 * i);
    if ((byte & 0x80) === 0) return { type, body, size };
  }
  return null;
}

function sequenceOf(body: Uint8Array): Sequence | null {
  const bits = new Bits(body);
  // Profile, still picture.
  bits.read(4);
  const reduced = bits.flag();
  const timeBits = reduced ? reducedLevel(bits) : operatingPoints(bits);
  const [widthBits, heightBits] = [bits.read(4) + 1, bits.read(4) + 1];
  const width = bits.read(widthBits) + 1;
  const height = bits.read(heightBits) + 1;
  const idBits = !reduced && bits.flag() ? bits.read(4) + 2 + bits.read(3) + 1 : 0;
  // Superblocks, two filters.
  bits.read(3);
  let [screenContent, integerMotion] = [EACH_SAYS, EACH_SAYS];
  if (!reduced) {
    // Compound prediction, warping, two filters.
    bits.read(4);
    const order = bits.flag();
    if (order) bits.read(2);
    screenContent = bits.flag() ? EACH_SAYS : bits.read(1);
    if (screenContent > 0) integerMotion = bits.flag() ? EACH_SAYS : bits.read(1);
  }
  if (bits.isOver) return null;
  const most = { width: 2 ** widthBits, height: 2 ** heightBits };
  return { width, height, most, reduced, timeBits, screenContent, integerMotion, idBits };
}

function reducedLevel(bits: Bits): number {
  bits.read(5);
  return 0;
}

/** Timing and operating points; the number of bits of a frame's presentation time, 0 where frames have none. */
function operatingPoints(bits: Bits): number {
  let delayBits = 0;
  let timeBits = 0;
  if (bits.flag()) {
    bits.read(64);
    const equal = bits.flag();
    if (equal) bits.skipVariable();
    if (bits.flag()) {
      delayBits = bits.read(5) + 1;
      bits.read(32 + 5);
      const presentationBits = bits.read(5) + 1;
      timeBits = equal ? 0 : presentationBits;
    }
  }
  const displayDelay = bits.flag();
  const count = bits.read(5) + 1;
  for (let i = 0; i < count; i += 1) {
    bits.read(12);
    if (bits.read(5) > 7) bits.read(1);
    if (delayBits > 0 && bits.flag()) bits.read(2 * delayBits + 1);
    if (displayDelay && bits.flag()) bits.read(4);
  }
  return timeBits;
}

/** Whether a frame says its size itself (`frame_size_override_flag`). */
function hasOwnSize(body: Uint8Array, sequence: Sequence): boolean {
  if (sequence.reduced) return false;
  const bits = new Bits(body);
  // One that was decoded before is shown.
  if (bits.flag()) return false;
  const type = bits.read(2);
  if (type === SWITCH_FRAME) return true;
  const shown = bits.flag();
  if (shown) bits.read(sequence.timeBits);
  else bits.read(1);
  // Resilience to errors, which a key frame that is shown has anyhow; adaptive contexts.
  if (!(type === KEY_FRAME && shown)) bits.read(1);
  bits.read(1);
  const screenContent = sequence.screenContent === EACH_SAYS ? bits.read(1) : sequence.screenContent;
  if (screenContent === 1 && sequence.integerMotion === EACH_SAYS) bits.read(1);
  bits.read(sequence.idBits);
  return bits.flag();
}
