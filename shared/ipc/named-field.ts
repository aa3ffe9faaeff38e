/** How a refusal names the place in an argument: by what the contract calls it, never by what the argument does. */
import type { z } from 'zod';

interface Def {
  type: string;
  innerType?: z.ZodType;
  element?: z.ZodType;
  valueType?: z.ZodType;
  in?: z.ZodType;
  items?: z.ZodType[];
  options?: z.ZodType[];
  shape?: Record<string, z.ZodType>;
}

/** In place of a key that the argument brought: of a record, or of something that no schema knows. */
const OTHERS_KEY = '*';

/** Names of fields and numbers of places, with dots between; '' = the argument itself. */
export function namedField(schema: z.ZodType, path: readonly PropertyKey[]): string {
  let here: z.ZodType[] = [schema];
  return path
    .map((piece) => {
      const inner = here.flatMap((one) => innerOf(one, piece));
      here = inner.map(([, next]) => next);
      return typeof piece === 'number' || inner.some(([isNamed]) => isNamed) ? String(piece) : OTHERS_KEY;
    })
    .join('.');
}

/** What may stand there, and whether the schema has given it this name. */
function innerOf(schema: z.ZodType, piece: PropertyKey): [isNamed: boolean, schema: z.ZodType][] {
  const {
    element,
    in: input,
    innerType,
    items,
    options,
    shape,
    type,
    valueType,
  } = schema._zod.def as unknown as Def;
  if (type === 'object') {
    const field = shape && Object.hasOwn(shape, piece) ? shape[String(piece)] : undefined;
    return field ? [[true, field]] : [];
  }
  if (type === 'record') return valueType ? [[false, valueType]] : [];
  if (type === 'array') return element ? [[true, element]] : [];
  if (type === 'tuple') {
    const item = items?.[Number(piece)];
    return item ? [[true, item]] : [];
  }
  const around = [...(options ?? []), ...[innerType, input].filter((one) => one !== undefined)];
  return around.flatMap((one) => innerOf(one, piece));
}
