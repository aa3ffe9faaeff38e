/** First room for the body of a frame that arrives in pieces: an announced length alone reserves no memory. */
const FIRST_ROOM = 16 * 1024;

/** A frame that arrives in pieces, gathered with amortised linear copying. */
export class PartialFrame {
  readonly #frameLength: number;
  #bytes: Buffer;
  #length: number;

  /** `header`: the bytes that are there already; `frameLength`: header and body. */
  constructor(header: Uint8Array, frameLength: number) {
    this.#frameLength = frameLength;
    this.#bytes = Buffer.allocUnsafe(Math.min(frameLength, FIRST_ROOM));
    this.#bytes.set(header);
    this.#length = header.length;
  }

  /** The frame once all of it is there; else null. */
  get whole(): Buffer | null {
    return this.#length === this.#frameLength ? this.#bytes : null;
  }

  /** Takes what belongs to the frame from `chunk`, starting at `at`; returns how many bytes that were. */
  take(chunk: Uint8Array, at: number): number {
    const count = Math.min(this.#frameLength - this.#length, chunk.length - at);
    const needed = this.#length + count;
    if (needed > this.#bytes.length) {
      const room = Math.min(this.#frameLength, Math.max(needed, this.#bytes.length * 2));
      const grown = Buffer.allocUnsafe(room);
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    this.#bytes.set(chunk.subarray(at, at + count), this.#length);
    this.#length = needed;
    return count;
  }
}
