/** What of a file is kept: ranges of it and bytes made anew, in their order, without a copy of any of them. */

export class Pieces {
  readonly #file: Uint8Array<ArrayBuffer>;
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  /** The range of the file that grows. */
  #from = 0;
  #to = 0;
  #length = 0;

  constructor(file: Uint8Array<ArrayBuffer>) {
    this.#file = file;
  }

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** Keeps bytes of the file. */
  keep(from: number, to: number): void {
    this.#length += to - from;
    if (from === this.#to) {
      this.#to = to;
      return;
    }
    this.#flush();
    this.#from = from;
    this.#to = to;
  }

  add(bytes: Uint8Array<ArrayBuffer>): void {
    this.#flush();
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  /** Everything of others, behind this. */
  addAll(others: Pieces): void {
    for (const part of others.done()) this.add(part);
  }

  done(): Uint8Array<ArrayBuffer>[] {
    this.#flush();
    return this.#parts;
  }

  #flush(): void {
    if (this.#to > this.#from) this.#parts.push(this.#file.subarray(this.#from, this.#to));
    this.#from = this.#to;
  }
}

/** As letters, each a byte. */
export const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, (char) => char.charCodeAt(0));

export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const u16beBytes = (value: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.of(value >>> 8, value & 0xff);
export const u32beBytes = (value: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
export const u32leBytes = (value: number): Uint8Array<ArrayBuffer> => u32beBytes(value).toReversed();
