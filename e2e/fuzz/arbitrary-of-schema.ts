/** Values a zod schema of the IPC contract accepts, mostly; texts come from a pool of things that exist. */
import * as fc from 'fast-check';
import { z } from 'zod';

interface Bag {
  minimum?: number;
  maximum?: number;
}
interface Def {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  innerType?: z.ZodType;
  valueType?: z.ZodType;
  options?: readonly z.ZodType[];
  values?: readonly unknown[];
  entries?: Record<string, string>;
}

/** `pool`: texts that name something (uids, keys, ids). @throws Error for a kind of schema it does not know */
export function arbitraryOf(schema: z.ZodType, pool: readonly string[]): fc.Arbitrary<unknown> {
  const { def, bag } = schema._zod as unknown as { def: Def; bag: Bag };
  const of = (inner: z.ZodType | undefined): fc.Arbitrary<unknown> => {
    if (!inner) throw new Error(`schema of type ${def.type} without its inner one`);
    return arbitraryOf(inner, pool);
  };
  switch (def.type) {
    case 'undefined':
      return fc.constant(undefined);
    case 'boolean':
      return fc.boolean();
    case 'custom':
      // The contract's only one: bytes.
      return fc.uint8Array({ minLength: 1, maxLength: 40 });
    case 'literal':
      return fc.constantFrom(...(def.values ?? []));
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries ?? {}));
    case 'string': {
      const maxLength = bag.maximum ?? 60;
      const fitting = pool.filter((text) => text.length <= maxLength && text.length >= (bag.minimum ?? 0));
      const free = fc.string({
        unit: 'binary',
        minLength: bag.minimum ?? 0,
        maxLength: Math.min(maxLength, 60),
      });
      const long = fc.constant('长'.repeat(Math.min(maxLength, 6_000)));
      return fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...fitting) },
        { weight: 2, arbitrary: free },
        { weight: 1, arbitrary: long },
      );
    }
    case 'number': {
      const min = Math.max(bag.minimum ?? -(2 ** 53), -(2 ** 53));
      const max = Math.min(bag.maximum ?? 2 ** 53, 2 ** 53);
      const whole = fc.oneof(
        fc.constantFrom(0, 1, 2, 7, 50, 1_000, min, max).filter((n) => n >= min && n <= max),
        fc.integer({ min: Math.max(min, -(2 ** 31)), max: Math.min(max, 2 ** 31) }),
      );
      return 'format' in def ? whole : fc.oneof(whole, fc.constantFrom(0.5, -1e308, 1e308, 1e-9));
    }
    case 'nullable':
      return fc.oneof(of(def.innerType), fc.constant(null));
    case 'default':
    case 'optional': {
      const inner = of(def.innerType);
      return isOmittable(schema) ? inner : fc.oneof(inner, fc.constant(undefined));
    }
    case 'array':
      return fc.array(of(def.element), {
        minLength: bag.minimum ?? 0,
        maxLength: Math.min(bag.maximum ?? 6, 6),
      });
    case 'record':
      return fc.dictionary(fc.constantFrom(...pool, '__proto__'), of(def.valueType), { maxKeys: 4 });
    case 'union':
      return fc.oneof(...(def.options ?? []).map((option) => of(option)));
    case 'object': {
      const shape = def.shape ?? {};
      const arbitraries = Object.fromEntries(Object.entries(shape).map(([key, inner]) => [key, of(inner)]));
      const requiredKeys = Object.keys(shape).filter((key) => !isOmittable(shape[key]));
      return fc.record(arbitraries, { requiredKeys });
    }
    default:
      throw new Error(`no arbitrary for schemas of type ${def.type}`);
  }
}

/** May be left out, but is not `undefined` when it is there. */
function isOmittable(schema: z.ZodType | undefined): boolean {
  return schema instanceof z.ZodExactOptional;
}
