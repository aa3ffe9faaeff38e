import { gzipSync } from 'node:zlib';
import { assert, constantFrom, jsonValue, oneof, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawingOf, readDrawing } from './drawing.ts';
import { Refused } from './drawing-numbers.ts';

type Json = Record<string, unknown>;

const still = (k: unknown): Json => ({ a: 0, k });
const KS = {
  o: still(100),
  r: still(0),
  p: still([256, 256, 0]),
  a: still([0, 0, 0]),
  s: still([100, 100, 100]),
};
const GROUP_END = {
  ty: 'tr',
  p: still([0, 0]),
  a: still([0, 0]),
  s: still([100, 100]),
  r: still(0),
  o: still(100),
};
const group = (...it: Json[]): Json => ({ ty: 'gr', nm: 'Sx7secret', it: [...it, GROUP_END] });
const ELLIPSE = { ty: 'el', p: still([0, 0]), s: still([300, 300]) };
const FILL = { ty: 'fl', c: still([1, 0.5, 0, 1]), o: still(100), r: 1 };
const TURNS = {
  a: 1,
  k: [
    { t: 0, s: [0], i: { x: [0.5], y: [1] }, o: { x: [0.5], y: [0] } },
    { t: 60, s: [360] },
  ],
};
const layer = (more: Json = {}): Json => ({
  ty: 4,
  nm: 'Sx7secret',
  ind: 1,
  ks: { ...KS, r: TURNS },
  ip: 0,
  op: 60,
  st: 0,
  shapes: [group(ELLIPSE, FILL)],
  ...more,
});
const drawing = (more: Json = {}): Json => ({
  v: '5.5.2',
  nm: 'Sx7secret',
  fr: 60,
  ip: 0,
  op: 60,
  w: 512,
  h: 512,
  assets: [],
  layers: [layer()],
  ...more,
});
const inside = (refId: string, ind = 1): Json =>
  layer({ ty: 0, ind, refId, w: 512, h: 512, shapes: undefined });

it('a drawing comes through with its shapes and movements, and without a word', async () => {
  const { json, loopMs } = await readDrawing(gzipSync(JSON.stringify(drawing())));
  expect(loopMs).toBe(1_000);
  expect(json).not.toContain('secret');
  const kept = JSON.parse(json) as { layers: [{ ks: { r: unknown }; shapes: [{ it: { ty: string }[] }] }] };
  expect(kept.layers[0].ks.r).toMatchObject({
    a: 1,
    k: [
      { t: 0, s: [0] },
      { t: 60, s: [360] },
    ],
  });
  expect(kept.layers[0].shapes[0].it.map(({ ty }) => ty)).toEqual(['el', 'fl', 'tr']);
  // Unpacked as well, and what came of it once more.
  expect((await readDrawing(Buffer.from(JSON.stringify(drawing())))).json).toBe(json);
  expect(drawingOf(JSON.parse(json)).json).toBe(json);
});

/** Parts that each show the next one twice: 2^n layers. */
const doubling = Array.from({ length: 12 }, (_, n) => ({
  id: `c${n}`,
  layers: n === 11 ? [layer()] : [inside(`c${n + 1}`, 1), inside(`c${n + 1}`, 2)],
}));
const deep = (levels: number): Json => {
  let shape: Json = ELLIPSE;
  for (let n = 0; n < levels; n += 1) shape = group(shape);
  return shape;
};

