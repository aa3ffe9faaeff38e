import { describe, expect, it } from 'vitest';
import { averageBlocks, blockSize, blocksUnder, cutBlocks, gridLines, scaledBlocks } from './mosaic.ts';

/** Noise of black and white, half of it each. */
function noise(width: number, height: number): Uint8ClampedArray<ArrayBuffer> {
  const data = new Uint8ClampedArray(width * height * 4);
  let seed = 7;
  for (let at = 0; at < data.length; at += 4) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    data.set(seed & 0x10000 ? [255, 255, 255, 255] : [0, 0, 0, 255], at);
  }
  return data;
}

const pixel = (data: Uint8ClampedArray, width: number, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];

describe('blocks', () => {
  it('are larger on larger pictures, by their area', () => {
    expect(blockSize({ width: 100, height: 80 }, 'thin')).toBe(16);
    expect(blockSize({ width: 1920, height: 1080 }, 'thin')).toBe(45);
    expect(blockSize({ width: 1080, height: 20_000 }, 'thin')).toBe(145);
    expect(blockSize({ width: 640, height: 640 }, 'medium')).toBe(30);
    expect(blockSize({ width: 640, height: 640 }, 'thick')).toBe(40);
  });

  it('lie on lines of the picture; what is left over is part of the last one', () => {
    expect(gridLines(100, 30)).toEqual([0, 30, 60, 100]);
    expect(gridLines(10, 30)).toEqual([0, 10]);
  });

  it('cover all that was marked, and are the same for every rectangle', () => {
    const size = { width: 640, height: 640 };
    expect(blocksUnder({ x: 31, y: 0, width: 1, height: 61 }, size, 'medium')).toEqual({
      xs: [30, 60],
      ys: [0, 30, 60, 90],
    });
    // On a line, without a width, at the far edge.
    expect(blocksUnder({ x: 640, y: 30, width: 0, height: 0 }, size, 'medium')).toEqual({
      xs: [600, 640],
      ys: [30, 60],
    });
  });

  it('are cut by a crop', () => {
    const blocks = { xs: [0, 30, 60, 90], ys: [30, 60] };
    expect(cutBlocks(blocks, { x: 40, y: 0, width: 30, height: 100 })).toEqual({
      xs: [40, 60, 70],
      ys: [30, 60],
    });
    expect(cutBlocks(blocks, { x: 90, y: 0, width: 30, height: 100 })).toBeNull();
  });
});

describe('blocks of a picture that is made smaller', () => {
  const part = { x: 100, y: 0, width: 400, height: 400 };

  it('are where they were when it keeps its size', () => {
    const blocks = { xs: [130, 160], ys: [0, 30, 60] };
    expect(scaledBlocks(blocks, part, { width: 400, height: 400 })).toEqual({
      xs: [30, 60],
      ys: [0, 30, 60],
    });
  });

  it('cover a little more at their outer edges, never beyond the picture', () => {
    const blocks = { xs: [130, 160, 190], ys: [0, 200, 400] };
    expect(scaledBlocks(blocks, part, { width: 200, height: 200 })).toEqual({
      xs: [12, 30, 48],
      ys: [0, 100, 200],
    });
  });

  it('of less than a px are no block of their own, and are covered', () => {
    const blocks = { xs: [100, 101, 131], ys: [399, 400] };
    const { xs, ys } = scaledBlocks(blocks, part, { width: 40, height: 40 });
    expect(xs).toEqual([0, 6]);
    expect(ys).toEqual([37, 40]);
  });
});

describe('averaging', () => {
  it('makes each block one colour: the mean, in 16 steps', () => {
    const [width, height] = [60, 40];
    const data = noise(width, height);
    averageBlocks(data, width, { xs: [0, 20, 40, 60], ys: [0, 20, 40] });
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        const colour = pixel(data, width, x, y);
        expect(colour).toEqual(pixel(data, width, x - (x % 20), y - (y % 20)));
        expect(colour.map((value) => value % 17)).toEqual([0, 0, 0, 0]);
        expect(Math.abs((colour[0] ?? 0) - 128)).toBeLessThan(40);
      }
  });

  it('leaves what is beside the blocks, also of white and of a see-through picture', () => {
    const data = new Uint8ClampedArray(4 * 4 * 4).fill(255);
    data.set([9, 8, 7, 255], 0);
    // A px that cannot be seen has no say in the colour.
    data.set([0, 0, 0, 0], (3 * 4 + 3) * 4);
    averageBlocks(data, 4, { xs: [0, 0], ys: [0, 4] });
    expect(pixel(data, 4, 0, 0)).toEqual([9, 8, 7, 255]);
    const rest = { xs: [2, 4], ys: [2, 4] };
    averageBlocks(data, 4, rest);
    expect(pixel(data, 4, 3, 3)).toEqual([255, 255, 255, 187]);
    expect(pixel(data, 4, 1, 1)).toEqual([255, 255, 255, 255]);
    const empty = new Uint8ClampedArray(16);
    averageBlocks(empty, 2, { xs: [0, 2], ys: [0, 2] });
    expect([...empty]).toEqual(Array.from({ length: 16 }, () => 0));
  });
});
