/**
 * Stickers that are drawings: Lottie, packed with gzip (`.lim`, `.tgs`) or not. A player runs what it is given, so what
 * it gets is written anew here, from a list of what may be in one: numbers, shapes, layers of layers. No name, no text,
 * no picture, no expression comes through, and nothing that multiplies without a bound.
 */
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isObject, type JsonObject } from '../../../shared/json.ts';
import { flagOf, numberOf, outlineOf, propertyOf, Refused, type Spent } from './drawing-numbers.ts';
import { type ShapeCount, shapesOf, transformOf } from './drawing-shapes.ts';

/** As it comes. */
const MAX_DRAWING_BYTES = 1024 * 1024;
const MAX_UNPACKED_BYTES = 2 * 1024 * 1024;
const MOST_PX = 2_048;
const MOST_FRAMES_A_SECOND = 60;
const MOST_SECONDS = 30;
const MOST_ASSETS = 100;
/** Of all layers with those they are made of, and of what is in those. */
const MOST_LAYERS = 400;
const MOST_SHAPES = 4_000;
const MOST_MATTES = 20;
const DEEPEST = 6;
const LONGEST_LINE = 24;
const LONGEST_ID = 100;

const unpack = promisify(gunzip);

/** For the player, and how long it takes. */
export interface Drawing {
  json: string;
  /** ms */
  loopMs: number;
}

/** Of a file; one that has too many bytes is not read. @throws as `readDrawing`, and what the file system does. */
export async function readDrawingFile(path: string): Promise<Drawing> {
  if ((await stat(path)).size > MAX_DRAWING_BYTES) throw new Refused('too many bytes');
  return readDrawing(await readFile(path));
}

/** @throws Refused, saying why it is not played. */
export async function readDrawing(bytes: Uint8Array): Promise<Drawing> {
  if (bytes.length > MAX_DRAWING_BYTES) throw new Refused('too many bytes');
  const text = await textOf(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused('no JSON');
  }
  return drawingOf(value);
}

async function textOf(bytes: Uint8Array): Promise<string> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (bytes[0] !== 0x7b) throw new Refused('no drawing');
    return Buffer.from(bytes).toString('utf8');
  }
  try {
    return (await unpack(bytes, { maxOutputLength: MAX_UNPACKED_BYTES })).toString('utf8');
  } catch {
    throw new Refused('it cannot be unpacked, or is too large');
  }
}

interface Comp {
  layers: JsonObject[];
  /** Names of those that it shows, once for each time. */
  uses: string[];
  shapes: number;
  mattes: number;
}

export function drawingOf(value: unknown): Drawing {
  if (!isObject(value)) throw new Refused('no drawing');
  const fr = numberOf(value['fr'], { min: 1, max: MOST_FRAMES_A_SECOND });
  const [ip, op] = [numberOf(value['ip']), numberOf(value['op'])];
  const seconds = (op - ip) / fr;
  if (seconds <= 0 || seconds > MOST_SECONDS) throw new Refused('no length, or too long');
  const size = { min: 1, max: MOST_PX };
  const [w, h] = [numberOf(value['w'], size), numberOf(value['h'], size)];
  const { v } = value;
  const spent: Spent = { numbers: 0 };
  const assets = assetsOf(value['assets']);
  const comps = new Map([...assets].map(([id, layers]) => [id, compOf(layers, spent)]));
  const top = compOf(value['layers'], spent);
  if (top.layers.length === 0) throw new Refused('nothing is drawn');
  checkAll(top, comps);
  const drawing = {
    v: typeof v === 'string' && /^\d{1,2}\.\d{1,3}\.\d{1,3}$/.test(v) ? v : '5.5.2',
    fr,
    ip,
    op,
    w,
    h,
    ddd: 0,
    assets: [...comps].map(([id, { layers }]) => ({ id, layers })),
    layers: top.layers,
  };
  return { json: JSON.stringify(drawing), loopMs: seconds * 1_000 };
}

/** Layers by name. Pictures are none, wherever they lie. */
function assetsOf(value: unknown): Map<string, unknown> {
  const list: unknown[] = Array.isArray(value) ? value : [];
  if (list.length > MOST_ASSETS) throw new Refused('too many parts');
  return new Map(
    list.map((asset) => {
      if (!isObject(asset) || !Array.isArray(asset['layers'])) throw new Refused('a picture in it');
      return [idOf(asset['id']), asset['layers']];
    }),
  );
}

function idOf(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_ID)
    throw new Refused('a part without a name');
  return value;
}

/** How much there is with everything that is in it, looked at once each; a part in itself is refused. */
function checkAll(top: Comp, comps: ReadonlyMap<string, Comp>): void {
  const known = new Map<Comp, { layers: number; shapes: number; mattes: number }>();
  const look = (comp: Comp, depth: number): { layers: number; shapes: number; mattes: number } => {
    const before = known.get(comp);
    if (before) return before;
    if (depth > DEEPEST) throw new Refused('parts too deep in each other, or in themselves');
    const sum = { layers: comp.layers.length, shapes: comp.shapes, mattes: comp.mattes };
    for (const id of comp.uses) {
      const used = comps.get(id);
      if (!used) throw new Refused('a part that is not there');
      const inner = look(used, depth + 1);
      sum.layers += inner.layers;
      sum.shapes += inner.shapes;
      sum.mattes += inner.mattes;
      if (sum.layers > MOST_LAYERS || sum.shapes > MOST_SHAPES || sum.mattes > MOST_MATTES)
        throw new Refused('too much in it');
    }
    known.set(comp, sum);
    return sum;
  };
  look(top, 0);
}

