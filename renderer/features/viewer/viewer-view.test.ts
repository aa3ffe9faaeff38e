import { describe, expect, it } from 'vitest';
import { FITTED, fitScale, moved, scaleOf, turned, zoomed } from './viewer-view.ts';

const stage = { width: 1000, height: 500 };
const wide = { width: 2000, height: 500 };

describe('the view of an image', () => {
  it('fits, without blowing up what is small', () => {
    expect(fitScale(wide, stage, 0)).toBe(0.5);
    expect(fitScale({ width: 100, height: 100 }, stage, 0)).toBe(1);
    expect(fitScale({ width: 0, height: 0 }, stage, 0)).toBe(1);
  });
  it('fits anew when it is turned', () => {
    const once = turned({ ...FITTED, scale: 3, x: 40 });
    expect(once).toEqual({ scale: null, turn: 90, x: 0, y: 0 });
    expect(scaleOf(once, wide, stage)).toBe(0.25);
    expect(turned(turned(turned(once))).turn).toBe(0);
  });
  it('zooms within limits, around the pointer', () => {
    const square = { width: 1000, height: 1000 };
    const close = zoomed(FITTED, 4, square, stage, { x: 100, y: 0 });
    expect(close.scale).toBe(2);
    // What was 100 px right of the middle still is: 100 = -300 + 4 * 100.
    expect([close.x, close.y]).toEqual([-300, 0]);
    expect(zoomed(FITTED, 1e6, square, stage).scale).toBe(8);
    expect(zoomed(FITTED, 1e-6, square, stage).scale).toBe(0.05);
  });
  it('moves up to the edges of the image, and not at all when it fits', () => {
    expect(moved(FITTED, 50, 50, wide, stage)).toEqual(FITTED);
    const natural = { ...FITTED, scale: 1 };
    expect(moved(natural, 300, 50, wide, stage)).toEqual({ ...natural, x: 300 });
    expect(moved(natural, -900, 0, wide, stage)).toEqual({ ...natural, x: -500 });
    const lying = { ...natural, turn: 90 };
    expect(moved(lying, 300, 9_000, wide, stage)).toEqual({ ...lying, y: 750 });
  });
});
