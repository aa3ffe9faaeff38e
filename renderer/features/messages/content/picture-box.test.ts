import { describe, expect, it } from 'vitest';
import { atLeast, pictureBox, shapeOf } from './picture-box.ts';

describe('size of an image in the flow', () => {
  it.each([
    ['as large as it is', 300, 126, 300, 126],
    ['scaled down to the width', 4000, 3000, 320, 240],
    ['scaled down to the height', 1000, 1500, 240, 360],
    ['not narrower than 96', 20, 20, 96, 96],
    ['a long receipt is cropped', 400, 8000, 96, 360],
    ['a thin banner keeps something to click', 2000, 20, 320, 48],
    ['unknown', 0, 0, 240, 160],
    ['nonsense', Number.NaN, -4, 240, 160],
  ])('%s', (_name, width, height, shownWidth, shownHeight) => {
    expect(pictureBox(width, height)).toEqual({ width: shownWidth, height: shownHeight });
  });
});

it('has room for what stands over the picture, and is never smaller than that', () => {
  const room = { width: 180, height: 96 };
  expect(atLeast(pictureBox(20, 900), room)).toEqual({ width: 180, height: 360 });
  expect(atLeast(pictureBox(900, 20), room)).toEqual({ width: 320, height: 96 });
});

describe('the shape of a box', () => {
  const announced = { width: 300, height: 126 };
  it('is what was announced until the picture is drawn, and while it is of that shape', () => {
    expect(shapeOf(announced, undefined)).toBe(announced);
    expect(shapeOf(announced, { width: 600, height: 252 })).toBe(announced);
    expect(shapeOf(announced, { width: 299, height: 126 })).toBe(announced);
    expect(shapeOf(announced, { width: 0, height: 0 })).toBe(announced);
  });
  it.each([
    [{ width: 300, height: 126 }],
    [{ width: 10_000, height: 1 }],
    [{ width: 0, height: 0 }],
    [{ width: -1, height: 5 }],
    [{ width: Number.NaN, height: 5 }],
  ])('is the picture, whatever was announced: %j', (wrong) => {
    const drawn = { width: 200, height: 800 };
    expect(shapeOf(wrong, drawn)).toBe(drawn);
    expect(pictureBox(drawn.width, drawn.height)).toEqual({ width: 96, height: 360 });
  });
});
