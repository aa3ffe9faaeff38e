import { describe, expect, it, vi } from 'vitest';
import { fitToDisplays } from './window-state.ts';

vi.mock('electron', () => ({ screen: {} }));

const laptop = { x: 0, y: 0, width: 1440, height: 860 };
const right = { x: 1440, y: -200, width: 1920, height: 1080 };

describe('window place', () => {
  it('is kept while enough of the title bar is on a display', () => {
    const state = { width: 960, height: 640, x: 1500, y: -150 };
    expect(fitToDisplays(state, [laptop, right])).toEqual(state);
  });

  it.each([
    ['its display is gone', { x: 1500, y: -150 }],
    ['it is above the screen', { x: 10, y: -300 }],
    ['it is below the screen', { x: 10, y: 850 }],
    ['less than 100 px are left', { x: 1400, y: 10 }],
    ['it is off to the left', { x: -900, y: 10 }],
  ])('is dropped when %s', (_why, place) => {
    expect(fitToDisplays({ width: 960, height: 640, ...place }, [laptop])).toEqual({
      width: 960,
      height: 640,
    });
  });

  it('never makes the window larger than a display or smaller than its minimum', () => {
    expect(fitToDisplays({ width: 9_000, height: 9_000, x: null, y: null }, [laptop])).toEqual({
      width: 1440,
      height: 860,
    });
    expect(fitToDisplays({ width: 10, height: 10, x: null, y: null }, [laptop])).toEqual({
      width: 720,
      height: 480,
    });
    expect(fitToDisplays({ width: 960, height: 640, x: 0, y: 0 }, [])).toEqual({ width: 720, height: 480 });
  });
});
