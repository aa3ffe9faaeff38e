/** What the stand-in knows about this run: arguments, paths, the browser. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Chromium } from './chromium-process.ts';

export function argument(name: string): string | null {
  const prefix = `--${name}=`;
  const found = process.argv.find((arg) => arg.startsWith(prefix));
  if (found !== undefined) return found.slice(prefix.length);
  const at = process.argv.indexOf(`--${name}`);
  const next = at < 0 ? undefined : process.argv[at + 1];
  return next === undefined || next.startsWith('--') ? null : next;
}

/** A packaged app refuses the switch; the variable is of the stand-in alone. */
const portText = process.env['WUKONG_STANDIN_PORT'] ?? argument('remote-debugging-port');
export const debuggingPort: number | null =
  portText !== null && /^\d{1,5}$/.test(portText) ? Number(portText) : null;

/** No display, or a test asks (`WUKONG_HEADLESS=1`). */
export const headless: boolean =
  process.env['WUKONG_HEADLESS'] === '1' ||
  (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']);

export interface AppPackage {
  dir: string;
  name: string;
  version: string;
}

/** The nearest package.json above the started script, as Electron reads it; a packed app says where it is. */
export const appPackage: AppPackage = (() => {
  const start = process.env['WUKONG_STANDIN_APP'] ?? dirname(process.argv[1] ?? '');
  for (let dir = start; dir !== dirname(dir); dir = dirname(dir)) {
    const file = join(dir, 'package.json');
    if (!existsSync(file)) continue;
    const json = JSON.parse(readFileSync(file, 'utf8')) as {
      name?: string;
      productName?: string;
      version?: string;
    };
    return { dir, name: json.productName ?? json.name ?? 'Electron', version: json.version ?? '0.0.0' };
  }
  return { dir: process.cwd(), name: 'Electron', version: '0.0.0' };
})();

export function appDataDir(): string {
  if (process.platform === 'win32') return process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  return process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
}

/** Set once, before the app is ready. */
export const state: {
  chromium: Chromium | null;
  paths: Map<string, string>;
  quitting: boolean;
  /** What makes Node load the stand-in: for another start of the app that is not packed. */
  readonly nodeArguments: readonly string[];
} = {
  chromium: null,
  paths: new Map(),
  quitting: false,
  nodeArguments: [
    '--disable-warning=ExperimentalWarning',
    '--import',
    new URL('./register.ts', import.meta.url).href,
  ],
};

export function chromium(): Chromium {
  if (state.chromium === null) throw new Error('Cannot create BrowserWindow before app is ready');
  return state.chromium;
}
