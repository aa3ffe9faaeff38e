import { MAX_REMAINING_LENGTH } from './packets.ts';
import { sizeOfLength, writeLength } from './remaining-length.ts';
import { WireError } from './wire-error.ts';

/** The real server reads the prefix as int16. */
const MAX_STRING_BYTES = 0x7fff;

/**
 * Writes the fields of one frame's body, in order, into room that is used again for the next frame. Every method throws
 * WireError `badField` or `tooLong`, naming packet and field.
 */
export class FieldWriter {
  #bytes = Buffer.allocUnsafe(4096);
  #length = 0;
  #packet = '';

  start(packet: string): void {
    this.#packet = packet;
    this.#length = 0;
  }

  #room(count: number): number {
    const at = this.#length;
    const needed = at + count;
    if (needed > MAX_REMAINING_LENGTH) {
      throw new WireError('tooLong', `${this.#packet}: more than ${MAX_REMAINING_LENGTH} bytes`);
    }
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    this.#length = needed;
    return at;
  }

  #int(value: number, min: number, max: number, field: string): number {
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new WireError('badField', `${this.#packet}: ${field} must be an integer from ${min} to ${max}`);
    }
    return value;
  }

  u8(value: number, field: string): void {
    this.#int(value, 0, 0xff, field);
    this.#bytes[this.#room(1)] = value;
  }
  u32(value: number, field: string): void {
    this.#int(value, 0, 0xffffffff, field);
    const at = this.#room(4);
    this.#bytes.writeUInt32BE(value, at);
  }
  i32(value: number, field: string): void {
    this.#int(value, -0x80000000, 0x7fffffff, field);
    const at = this.#room(4);
    this.#bytes.writeInt32BE(value, at);
  }
  i64(value: bigint, field: string): void {
    if (BigInt.asIntN(64, value) !== value) {
      throw new WireError('badField', `${this.#packet}: ${field} does not fit 64 bits`);
    }
    const at = this.#room(8);
    this.#bytes.writeBigInt64BE(value, at);
  }
  u64(value: bigint, field: string): void {
    if (BigInt.asUintN(64, value) !== value) {
      throw new WireError('badField', `${this.#packet}: ${field} does not fit 64 bits`);
    }
    const at = this.#room(8);
    this.#bytes.writeBigUInt64BE(value, at);
  }
  str(value: string, field: string): void {
    const length = Buffer.byteLength(value, 'utf8');
    if (length > MAX_STRING_BYTES) {
      throw new WireError(
        'badField',
        `${this.#packet}: ${field} has ${length} bytes, allowed are ${MAX_STRING_BYTES}`,
      );
    }
    const at = this.#room(2 + length);
    this.#bytes.writeUInt16BE(length, at);
    this.#bytes.write(value, at + 2, length, 'utf8');
  }
  rest(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  /** The finished frame, a fresh Buffer. */
  frame(head: number): Buffer {
    const length = this.#length;
    const size = sizeOfLength(length);
    const frame = Buffer.allocUnsafe(1 + size + length);
    frame[0] = head;
    writeLength(frame, 1, length, size);
    this.#bytes.copy(frame, 1 + size, 0, length);
    // One huge packet must not pin a megabyte for ever.
    if (this.#bytes.length > 256 * 1024) this.#bytes = Buffer.allocUnsafe(4096);
    return frame;
  }
}
