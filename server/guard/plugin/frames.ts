/** Frames of WuKongIM's plug-in socket (wukongim-plugin.md): lengths big endian, what is in bodies little endian. */
const MAGIC = Buffer.from('WUKONG');
export const FrameType = {
  connect: 1,
  connack: 2,
  request: 3,
  response: 4,
  heartbeat: 5,
  message: 6,
} as const;
const HEAD = MAGIC.length + 1;
const LENGTH = 4;
/** More than any packet of WuKongIM's: what claims more is no plug-in socket. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface Frame {
  type: number;
  body: Buffer;
}

export class BrokenFrame extends Error {}

/** Cuts a stream into frames. */
export class FrameCutter {
  #rest: Buffer = Buffer.alloc(0);
  readonly #waiting: Buffer[] = [];
  #size = 0;
  #needed = HEAD;

  /** @throws BrokenFrame */
  push(chunk: Buffer): Frame[] {
    this.#waiting.push(chunk);
    this.#size += chunk.length;
    // Joined only when a whole frame is there: a large one in small pieces stays linear.
    if (this.#rest.length + this.#size < this.#needed) return [];
    let bytes = Buffer.concat([this.#rest, ...this.#waiting.splice(0)]);
    this.#size = 0;
    const frames: Frame[] = [];
    for (;;) {
      const cut = cutFrame(bytes);
      if (typeof cut === 'number') {
        this.#needed = cut;
        break;
      }
      frames.push(cut.frame);
      bytes = bytes.subarray(cut.length);
    }
    this.#rest = bytes;
    return frames;
  }
}

/** The first frame, or how many bytes it needs. */
function cutFrame(bytes: Buffer): { frame: Frame; length: number } | number {
  if (bytes.length < HEAD) return HEAD;
  if (bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0)
    throw new BrokenFrame('no frame begins here');
  const type = bytes[MAGIC.length] ?? 0;
  if (type === FrameType.heartbeat) return { frame: { type, body: Buffer.alloc(0) }, length: HEAD };
  if (bytes.length < HEAD + LENGTH) return HEAD + LENGTH;
  const size = bytes.readUInt32BE(HEAD);
  if (size > MOST_BYTES) throw new BrokenFrame(`a frame of ${size} bytes`);
  const end = HEAD + LENGTH + size;
  if (bytes.length < end) return end;
  return { frame: { type, body: bytes.subarray(HEAD + LENGTH, end) }, length: end };
}

export const HEARTBEAT = Buffer.concat([MAGIC, Buffer.from([FrameType.heartbeat])]);

function frame(type: number, parts: readonly Buffer[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const head = Buffer.alloc(HEAD + LENGTH);
  MAGIC.copy(head);
  head[MAGIC.length] = type;
  head.writeUInt32BE(size, HEAD);
  return Buffer.concat([head, ...parts], head.length + size);
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function short(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function sized(body: Buffer): Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return [length, body];
}

export function connectFrame(id: bigint, name: string): Buffer {
  return frame(FrameType.connect, [u64(id), short(name), short(''), ...sized(Buffer.alloc(0))]);
}

export function requestFrame(id: bigint, path: string, body: Buffer): Buffer {
  return frame(FrameType.request, [u64(id), short(path), ...sized(body)]);
}

/** `status` 0 ok, 1 error, 2 not found. */
export function responseFrame(id: bigint, status: number, atMs: number, body: Buffer): Buffer {
  const head = Buffer.alloc(17);
  head.writeBigUInt64LE(id, 0);
  head[8] = status;
  head.writeBigInt64LE(BigInt(Math.trunc(atMs)), 9);
  return frame(FrameType.response, [head, ...sized(body)]);
}

export interface Request {
  id: bigint;
  path: string;
  body: Buffer;
}

/** @throws BrokenFrame */
export function readRequest(body: Buffer): Request {
  const id = fixed(body, 0, 8).readBigUInt64LE();
  const pathLength = fixed(body, 8, 2).readUInt16LE();
  const path = fixed(body, 10, pathLength).toString('utf8');
  const at = 10 + pathLength;
  const size = fixed(body, at, 4).readUInt32LE();
  return { id, path, body: fixed(body, at + 4, size) };
}

/** @throws BrokenFrame */
export function readConnack(body: Buffer): { id: bigint; status: number } {
  return { id: fixed(body, 0, 8).readBigUInt64LE(), status: fixed(body, 8, 1)[0] ?? 1 };
}

/** @throws BrokenFrame */
export function readResponse(body: Buffer): { id: bigint; status: number; body: Buffer } {
  const size = fixed(body, 17, 4).readUInt32LE();
  return {
    id: fixed(body, 0, 8).readBigUInt64LE(),
    status: fixed(body, 8, 1)[0] ?? 1,
    body: fixed(body, 21, size),
  };
}

function fixed(bytes: Buffer, at: number, length: number): Buffer {
  if (at + length > bytes.length) throw new BrokenFrame('a frame ends too early');
  return bytes.subarray(at, at + length);
}
