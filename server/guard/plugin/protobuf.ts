/** The little of Protocol Buffers that the plug-in's messages need: fields by number, varints and bytes. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

export class BrokenMessage extends Error {}

interface Cursor {
  bytes: Buffer;
  at: number;
}

function readVarint(cursor: Cursor): number {
  let value = 0;
  let factor = 1;
  for (let count = 0; count < 10; count += 1) {
    const byte = cursor.bytes[cursor.at];
    if (byte === undefined) throw new BrokenMessage('a number ends too early');
    cursor.at += 1;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
    factor *= 128;
  }
  throw new BrokenMessage('a number of more than 64 bits');
}

/** The last value of each field: bytes, or a number (above 2^53 not exact, and none of ours is). */
export function readFields(bytes: Buffer): Map<number, Buffer | number> {
  const fields = new Map<number, Buffer | number>();
  const cursor: Cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const tag = readVarint(cursor);
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === VARINT) fields.set(field, readVarint(cursor));
    else {
      const length = wire === BYTES ? readVarint(cursor) : wire === FIXED64 ? 8 : wire === FIXED32 ? 4 : -1;
      if (length < 0 || cursor.at + length > bytes.length) throw new BrokenMessage('a field ends too early');
      fields.set(field, bytes.subarray(cursor.at, cursor.at + length));
      cursor.at += length;
    }
  }
  return fields;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return bytes;
}

export function bytesField(field: number, value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([...varint(field * 8 + BYTES), ...varint(bytes.length)]), bytes]);
}

export function numberField(field: number, value: number): Buffer {
  return Buffer.from([...varint(field * 8), ...varint(value)]);
}
