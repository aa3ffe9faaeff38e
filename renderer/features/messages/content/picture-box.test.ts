import { describe, expect, it } from 'vitest';
import { pictureBox } from './picture-box.ts';

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
