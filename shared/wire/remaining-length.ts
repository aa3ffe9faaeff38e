/**
 * The "remaining length" behind a frame's first byte (wukongim.md B.1): seven bits a byte, the lowest first, the eighth
 * says that another follows; at most four.
 */
export const MAX_LENGTH_BYTES = 4;

/** Returned by `lengthSize` for a length that does not end: the stream has lost its framing. */
export const ENDLESS = -1;

/** How many bytes the length at `at` takes (1-4); 0 when it does not end before `end`, `ENDLESS` when it never does. */
export function lengthSize(bytes: Uint8Array, at: number, end: number): number {
  for (let size = 1; size <= MAX_LENGTH_BYTES; size++) {
    if (at + size > end) return 0;
    if (((bytes[at + size - 1] as number) & 0x80) === 0) return size;
  }
  return ENDLESS;
}

/** The length that stands in `size` bytes at `at`. */
export function readLength(bytes: Uint8Array, at: number, size: number): number {
  let length = 0;
  for (let i = 0; i < size; i++) length |= ((bytes[at + i] as number) & 0x7f) << (7 * i);
  return length;
}

/** How many bytes `length` takes when written. */
export function sizeOfLength(length: number): number {
  return length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : 4;
}

export function writeLength(bytes: Uint8Array, at: number, length: number, size: number): void {
  let left = length;
  for (let i = 0; i < size; i++) {
    bytes[at + i] = i < size - 1 ? (left & 0x7f) | 0x80 : left;
    left >>>= 7;
  }
}
