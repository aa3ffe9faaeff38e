/**
 * JSON whose integers survive. TSDD puts int64 message ids into its bodies as JSON numbers (tsdd-api.md 5.1,
 * 7), which `JSON.parse` rounds. Here an integer outside the safe range becomes its decimal digits as a string;
 * everything else parses as usual.
 */
const LONG_NUMBER = /\d{16}/;
/** Strings are stepped over; of the rest, integers of 16 digits and more that are no part of a fraction or an exponent. */
const STRING_OR_LONG_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?[1-9]\d{15,}(?![\d.eE])/g;

function asText(token: string): string {
  return token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`;
}

/**
 * Throws `SyntaxError` like `JSON.parse`. Done on the text, not with a reviver: a reviver walks recursively, and one message
 * with some thousand brackets would make its whole page unreadable.
 */
export function parseLosslessJson(text: string): unknown {
  // Bodies without a long number (most) do without.
  return JSON.parse(LONG_NUMBER.test(text) ? text.replace(STRING_OR_LONG_INTEGER, asText) : text);
}
