import { describe, expect, it } from 'vitest';
import type { MarkShape } from '../../state/image-editor/marks.ts';
import {
  gripAt,
  isHit,
  markAt,
  moved,
  pulled,
  rectBetween,
  rectIn,
  stretched,
  wholePixels,
} from './geometry.ts';

const size = { width: 100, height: 80 };
const look = { colour: 'red', width: 'thin' } as const;
const textSize = () => ({ width: 30, height: 10 });
const box: MarkShape = { ...look, kind: 'box', rect: { x: 10, y: 10, width: 40, height: 30 } };
const arrow: MarkShape = { ...look, kind: 'arrow', from: { x: 0, y: 0 }, to: { x: 50, y: 50 } };

describe('rectangles', () => {
  it('lie between any two corners, and in the picture', () => {
    expect(rectBetween({ x: 9, y: 1 }, { x: 2, y: 7 })).toEqual({ x: 2, y: 1, width: 7, height: 6 });
    expect(rectIn(size, { x: -5, y: 70, width: 20, height: 20 })).toEqual({
      x: 0,
      y: 60,
      width: 20,
      height: 20,
    });
    expect(rectIn(size, { x: 5, y: 5, width: 500, height: 20 })).toEqual({
      x: 0,
      y: 5,
      width: 100,
      height: 20,
    });
  });

  it('become whole px, at least one of them', () => {
    expect(wholePixels(size, { x: 0.4, y: 0.6, width: 10.3, height: 10 })).toEqual({
      x: 0,
      y: 1,
      width: 11,
      height: 10,
    });
    expect(wholePixels(size, { x: 100, y: 80, width: 0, height: 0 })).toEqual({
      x: 99,
      y: 79,
      width: 1,
      height: 1,
    });
  });

  it('are held at corners, sides and inside', () => {
    const { rect } = box;
    expect(gripAt(rect, { x: 11, y: 9 }, 3)).toBe('nw');
    expect(gripAt(rect, { x: 50, y: 25 }, 3)).toBe('e');
    expect(gripAt(rect, { x: 30, y: 39 }, 3)).toBe('s');
    expect(gripAt(rect, { x: 30, y: 25 }, 3)).toBe('all');
    expect(gripAt(rect, { x: 5, y: 25 }, 3)).toBeNull();
  });

  it('are pulled no further than the picture, and never inside out', () => {
    const { rect } = box;
    expect(pulled(rect, 'nw', { x: -50, y: 5 }, size, 4)).toEqual({ x: 0, y: 15, width: 50, height: 25 });
    expect(pulled(rect, 'w', { x: 90, y: 0 }, size, 4)).toEqual({ x: 46, y: 10, width: 4, height: 30 });
    expect(pulled(rect, 'se', { x: 500, y: 500 }, size, 4)).toEqual({ x: 10, y: 10, width: 90, height: 70 });
    expect(pulled(rect, 'all', { x: 500, y: -500 }, size, 4)).toEqual({ x: 60, y: 0, width: 40, height: 30 });
  });
});

describe('marks', () => {
  it('are moved with their middle in the picture', () => {
    expect(moved(box, { x: 5, y: -5 }, size, textSize)).toEqual({
      ...box,
      rect: { x: 15, y: 5, width: 40, height: 30 },
    });
    const far = moved(arrow, { x: 1_000, y: 0 }, size, textSize);
    expect(far).toEqual({ ...arrow, from: { x: 75, y: 0 }, to: { x: 125, y: 50 } });
    const text: MarkShape = { ...look, kind: 'text', at: { x: 0, y: 0 }, text: 'a' };
    expect(moved(text, { x: 3, y: 4 }, size, textSize)).toEqual({ ...text, at: { x: 3, y: 4 } });
  });

  it('are stretched at their end; words and lines are not', () => {
    expect(stretched(box, { x: 5, y: 5 }, size, 4)).toMatchObject({ rect: { width: 45, height: 35 } });
    expect(stretched(arrow, { x: 5, y: 500 }, size, 4)).toMatchObject({ to: { x: 55, y: 80 } });
    const pen: MarkShape = { ...look, kind: 'pen', points: [{ x: 1, y: 1 }] };
    expect(stretched(pen, { x: 5, y: 5 }, size, 4)).toBe(pen);
  });

  it('are hit on their lines; words and mosaics anywhere', () => {
    expect(isHit(box, { x: 10, y: 20 }, 2, textSize)).toBe(true);
    expect(isHit(box, { x: 30, y: 25 }, 2, textSize)).toBe(false);
    expect(isHit(arrow, { x: 26, y: 25 }, 2, textSize)).toBe(true);
    expect(isHit(arrow, { x: 40, y: 10 }, 2, textSize)).toBe(false);
    const pen: MarkShape = {
      ...look,
      kind: 'pen',
      points: [
        { x: 0, y: 0 },
        { x: 0, y: 60 },
      ],
    };
    expect(isHit(pen, { x: 1, y: 30 }, 2, textSize)).toBe(true);
    const mosaic: MarkShape = { ...look, kind: 'mosaic', rect: { x: 0, y: 0, width: 50, height: 50 } };
    expect(isHit(mosaic, { x: 25, y: 25 }, 2, textSize)).toBe(true);
    // The topmost one counts.
    const marks = [mosaic, box, { ...mosaic, width: 'thick' as const }].map((mark, id) => ({ ...mark, id }));
    expect(markAt(marks, { x: 10, y: 20 }, 2, textSize)?.id).toBe(2);
    expect(markAt(marks, { x: 90, y: 70 }, 2, textSize)).toBeUndefined();
  });
});
