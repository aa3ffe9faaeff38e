import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { BrowserWindow, Rectangle } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { fitToDisplays, movedToDisplays, windowStateFile } from './window-state.ts';

const displays = vi.hoisted(() => ({
  now: [] as { id: number; workArea: Rectangle }[],
  emit: (_event: string) => {},
}));
vi.mock('electron', async () => {
  const { EventEmitter } = await import('node:events');
  const events = new EventEmitter();
  displays.emit = (event) => void events.emit(event);
  const screen = Object.assign(events, {
    getAllDisplays: () => displays.now,
    getPrimaryDisplay: () => displays.now[0],
  });
  return { screen };
});

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

describe('a window that had to be made smaller', () => {
  it('fits the display that shows most of it, not the largest', () => {
    expect(fitToDisplays({ width: 1800, height: 1000, x: 100, y: 50 }, [laptop, right])).toEqual({
      width: 1440,
      height: 860,
      x: 0,
      y: 0,
    });
    expect(fitToDisplays({ width: 1800, height: 1000, x: 1500, y: -150 }, [laptop, right])).toEqual({
      width: 1800,
      height: 1000,
      x: 1500,
      y: -150,
    });
  });

  it('goes below its usual minimum where the display is smaller, by size or by scale', () => {
    const small = { x: 0, y: 0, width: 640, height: 400 };
    expect(fitToDisplays({ width: 960, height: 640, x: 10, y: 10 }, [small])).toEqual({ ...small });
  });

  it('without a place fits the primary display', () => {
    expect(fitToDisplays({ width: 1800, height: 1000, x: null, y: null }, [laptop, right])).toEqual({
      width: 1440,
      height: 860,
    });
  });
});

const at = (x: number, y: number, width = 960, height = 640): Rectangle => ({ x, y, width, height });

describe('displays that change while the window is open', () => {
  it.each([
    ['it may stay', at(100, 100), [laptop], null],
    ['its display is gone: the middle of the primary one', at(1500, -150), [laptop], at(240, 110)],
    ['its display is gone and the other is smaller', at(1500, 0, 1800, 1000), [laptop], at(0, 0, 1440, 860)],
    [
      'its display is smaller now',
      at(400, 300),
      [{ ...laptop, width: 800, height: 500 }],
      at(0, 0, 800, 500),
    ],
    ['there is none for a moment', at(1500, 0), [], null],
  ] as const)('%s', (_what, now, areas, moved) => {
    expect(movedToDisplays(now, areas)).toEqual(moved);
  });

  it('the window follows, until it is closed; a maximised one is left to the system', async () => {
    const { EventEmitter } = await import('node:events');
    const dir = mkdtempSync(`${tmpdir()}/wukong-window-`);
    let bounds = at(1500, -150);
    let maximized = false;
    const minimum: number[][] = [];
    const window = Object.assign(new EventEmitter(), {
      isDestroyed: () => false,
      isMaximized: () => maximized,
      isFullScreen: () => false,
      getNormalBounds: () => bounds,
      setBounds: (to: Rectangle) => (bounds = to),
      setMinimumSize: (...size: number[]) => minimum.push(size),
    });
    displays.now = [laptop, right].map((workArea, id) => ({ id, workArea }));
    windowStateFile(dir, () => undefined).track(window as unknown as BrowserWindow);
    displays.emit('display-metrics-changed');
    expect(bounds).toEqual(at(1500, -150));
    displays.now = [{ id: 0, workArea: laptop }];
    maximized = true;
    displays.emit('display-removed');
    expect(bounds).toEqual(at(1500, -150));
    maximized = false;
    window.emit('unmaximize');
    expect(bounds).toEqual(at(240, 110));
    displays.now = [{ id: 0, workArea: { x: 0, y: 0, width: 600, height: 400 } }];
    displays.emit('display-metrics-changed');
    expect([bounds, minimum.at(-1)]).toEqual([at(0, 0, 600, 400), [600, 400]]);
    window.emit('closed');
    displays.now = [{ id: 0, workArea: right }];
    displays.emit('display-added');
    expect(bounds).toEqual(at(0, 0, 600, 400));
    rmSync(dir, { recursive: true, force: true });
  });
});

it('keeps the zoom, which the session in memory would forget', () => {
  const dir = mkdtempSync(`${tmpdir()}/wukong-window-`);
  const state = windowStateFile(dir, () => undefined);
  expect(state.zoomLevel).toBe(0);
  state.keepZoom(1.5);
  expect(windowStateFile(dir, () => undefined).zoomLevel).toBe(1.5);
  rmSync(dir, { recursive: true, force: true });
});
