import { expect, it } from 'vitest';
import { steppedZoom, ZOOM_STEPS, zoomLevelOf, zoomPercentOf } from './zoom.ts';

it('goes step by step, and stays at the ends', () => {
  let percent = 100;
  const seen = [percent];
  for (let count = 0; count < 6; count += 1) seen.push((percent = steppedZoom(percent, 'in')));
  expect(seen).toEqual([100, 110, 125, 150, 175, 200, 200]);
  for (let count = 0; count < 8; count += 1) percent = steppedZoom(percent, 'out');
  expect(percent).toBe(80);
  // Between two steps, as an older version left it.
  expect([steppedZoom(120, 'in'), steppedZoom(120, 'out')]).toEqual([125, 110]);
});

it('is what Chromium takes and gives', () => {
  for (const step of ZOOM_STEPS) expect(zoomPercentOf(zoomLevelOf(step))).toBe(step);
  expect([zoomPercentOf(0), zoomPercentOf(-8), zoomPercentOf(9), zoomPercentOf(1)]).toEqual([
    100, 80, 200, 120,
  ]);
});
