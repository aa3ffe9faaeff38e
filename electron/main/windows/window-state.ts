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
  /** Chromium would keep it in the session, which is in memory here. */
  zoomLevel: z.number().min(-8).max(9).catch(0),
});
export type WindowState = z.infer<typeof WindowState>;

export interface WindowStateFile {
  /** For the options of a new window; `x`, `y` are missing when the old place is on no display any more. */
  bounds: () => Partial<Rectangle> & { width: number; height: number; minWidth: number; minHeight: number };
  readonly maximized: boolean;
  readonly zoomLevel: number;
  keepZoom: (level: number) => void;
  /** Saves on every change (settled for half a second) and on close; keeps the window on a display. */
  track: (window: BrowserWindow) => void;
  /** Its place and size now: another window takes them over. */
  keep: (window: BrowserWindow) => void;
}

export function windowStateFile(userDataDir: string, warn: (message: string) => void): WindowStateFile {
  const file = jsonFile<WindowState>(
    join(userDataDir, 'window-state.json'),
    WindowState,
    () => ({ width: SIZE.width, height: SIZE.height, x: null, y: null, maximized: false, zoomLevel: 0 }),
    warn,
  );
  const state = file.read();
  return {
    bounds() {
      const areas = workAreas();
      return { ...fitToDisplays(state, areas), ...minimumOn(areas) };
    },
    get maximized() {
      return state.maximized;
    },
    get zoomLevel() {
      return state.zoomLevel;
    },
    keepZoom(level) {
      if (level === state.zoomLevel) return;
      state.zoomLevel = level;
      saveState(state, file, warn);
    },
    keep(window) {
      Object.assign(state, window.getNormalBounds(), { maximized: window.isMaximized() });
    },
    track(window) {
      track(window, state, file, warn);
      followDisplays(window);
    },
  };
}

/** The part of a window that has to be on a display to grab it by its title bar. */
const GRIP = { width: 100, height: 32, above: 8 } as const;

/**
 * Size and position that fit the display the window is shown on: the one that shows most of it, else the first of
 * `areas` (the primary one). It is never larger than that display's work area, also not where that is smaller than the
 * usual minimum (a small screen, a large scale factor). A position from which nobody could grab it is left out; one
 * that only hangs over the edge is the user's choice, unless the window had to be made smaller.
 */
export function fitToDisplays(
  state: Pick<WindowState, 'width' | 'height' | 'x' | 'y'>,
  areas: readonly Rectangle[],
): Partial<Rectangle> & { width: number; height: number } {
  const { x, y } = state;
  const place = x === null || y === null ? null : { x, y, width: state.width, height: state.height };
  const shown =
    place === null ? null : areas.filter((area) => isGrabbable(place, area)).sort(byShare(place))[0];
  const area = shown ?? areas[0];
  const width = bounded(state.width, SIZE.minWidth, area?.width ?? SIZE.minWidth);
  const height = bounded(state.height, SIZE.minHeight, area?.height ?? SIZE.minHeight);
  if (place === null || !shown) return { width, height };
  if (width === state.width && height === state.height) return { width, height, x: place.x, y: place.y };
  return {
    width,
    height,
    x: Math.round(bounded(place.x, shown.x, shown.x + shown.width - width)),
    y: Math.round(bounded(place.y, shown.y, shown.y + shown.height - height)),
  };
}

/** Where to put a window that is open, when the displays are other ones now; null = it may stay. */
export function movedToDisplays(now: Rectangle, areas: readonly Rectangle[]): Rectangle | null {
  const [first] = areas;
  // Between two displays there may be none for a moment.
  if (!first) return null;
  const fitting = fitToDisplays(now, areas);
  const { width, height } = fitting;
  const {
    x = first.x + Math.max(0, Math.round((first.width - width) / 2)),
    y = first.y + Math.max(0, Math.round((first.height - height) / 2)),
  } = fitting;
  const stays = x === now.x && y === now.y && width === now.width && height === now.height;
  return stays ? null : { x, y, width, height };
}

function isGrabbable(place: Rectangle, area: Rectangle): boolean {
  return (
    overlap(place.x, place.width, area.x, area.width) >= GRIP.width &&
    place.y >= area.y - GRIP.above &&
    place.y + GRIP.height <= area.y + area.height
  );
}

const overlap = (a: number, aLength: number, b: number, bLength: number): number =>
  Math.max(0, Math.min(a + aLength, b + bLength) - Math.max(a, b));

const byShare =
  (place: Rectangle) =>
  (a: Rectangle, b: Rectangle): number =>
    share(place, b) - share(place, a);

const share = (place: Rectangle, area: Rectangle): number =>
  overlap(place.x, place.width, area.x, area.width) * overlap(place.y, place.height, area.y, area.height);

/** The upper bound wins. */
const bounded = (value: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, value));

/** Work areas, the primary display's first. */
function workAreas(): Rectangle[] {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id);
  return [primary, ...others].map((display) => display.workArea);
}

const minimumOn = (areas: readonly Rectangle[]): { minWidth: number; minHeight: number } => ({
  minWidth: Math.min(SIZE.minWidth, ...areas.map((area) => area.width)),
  minHeight: Math.min(SIZE.minHeight, ...areas.map((area) => area.height)),
});

/** Displays come, go and change their size and scale while the window is open, and while it is hidden. */
function followDisplays(window: BrowserWindow): void {
  const fit = (): void => {
    if (window.isDestroyed() || window.isMaximized() || window.isFullScreen()) return;
    const areas = workAreas();
    const { minWidth, minHeight } = minimumOn(areas);
    window.setMinimumSize(minWidth, minHeight);
    const moved = movedToDisplays(window.getNormalBounds(), areas);
    if (moved) window.setBounds(moved);
  };
  const events = ['display-added', 'display-removed', 'display-metrics-changed'] as const;
  // One name at a time: the types of Electron know no event that may be either.
  for (const event of events) screen.on(event as 'display-added', fit);
  window.on('show', fit);
  window.on('unmaximize', fit);
  window.on('leave-full-screen', fit);
  window.on('closed', () => {
    for (const event of events) screen.removeListener(event as 'display-added', fit);
  });
}

function saveState(state: WindowState, file: JsonFile<WindowState>, warn: (m: string) => void): void {
  try {
    file.write(state);
  } catch (error) {
    warn(`window state not saved: ${String(error)}`);
  }
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
    Object.assign(state, window.getNormalBounds(), { maximized: window.isMaximized() });
    saveState(state, file, warn);
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
