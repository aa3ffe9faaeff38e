/** Decoded JSON of unknown shape. */
export type JsonObject = Record<string, unknown>;

/** A JSON object: neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * No client writes payloads that come near; recursive code (JSON.stringify, structured clone) ends its stack at some
 * thousands.
 */
export const MAX_PAYLOAD_DEPTH = 64;

/** Whether arrays and objects lie in each other more than `levels` deep. Counted without recursion. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  let layer: unknown[] = [value];
  for (let depth = 0; ; depth += 1) {
    const next: unknown[] = [];
    for (const item of layer) {
      if (typeof item === 'object' && item !== null)
        for (const inner of Object.values(item)) next.push(inner);
    }
    // An empty object is a level as well.
    if (!layer.some((item) => typeof item === 'object' && item !== null)) return false;
    if (depth >= levels) return true;
    layer = next;
  }
}

/**
 * The object without the fields that lie deeper than `levels`: neither storage nor a copy between threads could hold
 * them. What is left, above all `type`, still says what kind of message it is: a command stays a command.
 */
export function withoutDeepFields(object: JsonObject, levels: number): JsonObject {
  if (!isDeeperThan(object, levels)) return object;
  return Object.fromEntries(Object.entries(object).filter(([, value]) => !isDeeperThan(value, levels - 1)));
}

/**
 * Deepest nesting of arrays and objects in a JSON text; counted without recursion, so that hostile input cannot exhaust
 * the stack.
 */
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
