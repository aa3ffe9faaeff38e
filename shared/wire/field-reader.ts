import { WireError } from './wire-error.ts';

/**
 * Reads the fields of one frame's body, in order. Every method throws WireError `truncated` naming packet and field.
 */
export class FieldReader {
  readonly #bytes: Buffer;
  readonly #packet: string;
  #at: number;

  constructor(bytes: Buffer, at: number, packet: string) {
    this.#bytes = bytes;
    this.#at = at;
    this.#packet = packet;
  }

  #take(count: number, field: string): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) {
      throw new WireError('truncated', `${this.#packet}: body ends inside ${field}`);
    }
    this.#at = at + count;
    return at;
  }

  u8(field: string): number {
    return this.#bytes[this.#take(1, field)] as number;
  }
  u32(field: string): number {
    return this.#bytes.readUInt32BE(this.#take(4, field));
  }
  i32(field: string): number {
    return this.#bytes.readInt32BE(this.#take(4, field));
  }
  i64(field: string): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8, field));
  }
  u64(field: string): bigint {
    return this.#bytes.readBigUInt64BE(this.#take(8, field));
  }
  str(field: string): string {
    const length = this.#bytes.readUInt16BE(this.#take(2, field));
    if (length === 0) return '';
    const at = this.#take(length, field);
    return this.#bytes.toString('utf8', at, at + length);
  }
  rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }
}
