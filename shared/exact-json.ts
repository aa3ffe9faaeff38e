/**
 * JSON whose int64 survive. WuKongIM's message ids exceed 2^53, and TSDD writes them as JSON numbers (tsdd-api.md 5.1,
 * 7; wukongim.md C): `JSON.parse` would round them, and a JavaScript number could not hold them when writing.
 */
declare global {
  interface JSON {
    /** A value that JSON.stringify writes as the given JSON text (ES proposal, in Node since 22). */
    rawJSON(text: string): object;
  }
}

type SourceReviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: SourceReviver) => unknown;

/** May be inside a string, which costs time only. Ids that stand in quotes of their own, as most do, are no match. */
const LONG_NUMBER = /(?:^|[\s:[,])-?\d{16}/;
const INTEGER = /^-?\d+$/;
const PLAIN_INTEGER = /^(?:0|-?[1-9]\d{0,18})$/;

/**
 * What becomes of an integer outside the safe range: its digits, a bigint, or a raw JSON number to be written again.
 */
type LongInteger = 'string' | 'bigint' | 'raw';

/** Digits and sign of an int64. */
const LONGEST_INT64 = 20;
const NUMBER_CHARACTER = /[\d.eE+-]/;
const LONG_INTEGER = /^-?[1-9]\d{15,}$/;

/** Behind the string that begins at `from`; the end of the text when it is not closed. */
function stringEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x5c) at += 1;
    else if (unit === 0x22) return at + 1;
  }
  return text.length;
}

/** The JSON text with integers outside the safe range as strings. One pass, also over what is no JSON. */
function withQuotedIntegers(text: string): string {
  const pieces: string[] = [];
  let copied = 0;
  for (let at = 0; at < text.length;) {
    const char = text.charAt(at);
    if (char === '"') {
      at = stringEnd(text, at);
      continue;
    }
    if (!NUMBER_CHARACTER.test(char)) {
      at += 1;
      continue;
    }
    const start = at;
    while (at < text.length && NUMBER_CHARACTER.test(text.charAt(at))) at += 1;
    const token = text.slice(start, at);
    if (!LONG_INTEGER.test(token) || Number.isSafeInteger(Number(token))) continue;
    pieces.push(text.slice(copied, start), `"${token}"`);
    copied = at;
  }
  return pieces.join('') + text.slice(copied);
}

/**
 * `JSON.parse`, except that an integer outside the safe range keeps its digits.
 * @throws SyntaxError like `JSON.parse`
 */
export function parseExact(text: string, as: LongInteger = 'string'): unknown {
  // Bodies without a long number (most) do without.
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  // Done on the text: a reviver walks recursively, and one message with some thousand brackets would make its whole
  // page unreadable.
  if (as === 'string') return JSON.parse(withQuotedIntegers(text));
  return parseWithSource(text, (_key, value, { source = '' }) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value) || !INTEGER.test(source)) return value;
    // Of a longer one no 64 bits are made, and a bigint of a million digits is written in most of a second.
    return as === 'bigint' && source.length <= LONGEST_INT64 ? BigInt(source) : JSON.rawJSON(source);
  });
}

/** Writes bigints as plain digits. */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'bigint' ? JSON.rawJSON(item.toString()) : item,
  );
}

/** The digits of a decimal int64 string as a JSON number token. */
export function rawInteger(digits: string): object {
  if (PLAIN_INTEGER.test(digits)) return JSON.rawJSON(digits);
  if (!/^-?\d{1,19}$/.test(digits)) throw new Error('not a decimal integer');
  return JSON.rawJSON(BigInt(digits).toString());
}
