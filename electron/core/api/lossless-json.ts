/**
 * JSON whose integers survive. TSDD puts int64 message ids into its bodies as JSON numbers (tsdd-api.md 5.1,
 * 7), which `JSON.parse` rounds. Here an integer outside the safe range becomes its decimal digits as a string;
 * everything else parses as usual.
 */
type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;

const LONG_NUMBER = /\d{16}/;
const INTEGER = /^-?\d+$/;

const keepDigits: Reviver = (_key, value, context) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const { source } = context;
  return source !== undefined && INTEGER.test(source) ? source : value;
};

/** Throws `SyntaxError` like `JSON.parse`. */
export function parseLosslessJson(text: string): unknown {
  // A reviver visits every value; bodies without a long number (most) do without.
  return LONG_NUMBER.test(text)
    ? (JSON.parse as (text: string, reviver: Reviver) => unknown)(text, keepDigits)
    : JSON.parse(text);
}