describe('is not played:', () => {
  it.each<[string, unknown]>([
    ['an expression', drawing({ layers: [layer({ ks: { ...KS, r: { a: 0, k: 0, x: 'while(1);' } } })] })],
    [
      'a picture elsewhere',
      drawing({ assets: [{ id: 'i', u: 'https://evil.example/', p: 'x.png', w: 1, h: 1 }] }),
    ],
    ['a picture inside', drawing({ assets: [{ id: 'i', p: 'data:image/png;base64,AA', e: 1 }] })],
    ['a layer with a picture', drawing({ layers: [layer({ ty: 2, refId: 'i' })] })],
    ['a text', drawing({ layers: [layer({ ty: 5, t: { d: { k: [] } } })] })],
    ['a huge size', drawing({ w: 1e9 })],
    ['no size', drawing({ h: 0 })],
    ['too many frames a second', drawing({ fr: 1_000 })],
    ['hours', drawing({ op: 1e6 })],
    ['no end', drawing({ op: 0 })],
    ['a part in itself', drawing({ layers: [inside('a')], assets: [{ id: 'a', layers: [inside('a')] }] })],
    ['a part that is missing', drawing({ layers: [inside('nowhere')] })],
    ['parts that double', drawing({ layers: [inside('c0')], assets: doubling })],
    ['a layer that hangs on itself', drawing({ layers: [layer({ parent: 1 })] })],
    ['layers in a ring', drawing({ layers: [layer({ ind: 1, parent: 2 }), layer({ ind: 2, parent: 1 })] })],
    ['a matte of itself', drawing({ layers: [layer({ tt: 1, tp: 1 })] })],
    ['too many layers', drawing({ layers: Array.from({ length: 401 }, () => layer()) })],
    ['too many shapes', drawing({ layers: [layer({ shapes: Array.from({ length: 4_001 }, () => FILL) })] })],
    ['shapes deep in each other', drawing({ layers: [layer({ shapes: [deep(40)] })] })],
    [
      'a star of a million corners',
      drawing({
        layers: [
          layer({
            shapes: [
              group({
                ty: 'sr',
                p: still([0, 0]),
                r: still(0),
                or: still(1),
                os: still(0),
                ir: still(1),
                is: still(0),
                pt: still(1e6),
              }),
            ],
          }),
        ],
      }),
    ],
    [
      'an outline that is torn',
      drawing({
        layers: [layer({ shapes: [{ ty: 'sh', ks: still({ c: true, v: [[0, 0]], i: [], o: [] }) }] })],
      }),
    ],
    ['a number that is none', drawing({ layers: [layer({ ip: '0' })] })],
    ['nothing', drawing({ layers: [] })],
    ['a list', []],
    ['null', null],
  ])('%s', (_name, value) => {
    expect(() => drawingOf(value)).toThrow(Refused);
  });

  it.each<[string, Uint8Array]>([
    ['a bomb', gzipSync(Buffer.alloc(64 * 1024 * 1024, 32))],
    ['torn gzip', gzipSync(JSON.stringify(drawing())).subarray(0, 40)],
    ['no JSON', Buffer.from('{"fr":')],
    ['a page', Buffer.from('<svg onload="x()"/>')],
    ['too many bytes', Buffer.alloc(1024 * 1024 + 1, 0x7b)],
    ['brackets without end', Buffer.from(`{"layers":${'['.repeat(500_000)}`)],
    ['infinity', Buffer.from(JSON.stringify(drawing()).replace('"w":512', '"w":1e999'))],
    ['nothing', new Uint8Array()],
  ])('%s', async (_name, bytes) => {
    await expect(readDrawing(bytes)).rejects.toThrow(Refused);
  });
});

it('copies without end, dashes and merges are left out; the rest is drawn', () => {
  const shapes = [
    group(
      ELLIPSE,
      { ty: 'rp', c: still(1e9) },
      { ty: 'mm' },
      { ...FILL, ty: 'st', w: still(2), d: [{ n: 'd', v: still(1e-9) }] },
    ),
  ];
  const { json } = drawingOf(drawing({ layers: [layer({ shapes })] }));
  expect(json).not.toMatch(/"rp"|"mm"|1e-9/);
  expect(json).toContain('"st"');
});

/** null = refused; whatever else is thrown fails the test. */
function writtenAnew(value: unknown): string | null {
  try {
    return drawingOf(value).json;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

it('whatever a drawing holds is either refused or written anew so that it stands', () => {
  const odd = oneof(jsonValue(), constantFrom(null, -1, 1e9, 'x', [], {}, true));
  const paths = [
    'fr',
    'w',
    'op',
    'layers',
    'assets',
    'layers.0',
    'layers.0.ks',
    'layers.0.ks.p',
    'layers.0.shapes',
    'layers.0.shapes.0.it',
    'layers.0.ks.r.k',
    'layers.0.ks.r.k.0.i',
    'layers.0.parent',
    'layers.0.tt',
    'layers.0.masksProperties',
    'layers.0.shapes.0.it.1.c',
  ];
  assert(
    property(constantFrom(...paths), odd, (path, value) => {
      const spoilt = structuredClone(drawing());
      const steps = path.split('.');
      const last = steps.pop() ?? '';
      let at = spoilt;
      for (const step of steps) at = at[step] as Json;
      at[last] = value;
      const kept = writtenAnew(spoilt);
      expect(kept === null || writtenAnew(JSON.parse(kept)) === kept).toBe(true);
    }),
    { numRuns: 400 },
  );
});
