/** What is drawn in a layer: shapes and how they are painted. Of what is not named here nothing is kept. */
import { isObject, type JsonObject } from '../../../shared/json.ts';
import { flagOf, numberOf, outlineOf, propertyOf, Refused, type Spent } from './drawing-numbers.ts';

const DEEPEST = 16;
const MOST_CORNERS = 100;
const MOST_STOPS = 32;

/** Counted while they are read. */
export interface ShapeCount {
  shapes: number;
}

export function transformOf(value: unknown, spent: Spent): JsonObject {
  const from = isObject(value) ? value : {};
  const { p } = from;
  return {
    ...parts(from, ['a', 's', 'r', 'o', 'sk', 'sa'], spent),
    ...(p !== undefined && { p: placeOf(p, spent) }),
  };
}

/** Across and down may move each by itself. */
function placeOf(value: unknown, spent: Spent): JsonObject {
  if (!isObject(value) || value['s'] !== true) return propertyOf(value, spent);
  return { s: true, x: propertyOf(value['x'], spent), y: propertyOf(value['y'], spent) };
}

function parts(from: JsonObject, names: readonly string[], spent: Spent): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => (from[name] === undefined ? [] : [[name, propertyOf(from[name], spent)]])),
  );
}

/** Those that have to be there: a player that misses one fails. */
function needed(from: JsonObject, names: readonly string[], spent: Spent): JsonObject {
  if (names.some((name) => from[name] === undefined)) throw new Refused('a shape that lacks something');
  return parts(from, names, spent);
}

export function shapesOf(value: unknown, spent: Spent, count: ShapeCount, depth = 0): JsonObject[] {
  if (depth > DEEPEST) throw new Refused('shapes too deep in each other');
  if (!Array.isArray(value)) return [];
  return value.flatMap((shape: unknown) => {
    count.shapes += 1;
    const kept = isObject(shape) ? shapeOf(shape, spent, count, depth) : null;
    return kept
      ? [{ ...kept, ty: (shape as JsonObject)['ty'], hd: flagOf((shape as JsonObject)['hd']) === 1 }]
      : [];
  });
}

function shapeOf(shape: JsonObject, spent: Spent, count: ShapeCount, depth: number): JsonObject | null {
  const d = shape['d'] === 3 ? 3 : 1;
  switch (shape['ty']) {
    case 'gr': {
      const it = shapesOf(shape['it'], spent, count, depth + 1);
      // A group ends with how it lies.
      if (it.at(-1)?.['ty'] !== 'tr') throw new Refused('a group without a place');
      return { it, np: it.length };
    }
    case 'tr':
      return {
        ...needed(shape, ['a', 's', 'r', 'o'], spent),
        p: placeOf(shape['p'], spent),
        ...parts(shape, ['sk', 'sa'], spent),
      };
    case 'sh':
      return { d, ks: outlineOf(shape['ks'], spent) };
    case 'rc':
      return { d, ...needed(shape, ['p', 's', 'r'], spent) };
    case 'el':
      return { d, ...needed(shape, ['p', 's'], spent) };
    case 'sr': {
      const round = shape['sy'] === 1;
      return {
        d,
        sy: round ? 1 : 2,
        ...needed(shape, ['p', 'r', 'or', 'os', ...(round ? ['ir', 'is'] : [])], spent),
        pt: propertyOf(shape['pt'], spent, { min: 0, max: MOST_CORNERS }),
      };
    }
    case 'fl':
      return { ...needed(shape, ['c', 'o'], spent), r: shape['r'] === 2 ? 2 : 1 };
    case 'st':
      return { ...needed(shape, ['c', 'o', 'w'], spent), ...lineOf(shape) };
    case 'gf':
      return { ...gradientOf(shape, spent), r: shape['r'] === 2 ? 2 : 1 };
    case 'gs':
      return { ...gradientOf(shape, spent), ...needed(shape, ['w'], spent), ...lineOf(shape) };
    case 'tm':
      return { ...needed(shape, ['s', 'e', 'o'], spent), m: shape['m'] === 2 ? 2 : 1 };
    case 'rd':
      return needed(shape, ['r'], spent);
    default:
      // Repeaters, merges, dashes …: copies without end, or nothing that this player draws.
      return null;
  }
}

const oneOf = (value: unknown, most: number, otherwise: number): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most ? value : otherwise;

const lineOf = ({ lc, lj, ml }: JsonObject): JsonObject => ({
  lc: oneOf(lc, 3, 2),
  lj: oneOf(lj, 3, 2),
  ml: typeof ml === 'number' ? numberOf(ml, { min: 0, max: 1_000 }) : 4,
});

function gradientOf(shape: JsonObject, spent: Spent): JsonObject {
  const { g, t } = shape;
  if (!isObject(g)) throw new Refused('a gradient without colours');
  const p = numberOf(g['p'], { min: 1, max: MOST_STOPS });
  const k = propertyOf(g['k'], spent);
  return {
    ...needed(shape, ['o', 's', 'e'], spent),
    t: t === 2 ? 2 : 1,
    ...(t === 2 && parts(shape, ['h', 'a'], spent)),
    g: { p: Math.floor(p), k },
  };
}