const NULL = 3;
const MATTES = [1, 2, 3, 4];

function compOf(value: unknown, spent: Spent): Comp {
  const list: unknown[] = Array.isArray(value) ? value : [];
  if (list.length > MOST_LAYERS) throw new Refused('too many layers');
  const rows = list.map((layer) => {
    if (!isObject(layer)) throw new Refused('a layer that is none');
    return layer;
  });
  // Counted anew, so that no two have one number.
  const numbers = new Map<unknown, number>();
  for (const [at, { ind }] of rows.entries()) if (!numbers.has(ind)) numbers.set(ind, at);
  const count: ShapeCount = { shapes: 0 };
  const uses: string[] = [];
  let mattes = 0;
  const layers = rows.map((row, at) => {
    const layer = layerOf(row, spent, count, uses);
    const above = row['parent'] === undefined ? undefined : numbers.get(row['parent']);
    const matte = MATTES.includes(row['tt'] as number) ? matteOf(row, at, rows, numbers) : undefined;
    if (matte !== undefined) mattes += 1;
    return {
      ...layer,
      ind: at + 1,
      ...(above !== undefined && { parent: above + 1 }),
      ...(matte !== undefined && { tt: row['tt'], tp: matte + 1 }),
      ...(flagOf(row['td']) === 1 && { td: 1 }),
    };
  });
  if (count.shapes > MOST_SHAPES || mattes > MOST_MATTES) throw new Refused('too much in a layer');
  checkParents(layers);
  return { layers, uses, shapes: count.shapes, mattes };
}

function matteOf(
  row: JsonObject,
  at: number,
  rows: readonly JsonObject[],
  numbers: ReadonlyMap<unknown, number>,
): number {
  const matte = row['tp'] === undefined ? at - 1 : numbers.get(row['tp']);
  // One that has one itself could be its own.
  if (matte === undefined || matte < 0 || matte === at || MATTES.includes(rows[matte]?.['tt'] as number))
    throw new Refused('a matte that is none');
  return matte;
}

function checkParents(layers: readonly JsonObject[]): void {
  for (const layer of layers) {
    let steps = 0;
    for (let at = layer['parent']; typeof at === 'number'; at = layers[at - 1]?.['parent']) {
      steps += 1;
      if (steps > LONGEST_LINE) throw new Refused('layers that hang on themselves, or too many');
    }
  }
}

function layerOf(row: JsonObject, spent: Spent, count: ShapeCount, uses: string[]): JsonObject {
  const { ty, sr, tm } = row;
  const layer: JsonObject = {
    ty,
    ddd: 0,
    sr: sr === undefined ? 1 : numberOf(sr, { min: 0.01, max: 100 }),
    ks: transformOf(row['ks'], spent),
    ao: flagOf(row['ao']),
    ip: numberOf(row['ip']),
    op: numberOf(row['op']),
    st: row['st'] === undefined ? 0 : numberOf(row['st']),
    bm: row['bm'] === undefined ? 0 : numberOf(row['bm'], { min: 0, max: 16 }),
    hd: flagOf(row['hd']) === 1,
    ...masksOf(row['masksProperties'], spent),
  };
  if (ty === 4) return { ...layer, shapes: shapesOf(row['shapes'], spent, count) };
  if (ty === NULL) return layer;
  const size = { min: 0, max: MOST_PX * 4 };
  if (ty === 1) {
    const { sc } = row;
    if (typeof sc !== 'string' || !/^#[\da-f]{3,8}$/i.test(sc)) throw new Refused('a colour that is none');
    return { ...layer, sc, sw: numberOf(row['sw'], size), sh: numberOf(row['sh'], size) };
  }
  if (ty !== 0) throw new Refused('a picture, a text or a sound in it');
  const refId = idOf(row['refId']);
  uses.push(refId);
  return {
    ...layer,
    refId,
    w: numberOf(row['w'], size),
    h: numberOf(row['h'], size),
    ...(tm !== undefined && { tm: propertyOf(tm, spent) }),
  };
}

const MOST_MASKS = 10;

function masksOf(value: unknown, spent: Spent): JsonObject {
  if (!Array.isArray(value) || value.length === 0) return {};
  if (value.length > MOST_MASKS) throw new Refused('too many masks');
  const masks = value.map((mask: unknown) => {
    if (!isObject(mask)) throw new Refused('a mask that is none');
    const mode = mask['mode'] === 'n' ? 'n' : 'a';
    return {
      inv: flagOf(mask['inv']) === 1,
      mode,
      pt: outlineOf(mask['pt'], spent),
      o: propertyOf(mask['o'] ?? { a: 0, k: 100 }, spent),
      x: { a: 0, k: 0 },
    };
  });
  return { hasMask: true, masksProperties: masks };
}
