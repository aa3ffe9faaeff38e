/**
 * JSON with int64 numbers kept exact. A WuKongIM message id exceeds 2^53; TSDD writes it as a JSON number, so it is emitted as raw
 * digits and never goes through a JavaScript number.
 */
declare global {
  interface JSON {
    /** A value that JSON.stringify writes as the given JSON text (ES proposal, in Node since 22). */
    rawJSON(text: string): object;
  }
}

type SourceReviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: SourceReviver) => unknown;

const PLAIN_INTEGER = /^(?:0|-?[1-9]\d{0,18})$/;

/** The digits of a decimal int64 string as a JSON number token. */
export function rawInteger(digits: string): object {
  if (PLAIN_INTEGER.test(digits)) return JSON.rawJSON(digits);
  if (!/^-?\d{1,19}$/.test(digits)) throw new Error('not a decimal integer');
  return JSON.rawJSON(BigInt(digits).toString());
}

const MAY_HOLD_UNSAFE_NUMBER = /[\s:[,]-?\d{16}/;

/** Parses JSON; integers beyond 2^53 come out as strings of their exact digits (`asString`) or as raw JSON numbers. */
export function parseLossless(text: string, unsafeIntegers: 'string' | 'raw' = 'string'): unknown {
  if (!MAY_HOLD_UNSAFE_NUMBER.test(text)) return JSON.parse(text);
  return parseWithSource(text, (_key, value, { source }) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    if (source === undefined || !/^-?\d+$/.test(source)) return value;
    return unsafeIntegers === 'string' ? source : JSON.rawJSON(source);
  });
}

/** Deepest nesting of arrays and objects in a JSON text; counted without recursion, so that hostile input cannot exhaust the stack. */
export function nestingDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === 0x5c) i++;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (char === 0x7d || char === 0x5d) depth--;
  }
  return deepest;
}

export { isObject, type JsonObject } from '../../../shared/json.ts';
