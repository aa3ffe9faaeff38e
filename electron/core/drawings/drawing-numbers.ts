/** Numbers, curves and outlines of a drawing (docs/message-kinds.md): written anew, or refused by name. */
import { isObject, type JsonObject } from '../../../shared/json.ts';

/** Why a drawing is not played; says nothing of its content. */
export class Refused extends Error {}

const refuse = (why: string): never => {
  throw new Refused(why);
};

/** Further off than anything on a canvas. */
const MOST = 1_000_000;
const MOST_KEYFRAMES = 600;
const MOST_NUMBERS = 256;
/** How far a curve of time may overshoot. */
const MOST_EASE = 10;
const MOST_POINTS = 2_000;

/** What one drawing has used of what one may have. */
export interface Spent {
  numbers: number;
}
const MOST_NUMBERS_IN_ALL = 400_000;

export function numberOf(
  value: unknown,
  { min = -MOST, max = MOST }: { min?: number; max?: number } = {},
): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max)
    return refuse('a number that is none, or out of bounds');
  return value;
}

export const flagOf = (value: unknown): 0 | 1 => (value === true || value === 1 ? 1 : 0);

export interface Bounds {
  min?: number;
  max?: number;
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);

function numbersOf(value: unknown, spent: Spent, bounds: Bounds): number[] {
  const list = isList(value) ? value : [value];
  if (list.length > MOST_NUMBERS) refuse('too many numbers');
  spend(spent, list.length);
  return list.map((one) => numberOf(one, bounds));
}

function spend(spent: Spent, n: number): void {
  spent.numbers += n;
  if (spent.numbers > MOST_NUMBERS_IN_ALL) refuse('too many numbers in all');
}

function easeOf(value: unknown, spent: Spent): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const along = (part: unknown, min: number, max: number): number | number[] => {
    const clamp = (one: number): number => Math.min(max, Math.max(min, one));
    if (isList(part)) return numbersOf(part, spent, {}).map(clamp);
    return clamp(numberOf(part));
  };
  return { x: along(value['x'], 0, 1), y: along(value['y'], -MOST_EASE, MOST_EASE) };
}

/** A value that stands, or moves from keyframe to keyframe. An expression is a program, and refused. */
export function propertyOf(value: unknown, spent: Spent, bounds: Bounds = {}): JsonObject {
  const { k, moves } = keysOf(value);
  if (!moves) return { a: 0, k: isList(k) ? numbersOf(k, spent, bounds) : numberOf(k, bounds) };
  return { a: 1, k: keyframesOf(k, spent, (one) => numbersOf(one, spent, bounds)) };
}

/** Also of the path of a mask. */
export function outlineOf(value: unknown, spent: Spent): JsonObject {
  const { k, moves } = keysOf(value);
  if (!moves) return { a: 0, k: curveOf(isList(k) ? k[0] : k, spent) };
  return { a: 1, k: keyframesOf(k, spent, (one) => [curveOf(isList(one) ? one[0] : one, spent)]) };
}

function keysOf(value: unknown): { k: unknown; moves: boolean } {
  if (!isObject(value)) return { k: refuse('a property that is none'), moves: false };
  if (value['x'] !== undefined) refuse('an expression');
  const { k } = value;
  return { k, moves: isList(k) && isObject(k[0]) && 't' in k[0] };
}

function keyframesOf(k: unknown, spent: Spent, read: (value: unknown) => unknown): JsonObject[] {
  const list = isList(k) ? k : [];
  if (list.length > MOST_KEYFRAMES) refuse('too many keyframes');
  let before = -Infinity;
  return list.map((frame) => {
    if (!isObject(frame)) return refuse('a keyframe that is none');
    spend(spent, 4);
    const t = numberOf(frame['t']);
    if (t < before) refuse('keyframes out of order');
    before = t;
    const { s, e, h, i, o, to, ti } = frame;
    const [into, out] = [easeOf(i, spent), easeOf(o, spent)];
    return {
      t,
      ...(s !== undefined && { s: read(s) }),
      ...(e !== undefined && { e: read(e) }),
      ...(flagOf(h) === 1 && { h: 1 }),
      ...(into && out && { i: into, o: out }),
      ...(isList(to) && isList(ti) && { to: numbersOf(to, spent, {}), ti: numbersOf(ti, spent, {}) }),
    };
  });
}

function curveOf(value: unknown, spent: Spent): JsonObject {
  if (!isObject(value)) return refuse('an outline that is none');
  const points = (part: unknown): number[][] => {
    if (!isList(part) || part.length > MOST_POINTS) return refuse('an outline with too many points');
    return part.map((point) => {
      const pair = numbersOf(point, spent, {});
      return pair.length < 2 ? refuse('a point that is none') : pair.slice(0, 2);
    });
  };
  const [v, i, o] = [points(value['v']), points(value['i']), points(value['o'])];
  if (v.length !== i.length || v.length !== o.length) refuse('an outline that is torn');
  return { c: flagOf(value['c']) === 1, v, i, o };
}
