/** Places in the checkout and on this computer. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export const ROOT: string = resolve(import.meta.dirname, '..');
export const OUT: string = join(ROOT, 'out');
export const MAIN_SCRIPT: string = join(OUT, 'main/index.js');
/** Playwright's own output is `test-results`; ours are the pictures of `npm run demo`. */
export const DEMO_OUTPUT: string = join(ROOT, 'demo-output');
/** Remembered facts that may be deleted at any time. */
export const CACHE: string = join(ROOT, 'node_modules/.cache/wukong');

/** Data of the embedded servers of `npm start`, shared by all profiles (`WUKONG_DATA_ROOT` moves it). */
export function serverDataRoot(): string {
  const chosen = process.env['WUKONG_DATA_ROOT'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  const base =
    process.platform === 'win32'
      ? (process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData/Local'))
      : process.platform === 'darwin'
        ? join(homedir(), 'Library/Application Support')
        : (process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'));
  return join(base, 'wukong-desktop-servers');
}

/** Whether a window can be shown. */
export function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}
