/**
 * Structured-clone values as strings. The function is self-contained because its source text also runs inside the
 * page (page-world.ts), between worlds that can exchange nothing but strings.
 */

export interface Codec {
  /** `wrap` turns functions and promises into a number; without it they are refused as by structured clone. */
  encode: (value: unknown, wrap?: (value: object) => { f: number } | { p: number }) => string;
  decode: (text: string, unwrap?: (reference: { f: number } | { p: number }) => unknown) => unknown;
}

// oxlint-disable unicorn/consistent-function-scoping -- the source text of this function has to be complete
export function createCodec(): Codec {
  type Wrap = NonNullable<Parameters<Codec['encode']>[1]>;
  type Unwrap = NonNullable<Parameters<Codec['decode']>[1]>;
  const TAG = '$';
  const cannotClone = (): never => {
    throw new Error('An object could not be cloned.');
  };
  // Files travel in pieces of a megabyte: what the world does natively is a hundred times as fast.
  const native = Uint8Array as { fromBase64?: (text: string) => Uint8Array };
  const toBase64 = (bytes: Uint8Array & { toBase64?: () => string }): string => {
    if (bytes.toBase64) return bytes.toBase64();
    if (typeof Buffer === 'function')
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    let text = '';
    for (let i = 0; i < bytes.length; i += 8_192)
      text += String.fromCharCode(...bytes.subarray(i, i + 8_192));
    return btoa(text);
  };
  const fromBase64 = (text: string): Uint8Array => {
    if (native.fromBase64) return native.fromBase64(text);
    if (typeof Buffer === 'function') return new Uint8Array(Buffer.from(text, 'base64'));
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = binary.charCodeAt(i);
    return bytes;
  };

  const pack = (value: unknown, wrap: Wrap | undefined, depth: number): unknown => {
    if (depth > 200) cannotClone();
    const inner = (part: unknown): unknown => pack(part, wrap, depth + 1);
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : { [TAG]: 'number', v: Object.is(value, -0) ? '-0' : String(value) };
      case 'undefined':
        return { [TAG]: 'undefined' };
      case 'bigint':
        return { [TAG]: 'bigint', v: String(value) };
      case 'function':
        return wrap ? { [TAG]: 'ref', v: wrap(value) } : cannotClone();
      case 'symbol':
        return cannotClone();
      default:
    }
    if (value === null) return null;
    const object = value as object;
    if (Array.isArray(object)) return object.map(inner);
    if (object instanceof Date) return { [TAG]: 'date', v: object.getTime() };
    if (object instanceof Map) return { [TAG]: 'map', v: [...object].map(([k, v]) => [inner(k), inner(v)]) };
    if (object instanceof Set) return { [TAG]: 'set', v: [...object].map(inner) };
    if (object instanceof Error)
      return { [TAG]: 'error', v: { name: object.name, message: object.message, stack: object.stack ?? '' } };
    if (object instanceof ArrayBuffer) return { [TAG]: 'buffer', v: toBase64(new Uint8Array(object)) };
    if (ArrayBuffer.isView(object)) {
      return {
        [TAG]: 'bytes',
        v: toBase64(new Uint8Array(object.buffer, object.byteOffset, object.byteLength)),
      };
    }
    if (object instanceof Promise) return wrap ? { [TAG]: 'ref', v: wrap(object) } : cannotClone();
    if (object instanceof WeakMap || object instanceof WeakSet || object instanceof WeakRef)
      return cannotClone();
    const packed: Record<string, unknown> = {};
    for (const [key, part] of Object.entries(object)) packed[key] = inner(part);
    return Object.hasOwn(packed, TAG) ? { [TAG]: 'object', v: packed } : packed;
  };

  const unpack = (packed: unknown, unwrap: Unwrap | undefined): unknown => {
    const inner = (part: unknown): unknown => unpack(part, unwrap);
    if (packed === null || typeof packed !== 'object') return packed;
    if (Array.isArray(packed)) return packed.map(inner);
    const record = packed as Record<string, unknown>;
    const plain = (from: Record<string, unknown>): unknown => {
      const object: Record<string, unknown> = {};
      for (const [key, part] of Object.entries(from)) {
        Object.defineProperty(object, key, {
          value: inner(part),
          enumerable: true,
          writable: true,
          configurable: true,
        });
      }
      return object;
    };
    if (!Object.hasOwn(record, TAG)) return plain(record);
    const v = record['v'];
    switch (record[TAG]) {
      case 'number':
        return Number(v);
      case 'undefined':
        return undefined;
      case 'bigint':
        return BigInt(String(v));
      case 'date':
        return new Date(Number(v));
      case 'map':
        return new Map((v as unknown[][]).map(([k, part]) => [inner(k), inner(part)]));
      case 'set':
        return new Set((v as unknown[]).map(inner));
      case 'buffer':
        return fromBase64(String(v)).buffer;
      case 'bytes':
        return fromBase64(String(v));
      case 'error': {
        const { name, message, stack } = v as { name: string; message: string; stack: string };
        const error = new Error(message);
        error.name = name;
        error.stack = stack;
        return error;
      }
      case 'ref':
        return unwrap ? unwrap(v as { f: number } | { p: number }) : cannotClone();
      default:
        return plain(v as Record<string, unknown>);
    }
  };

  return {
    encode: (value, wrap) => JSON.stringify(pack(value, wrap, 0)),
    decode: (text, unwrap) => unpack(JSON.parse(text), unwrap),
  };
}
