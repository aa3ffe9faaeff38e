/** Reading the header of a picture: bytes and numbers of a file, by their place in it. */

/** Up to `length` bytes from `offset`; fewer at the end of the file. */
export type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>;

export interface Size {
  width: number;
  height: number;
  /** Of an animation; absent or 1: it stands still. */
  frames?: number;
  /** Of an animation: how long one run of it takes. */
  ms?: number;
  /** Of all pictures that are decoded to draw it, where it is made of several. */
  pixels?: number;
  /** Of a JPEG: its pixels come one after the other, not finer with each of its scans. */
  inPieces?: boolean;
}

const WINDOW_BYTES = 64 * 1024;
/** Of a walk through a file. */
export const MAX_STEPS = 500_000;
/** Read of one file in all: one that sends its reader to and fro is not decoded. */
const MAX_BYTES = 512 * 1024 * 1024;

/** Reads ahead: steps through a file are many and small. */
export class ByteWindow {
  readonly #read: ReadBytes;
  #from = 0;
  #left = MAX_BYTES;
  #bytes: Uint8Array = new Uint8Array();

  constructor(read: ReadBytes) {
    this.#read = read;
  }

  /** It has read so much that it reads no more: what it gave since is not the file. */
  get isSpent(): boolean {
    return this.#left <= 0;
  }

  async take(offset: number, length: number): Promise<Uint8Array> {
    const has = offset >= this.#from && offset + length <= this.#from + this.#bytes.length;
    if (!has) {
      if (this.isSpent) return new Uint8Array();
      this.#bytes = await this.#read(offset, Math.max(length, WINDOW_BYTES));
      this.#from = offset;
      this.#left -= this.#bytes.length;
    }
    return this.#bytes.subarray(offset - this.#from, offset - this.#from + length);
  }
}

export const u16be = (b: Uint8Array, at: number): number => (b[at] ?? 0) * 0x100 + (b[at + 1] ?? 0);
export const u32be = (b: Uint8Array, at: number): number => u16be(b, at) * 0x10000 + u16be(b, at + 2);
export const u16le = (b: Uint8Array, at: number): number => (b[at] ?? 0) + (b[at + 1] ?? 0) * 0x100;
export const u24le = (b: Uint8Array, at: number): number => u16le(b, at) + (b[at + 2] ?? 0) * 0x10000;
export const u32le = (b: Uint8Array, at: number): number => u16le(b, at) + u16le(b, at + 2) * 0x10000;

export const larger = (a: Size, b: Size): Size => ({
  width: Math.max(a.width, b.width),
  height: Math.max(a.height, b.height),
  frames: Math.max(a.frames ?? 1, b.frames ?? 1),
  ms: Math.max(a.ms ?? 0, b.ms ?? 0),
  pixels: Math.max(a.pixels ?? 0, b.pixels ?? 0),
});
