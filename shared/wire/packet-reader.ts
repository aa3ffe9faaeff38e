import { MAX_REMAINING_LENGTH, PacketType } from './packets.ts';
import { WireError } from './wire-error.ts';

/** First room for the body of a frame that arrives in pieces: an announced length alone reserves no memory. */
const FIRST_BODY_ROOM = 16 * 1024;
const MAX_LENGTH_BYTES = 4;

/**
 * Cuts a byte stream (TCP segments or WebSocket messages, split and coalesced at will) into whole frames
 * (wukongim.md B.1). A frame that lies inside one chunk is returned as a view of it; one that arrives in pieces is
 * gathered with amortised linear copying. After a WireError the reader is unusable: the stream has lost its frame sync.
 */
export class PacketReader {
  /** Bytes of the frame under way; null between frames and while the header fits into `header`. */
  #body: Buffer | null = null;
  #bodyLength = 0;
  #frameLength = 0;
  readonly #header = Buffer.alloc(1 + MAX_LENGTH_BYTES);
  #headerLength = 0;
  #failed: WireError | null = null;

  /** Whether bytes of an unfinished frame are held. */
  get isMidFrame(): boolean {
    return this.#headerLength > 0 || this.#body !== null;
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
      this.#body = null;
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
      if (this.#body) {
        at += this.#fill(chunk, at, frames);
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
      this.#frameLength = whole;
      this.#body = Buffer.allocUnsafe(Math.min(whole, FIRST_BODY_ROOM));
      this.#header.copy(this.#body, 0, 0, this.#headerLength);
      this.#bodyLength = this.#headerLength;
      this.#headerLength = 0;
    }
  }

  #fill(chunk: Uint8Array, at: number, frames: Uint8Array[]): number {
    let body = this.#body as Buffer;
    const take = Math.min(this.#frameLength - this.#bodyLength, chunk.length - at);
    const needed = this.#bodyLength + take;
    if (needed > body.length) {
      const grown = Buffer.allocUnsafe(Math.min(this.#frameLength, Math.max(needed, body.length * 2)));
      body.copy(grown, 0, 0, this.#bodyLength);
      body = grown;
      this.#body = grown;
    }
    body.set(chunk.subarray(at, at + take), this.#bodyLength);
    this.#bodyLength = needed;
    if (needed === this.#frameLength) {
      frames.push(body);
      this.#body = null;
    }
    return take;
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
  let length = 0;
  for (let i = 0; i < MAX_LENGTH_BYTES; i++) {
    if (at + 1 + i >= end) return null;
    const byte = bytes[at + 1 + i] as number;
    length |= (byte & 0x7f) << (7 * i);
    if ((byte & 0x80) === 0) {
      if (length > MAX_REMAINING_LENGTH) {
        throw new WireError(
          'tooLong',
          `packet type ${type} announces ${length} bytes, allowed are ${MAX_REMAINING_LENGTH}`,
        );
      }
      return 2 + i + length;
    }
  }
  throw new WireError(
    'badLength',
    `remaining length of packet type ${type} has more than ${MAX_LENGTH_BYTES} bytes`,
  );
}
