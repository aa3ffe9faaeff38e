/**
 * Cuts the incoming byte stream into whole frames for the client. Unlike `PacketReader` of shared/wire (which ends a
 * client's connection at the first odd byte, as a server should) it steps over what it does not understand: a RECV is
 * longer than the SEND it came from, so one at the very limit must not end the receiver's connection, again with each
 * redelivery; and servers add packet types (as EVENT in v2.2.1).
 */
import { PacketType } from '../../../shared/wire/packets.ts';
import { PartialFrame } from '../../../shared/wire/partial-frame.ts';
import { ENDLESS, lengthSize, MAX_LENGTH_BYTES, readLength } from '../../../shared/wire/remaining-length.ts';

/** Frames up to 1 MiB of SEND body plus what RECV adds (ids, uids, expire) with room to spare. */
export const MAX_INCOMING_LENGTH = 1024 * 1024 + 128 * 1024;

const KNOWN = new Set<number>([
  PacketType.connack,
  PacketType.sendack,
  PacketType.recv,
  PacketType.ping,
  PacketType.pong,
  PacketType.disconnect,
  PacketType.event,
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
  #partial: PartialFrame | null = null;
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
        at += this.#partial.take(chunk, at);
        this.#finishWhole();
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
      this.#partial = new PartialFrame(this.#header.subarray(0, headerLength), headerLength + bodyLength);
      this.#finishWhole();
      return used;
    }
    return used;
  }

  /** Length announced by the header read so far; null = more header bytes needed. */
  #bodyLength(): number | null {
    const type = (this.#header[0] as number) >> 4;
    if (type === PacketType.ping || type === PacketType.pong) return 0;
    const size = lengthSize(this.#header, 1, this.#headerLength);
    if (size === ENDLESS) throw new FrameSyncLost();
    return size === 0 ? null : readLength(this.#header, 1, size);
  }

  #finishWhole(): void {
    const frame = this.#partial?.whole;
    if (!frame) return;
    this.#partial = null;
    this.#handlers.frame(frame);
  }
}
