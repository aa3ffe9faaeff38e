/**
 * Cuts the incoming byte stream into whole frames for the client. Unlike `PacketReader` of shared/wire (which ends a
 * client's connection at the first odd byte, as a server should) it steps over what it does not understand: a RECV is
 * longer than the SEND it came from, so one at the very limit must not end the receiver's connection, again with each
 * redelivery; and servers add packet types (EVENT since v2.2.1).
 */
import { PacketType } from '../../../shared/wire/packets.ts';

const MAX_LENGTH_BYTES = 4;
const FIRST_BODY_ROOM = 16 * 1024;

/** Frames up to 1 MiB of SEND body plus what RECV adds (ids, uids, expire) with room to spare. */
export const MAX_INCOMING_LENGTH = 1024 * 1024 + 128 * 1024;

const KNOWN = new Set<number>([
  PacketType.connack,
  PacketType.sendack,
  PacketType.recv,
  PacketType.ping,
  PacketType.pong,
  PacketType.disconnect,
]);

export interface FrameCutterHandlers {
  frame(frame: Uint8Array): void;
  /** One line for the log: type and length of a frame that was stepped over. */
  dropped(note: string): void;
}

export class FrameSyncLost extends Error {
  constructor() {
    super(`a packet's length has more than ${MAX_LENGTH_BYTES} bytes: the byte stream lost its framing`);
    this.name = 'FrameSyncLost';
  }
}

export class FrameCutter {
  readonly #handlers: FrameCutterHandlers;
  readonly #header = Buffer.alloc(1 + MAX_LENGTH_BYTES);
  #headerLength = 0;
  /** Frame that arrives in pieces; grows with what really came, never with what was announced. */
  #partial: Buffer | null = null;
  #partialLength = 0;
  #frameLength = 0;
  #skip = 0;

  constructor(handlers: FrameCutterHandlers) {
    this.#handlers = handlers;
  }

  /**
   * Takes the next bytes, calls `frame` for each frame that is now whole, in order. A frame inside one chunk is a view
   * of it.
   * @throws FrameSyncLost
   */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const take = Math.min(this.#skip, chunk.length - at);
        this.#skip -= take;
        at += take;
      } else if (this.#partial) {
        at += this.#gather(chunk, at);
      } else {
        at += this.#begin(chunk, at);
      }
    }
  }

  /** Reads on in the header; returns how many bytes it consumed. */
  #begin(chunk: Uint8Array, at: number): number {
    let used = 0;
    while (at + used < chunk.length) {
      this.#header[this.#headerLength++] = chunk[at + used++] as number;
      const bodyLength = this.#bodyLength();
      if (bodyLength === null) continue;
      const headerLength = this.#headerLength;
      this.#headerLength = 0;
      const type = (this.#header[0] as number) >> 4;
      if (!KNOWN.has(type)) {
        this.#handlers.dropped(`unknown packet type ${type} (${bodyLength} bytes)`);
        this.#skip = bodyLength;
        return used;
      }
      if (bodyLength > MAX_INCOMING_LENGTH) {
        this.#handlers.dropped(`packet type ${type} of ${bodyLength} bytes is above ${MAX_INCOMING_LENGTH}`);
        this.#skip = bodyLength;
        return used;
      }
      const bodyAt = at + used;
      if (used === headerLength && bodyAt + bodyLength <= chunk.length) {
        this.#handlers.frame(chunk.subarray(at, bodyAt + bodyLength));
        return used + bodyLength;
      }
      this.#frameLength = headerLength + bodyLength;
      this.#partial = Buffer.allocUnsafe(Math.min(this.#frameLength, FIRST_BODY_ROOM));
      this.#header.copy(this.#partial, 0, 0, headerLength);
      this.#partialLength = headerLength;
      if (bodyLength === 0) this.#finish();
      return used;
    }
    return used;
  }

  /** Length announced by the header read so far; null = more header bytes needed. */
  #bodyLength(): number | null {
    const type = (this.#header[0] as number) >> 4;
    if (type === PacketType.ping || type === PacketType.pong) return 0;
    if (this.#headerLength < 2) return null;
    const last = this.#header[this.#headerLength - 1] as number;
    if ((last & 0x80) !== 0) {
      if (this.#headerLength > MAX_LENGTH_BYTES) throw new FrameSyncLost();
      return null;
    }
    let length = 0;
    for (let i = 1; i < this.#headerLength; i++) {
      length |= ((this.#header[i] as number) & 0x7f) << (7 * (i - 1));
    }
    return length;
  }

  #gather(chunk: Uint8Array, at: number): number {
    let partial = this.#partial as Buffer;
    const take = Math.min(this.#frameLength - this.#partialLength, chunk.length - at);
    const needed = this.#partialLength + take;
    if (needed > partial.length) {
      const grown = Buffer.allocUnsafe(Math.min(this.#frameLength, Math.max(needed, partial.length * 2)));
      partial.copy(grown, 0, 0, this.#partialLength);
      partial = grown;
      this.#partial = grown;
    }
    partial.set(chunk.subarray(at, at + take), this.#partialLength);
    this.#partialLength = needed;
    if (needed === this.#frameLength) this.#finish();
    return take;
  }

  #finish(): void {
    const frame = (this.#partial as Buffer).subarray(0, this.#frameLength);
    this.#partial = null;
    this.#handlers.frame(frame);
  }
}
