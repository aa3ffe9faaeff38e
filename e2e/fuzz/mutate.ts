/**
 * Arbitraries that start from what a real server sent and spoil it: bytes and JSON values with a few edits each. Most
 * cases stay close to the real thing, so that they get past the first check and reach the code behind it.
 */
import * as fc from 'fast-check';

/** Stands for message content wherever a case holds some: no log line may contain it. */
export const SECRET = 'planted-secret-7391';

type ByteEdit = { at: number; how: number; bytes: Uint8Array };

const byteEdit: fc.Arbitrary<ByteEdit> = fc.record({
  at: fc.nat(100_000),
  how: fc.nat(5),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
});

function editBytes(seed: Uint8Array, edits: readonly ByteEdit[]): Buffer {
  let result = Buffer.from(seed);
  for (const { at, how, bytes } of edits) {
    const where = result.length === 0 ? 0 : at % result.length;
    const end = Math.min(result.length, where + bytes.length);
    if (how === 0) result = Buffer.concat([result.subarray(0, where), bytes, result.subarray(end)]);
    else if (how === 1) result = Buffer.concat([result.subarray(0, where), bytes, result.subarray(where)]);
    else if (how === 2) result = Buffer.concat([result.subarray(0, where), result.subarray(end)]);
    else if (how === 3) result = result.subarray(0, where);
    else if (how === 4) result = Buffer.concat([result, result.subarray(where)]);
    // The header decides about everything after it.
    else result = Buffer.concat([bytes.subarray(0, 2), result.subarray(Math.min(2, result.length))]);
  }
  return result;
}

/** One of the seeds with up to five edits; sometimes plain noise. */
export function spoiltBytes(seeds: readonly Uint8Array[]): fc.Arbitrary<Buffer> {
  const edited = fc
    .tuple(fc.constantFrom(...seeds), fc.array(byteEdit, { maxLength: 5 }))
    .map(([seed, edits]) => editBytes(seed, edits));
  return fc.oneof(
    { weight: 9, arbitrary: edited },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  );
}

/** `depth` objects in each other; deep ones exhaust the stack of whatever walks them recursively. */
function nested(depth: number): unknown {
  let value: unknown = SECRET;
  for (let i = 0; i < depth; i += 1) value = i % 2 === 0 ? [value] : { reply: value };
  return value;
}

const TOO_DEEP = nested(12_000);

/** Values of the wrong type, size or range for whatever field they land in. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<unknown>(null, true, false, '', [], {}, 0, 1, -1) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(
      0.5,
      1e308,
      -1e308,
      2 ** 31,
      2 ** 32,
      2 ** 53,
      2 ** 63,
      -(2 ** 63),
      '9'.repeat(25),
      '-9223372036854775808',
      '9223372036854775807',
      '1e5',
      '0x10',
      ' 1 ',
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(
      SECRET,
      `${SECRET} `.repeat(400),
      `\u{1F600}\uD800${SECRET}\u0000\u202E`,
      '__proto__',
      'constructor',
      '../../etc/passwd',
      'u1@u2',
      'bob____cmd',
      "'; DROP TABLE message; --",
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      [null, 1, SECRET, {}],
      { type: 1, content: SECRET },
      { type: 99, cmd: 'messageRevoke', param: {} },
      JSON.parse('{"__proto__":{"polluted":true}}'),
      Array.from({ length: 300 }, (_, i) => i),
      nested(70),
      TOO_DEEP,
    ),
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

type Step = { pick: number; how: number; value: unknown };
const step: fc.Arbitrary<Step> = fc.record({
  pick: fc.nat(1_000_000),
  how: fc.nat(6),
  value: hostileValue,
});

type Place = { holder: Record<string, unknown> | unknown[]; key: string | number };

function placesOf(value: unknown): Place[] {
  const places: Place[] = [];
  const waiting: unknown[] = [value];
  while (waiting.length > 0 && places.length < 2_000) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null || next === TOO_DEEP) continue;
    const holder = next as Record<string, unknown> | unknown[];
    for (const key of Array.isArray(holder) ? holder.keys() : Object.keys(holder)) {
      places.push({ holder, key });
      waiting.push((holder as Record<string | number, unknown>)[key]);
    }
  }
  return places;
}

function spoil(seed: unknown, steps: readonly Step[]): unknown {
  const root = { value: structuredClone(seed) };
  for (const { pick, how, value } of steps) {
    const places = placesOf(root);
    const place = places[pick % places.length];
    if (!place) continue;
    const holder = place.holder as Record<string | number, unknown>;
    if (how === 0) Reflect.deleteProperty(holder, place.key);
    else if (how === 1) holder[place.key] = [holder[place.key], holder[place.key]];
    else if (how === 2) holder[place.key] = String(holder[place.key]).slice(0, 200);
    // Values are shared between cases, places are not; what is too deep to be copied is never looked into.
    else holder[place.key] = value === TOO_DEEP ? value : structuredClone(value);
  }
  return root.value;
}

/** One of the seeds with up to four of its values replaced, dropped, doubled or turned into text. */
export function spoiltJson(...seeds: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(step, { maxLength: 4 }))
    .map(([seed, steps]) => spoil(seed, steps));
}

/** JSON text that may be deeper than JSON.stringify can write. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return JSON.stringify(value, (_key, item: unknown) => (item === TOO_DEEP ? DEEP_MARK : item)).replaceAll(
      JSON.stringify(DEEP_MARK),
      DEEP_TEXT,
    );
  }
}

const DEEP_MARK = 'deep-value-placeholder';
const DEEP_TEXT = `${'[{"reply":'.repeat(6_000)}"${SECRET}"${'}]'.repeat(6_000)}`;
