import { MAX_REMAINING_LENGTH, PacketType } from './packets.ts';
import { PartialFrame } from './partial-frame.ts';
import { ENDLESS, lengthSize, MAX_LENGTH_BYTES, readLength } from './remaining-length.ts';
import { WireError } from './wire-error.ts';

/**
 * Cuts a byte stream (TCP segments or WebSocket messages, split and coalesced at will) into whole frames
 * (wukongim.md B.1). A frame that lies inside one chunk is returned as a view of it; one that arrives in pieces is
 * gathered with amortised linear copying. After a WireError the reader is unusable: the stream has lost its frame sync.
 */
export class PacketReader {
  /** The frame under way; null between frames and while the header fits into `header`. */
  #partial: PartialFrame | null = null;
  readonly #header = Buffer.alloc(1 + MAX_LENGTH_BYTES);
  #headerLength = 0;
  #failed: WireError | null = null;

  /** Whether bytes of an unfinished frame are held. */
  get isMidFrame(): boolean {
    return this.#headerLength > 0 || this.#partial !== null;
  }

  /**
   * Takes the next bytes of the stream; returns the frames that are now whole, in order.
   * @throws WireError unknownType, tooLong or badLength; the frames completed before the bad one in this chunk are in
   * `framesBeforeError`.
   */
  push(chunk: Uint8Array): Uint8Array[] {
    if (this.#failed) throw this.#failed;
    const frames: Uint8Array[] = [];
    try {
      this.#cut(chunk, frames);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#failed = error;
      this.#partial = null;
      this.framesBeforeError = frames;
      throw error;
    }
    return frames;
  }

  /** Whole frames of the chunk that made `push` throw. */
  framesBeforeError: Uint8Array[] = [];

  #cut(chunk: Uint8Array, frames: Uint8Array[]): void {
    const end = chunk.length;
    let at = 0;
    while (at < end) {
      if (this.#partial) {
        at += this.#partial.take(chunk, at);
        const { whole } = this.#partial;
        if (whole) {
          frames.push(whole);
          this.#partial = null;
        }
        continue;
      }
      // Fast path: header and body inside this chunk.
      if (this.#headerLength === 0) {
        const whole = frameLength(chunk, at, end);
        if (whole !== null && at + whole <= end) {
          frames.push(chunk.subarray(at, at + whole));
          at += whole;
          continue;
        }
      }
      this.#header[this.#headerLength++] = chunk[at++] as number;
      const whole = frameLength(this.#header, 0, this.#headerLength);
      if (whole === null) continue;
      if (whole === this.#headerLength) {
        frames.push(Uint8Array.prototype.slice.call(this.#header, 0, whole));
        this.#headerLength = 0;
        continue;
      }
      this.#partial = new PartialFrame(this.#header.subarray(0, this.#headerLength), whole);
      this.#headerLength = 0;
    }
  }
}

/**
 * Length in bytes of the frame whose header starts at `at`, header included; null when the header is not complete
 * before `end`.
 */
function frameLength(bytes: Uint8Array, at: number, end: number): number | null {
  const type = (bytes[at] as number) >> 4;
  if (type === PacketType.ping || type === PacketType.pong) return 1;
  if (type < PacketType.connect || type > PacketType.event) {
    throw new WireError('unknownType', `unknown packet type ${type}`);
  }
  const size = lengthSize(bytes, at + 1, end);
  if (size === 0) return null;
  if (size === ENDLESS) {
    throw new WireError(
      'badLength',
      `remaining length of packet type ${type} has more than ${MAX_LENGTH_BYTES} bytes`,
    );
  }
  const length = readLength(bytes, at + 1, size);
  if (length > MAX_REMAINING_LENGTH) {
    throw new WireError(
      'tooLong',
      `packet type ${type} announces ${length} bytes, allowed are ${MAX_REMAINING_LENGTH}`,
    );
  }
  return 1 + size + length;
}
