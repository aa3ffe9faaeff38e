/** JSON with exact 64-bit integers: JavaScript's own numbers end at 2^53, message ids do not (wukongim.md C). */

declare global {
  interface JSON {
    /** A value that JSON.stringify writes as the given JSON text (ES proposal, in Node since 22). */
    rawJSON(text: string): object;
  }
}

/** Writes bigints as plain digits. */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'bigint' ? JSON.rawJSON(item.toString()) : item,
  );
}

const LONG_NUMBER = /[[:,\s]-?\d{16,}/;

function keepLongIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** JSON.parse that gives integers beyond 2^53 as bigint. @throws SyntaxError */
export function parseExact(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return JSON.parse(text, keepLongIntegers);
}
