/** Size and position of the main window, remembered in `window-state.json` and checked against today's displays. */
import { join } from 'node:path';
import { screen, type BrowserWindow, type Rectangle } from 'electron';
import { z } from 'zod';
import { jsonFile, type JsonFile } from '../files/json-file.ts';

const SIZE = { width: 960, height: 640, minWidth: 720, minHeight: 480 } as const;

const WindowState = z.object({
  width: z.int().min(1).max(20_000),
  height: z.int().min(1).max(20_000),
  x: z.int().nullable(),
  y: z.int().nullable(),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof WindowState>;

export interface WindowStateFile {
  /** For the options of a new window; `x`, `y` are missing when the old place is on no display any more. */
  bounds: () => Partial<Rectangle> & { width: number; height: number; minWidth: number; minHeight: number };
  readonly maximized: boolean;
  /** Saves on every change (settled for half a second) and on close. */
  track: (window: BrowserWindow) => void;
}

export function windowStateFile(userDataDir: string, warn: (message: string) => void): WindowStateFile {
  const file = jsonFile<WindowState>(
    join(userDataDir, 'window-state.json'),
    WindowState,
    () => ({ width: SIZE.width, height: SIZE.height, x: null, y: null, maximized: false }),
    warn,
  );
  const state = file.read();
  return {
    bounds() {
      const areas = screen.getAllDisplays().map((display) => display.workArea);
      return { ...fitToDisplays(state, areas), minWidth: SIZE.minWidth, minHeight: SIZE.minHeight };
    },
    get maximized() {
      return state.maximized;
    },
    track: (window) => track(window, state, file, warn),
  };
}

/**
 * Keeps the size within the largest display and the position only if enough of the title bar (100 x 32 px) is on a
 * display to grab it.
 */
export function fitToDisplays(
  state: Pick<WindowState, 'width' | 'height' | 'x' | 'y'>,
  areas: readonly Rectangle[],
): Partial<Rectangle> & { width: number; height: number } {
  const widest = Math.max(SIZE.minWidth, ...areas.map((area) => area.width));
  const highest = Math.max(SIZE.minHeight, ...areas.map((area) => area.height));
  const width = Math.max(SIZE.minWidth, Math.min(state.width, widest));
  const height = Math.max(SIZE.minHeight, Math.min(state.height, highest));
  const { x, y } = state;
  if (x === null || y === null) return { width, height };
  const grabbable = areas.some(
    (area) =>
      Math.min(x + width, area.x + area.width) - Math.max(x, area.x) >= 100 &&
      y >= area.y - 8 &&
      y + 32 <= area.y + area.height,
  );
  return grabbable ? { width, height, x, y } : { width, height };
}

function track(
  window: BrowserWindow,
  state: WindowState,
  file: JsonFile<WindowState>,
  warn: (m: string) => void,
): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (window.isDestroyed()) return;
    const bounds = window.getNormalBounds();
    Object.assign(state, bounds, { maximized: window.isMaximized() });
    try {
      file.write(state);
    } catch (error) {
      warn(`window state not saved: ${String(error)}`);
    }
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, 500);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('maximize', later);
  window.on('unmaximize', later);
  window.on('close', save);
  window.on('closed', () => clearTimeout(timer));
}
