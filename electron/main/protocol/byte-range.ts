/** One range of bytes, as players and viewers ask for it (RFC 9110, 14.1.2 and 14.2). */

export interface ByteRange {
  /** Both inclusive. */
  first: number;
  last: number;
}

const WHOLE = null;

/**
 * `whole`: no range is asked for, or one in a form that may be ignored (several, another unit); the answer is 200 with
 * everything. `unsatisfiable`: none of it exists, 416.
 */
export function byteRange(header: string | null, size: number): ByteRange | 'unsatisfiable' | typeof WHOLE {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return WHOLE;
  // `-500`: the last 500 bytes.
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 };
  }
  const from = Number(first);
  const to = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < from) return WHOLE;
  return from >= size ? 'unsatisfiable' : { first: from, last: to };
}

/** Status, headers and bytes of the answer to one request for `bytes`. */
export function rangeAnswer(
  header: string | null,
  bytes: Uint8Array<ArrayBuffer>,
): { status: number; headers: Record<string, string>; body: Uint8Array<ArrayBuffer> } {
  const range = byteRange(header, bytes.length);
  const accepts = { 'accept-ranges': 'bytes' };
  if (range === 'unsatisfiable') {
    const headers = { ...accepts, 'content-range': `bytes */${bytes.length}`, 'content-length': '0' };
    return { status: 416, headers, body: new Uint8Array() };
  }
  const body = range === WHOLE ? bytes : bytes.subarray(range.first, range.last + 1);
  const length = { ...accepts, 'content-length': String(body.length) };
  return range === WHOLE
    ? { status: 200, headers: length, body }
    : {
        status: 206,
        headers: { ...length, 'content-range': `bytes ${range.first}-${range.last}/${bytes.length}` },
        body,
      };
}
