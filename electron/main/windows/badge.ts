/** Unread count outside the window: dock (macOS), launcher (Linux), overlay on the task bar button (Windows). */
import { app, type BrowserWindow } from 'electron';
import { overlayIcon } from './icon.ts';

/** `description`: asked for where it is said. The first word of a language takes 15 ms, and a start waits for this. */
export function showBadge(count: number, description: () => string, window: BrowserWindow | null): void {
  if (process.platform === 'win32') {
    window?.setOverlayIcon(count > 0 ? overlayIcon(count) : null, count > 0 ? description() : '');
    return;
  }
  app.setBadgeCount(count);
}
