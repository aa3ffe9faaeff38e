/** What was wrong with the bytes (or with the packet to be written). */
export type WireErrorCode =
  /** Type nibble 0, 13, 14 or 15: not a WuKongIM packet, the byte stream cannot be trusted any more. */
  | 'unknownType'
  /** SUB, SUBACK or EVENT: well framed, but this codec does not carry them. A reader may skip the frame. */
  | 'unsupportedType'
  /** The body ends inside a field. */
  | 'truncated'
  /** The announced remaining length is above MAX_REMAINING_LENGTH. */
  | 'tooLong'
  /** The remaining length has a fifth byte, or differs from the frame's size. */
  | 'badLength'
  /** A value does not fit its field on the wire. */
  | 'badField'
  /** Wrong key size, base64, block size or padding. */
  | 'badCipher';

/** Thrown by everything in shared/wire for bad input; `message` names the packet and the field. */
export class WireError extends Error {
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string) {
    super(message);
    this.name = 'WireError';
    this.code = code;
  }
}
