import { expect, it } from 'vitest';
import { FITTED, placed, shifted, toPicture, zoomed } from './stage-view.ts';

const stage = { width: 856, height: 624 };
const shown = { x: 0, y: 0, width: 1_600, height: 1_200 };

it('what is shown fits and stands in the middle; a part of it as well', () => {
  expect(placed(FITTED, shown, stage)).toEqual({ scale: 0.5, left: 28, top: 12 });
  const part = { x: 400, y: 600, width: 400, height: 300 };
  const at = placed(FITTED, part, stage);
  expect(at.scale).toBe(1);
  expect(toPicture(at, { x: 428, y: 312 })).toEqual({ x: 600, y: 750 });
});

it('a small picture is drawn larger than it is, and one of any shape in sight', () => {
  expect(placed(FITTED, { x: 0, y: 0, width: 32, height: 16 }, stage).scale).toBe(10);
  const long = placed(FITTED, { x: 0, y: 0, width: 100, height: 60_000 }, stage);
  expect(long.scale * 60_000).toBeCloseTo(600);
  expect(placed(FITTED, shown, { width: 0, height: 0 }).scale).toBeGreaterThan(0);
});

it('zooms at the pointer, which stays over the same px, and is moved up to the edges', () => {
  const at = { x: 100, y: 100 };
  const before = toPicture(placed(FITTED, shown, stage), at);
  const view = zoomed(FITTED, 3, shown, stage, at);
  const after = toPicture(placed(view, shown, stage), at);
  expect(after.x).toBeCloseTo(before.x);
  expect(after.y).toBeCloseTo(before.y);
  const edge = placed(shifted(view, { x: 1e6, y: 1e6 }, shown, stage), shown, stage);
  expect([edge.left, edge.top]).toEqual([28, 12]);
  expect(zoomed(view, 0.001, shown, stage)).toEqual(FITTED);
});
