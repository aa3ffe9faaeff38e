/** How large a window draws everything: by keys, wheel, menu and settings, and as it was when it is opened again. */
import type { BrowserWindow } from 'electron';
import { steppedZoom, zoomLevelOf, zoomPercentOf } from '../../../shared/zoom.ts';
import type { WindowStateFile } from './window-state.ts';

/** Percent, or one step. */
export type ZoomTo = number | 'in' | 'out';

export const zoomOf = (state: Pick<WindowStateFile, 'zoomLevel'>): number => zoomPercentOf(state.zoomLevel);

/** Chromium keeps it by origin: all windows of the app are of one size. */
export function zoomWindow(
  windows: readonly BrowserWindow[],
  state: Pick<WindowStateFile, 'zoomLevel' | 'keepZoom'>,
  to: ZoomTo,
): void {
  const percent = typeof to === 'number' ? to : steppedZoom(zoomOf(state), to);
  const level = zoomLevelOf(percent);
  state.keepZoom(level);
  for (const { webContents } of windows) webContents.setZoomLevel(level);
}

/** Ctrl and the wheel ask; a page that is loaded anew begins at 100 %. */
export function followZoom(
  window: BrowserWindow,
  state: Pick<WindowStateFile, 'zoomLevel'>,
  zoom: (to: ZoomTo) => void,
): void {
  const { webContents } = window;
  webContents.on('did-finish-load', () => webContents.setZoomLevel(zoomLevelOf(zoomOf(state))));
  webContents.on('zoom-changed', (_event, way) => zoom(way));
}
