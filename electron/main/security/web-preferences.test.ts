/** Holds the switches of every window: each line flipped, left out or added is a failure here. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ChatWindows } from '../windows/chat-windows.ts';
import { createWindows } from '../windows/windows.ts';
import { webPreferences } from './web-preferences.ts';

const electron = vi.hoisted(() => ({ options: [] as Record<string, unknown>[], loaded: [] as string[] }));
vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  class BrowserWindow extends Emitter {
    readonly webContents = Object.assign(new Emitter(), { id: 1 });
    constructor(options: Record<string, unknown>) {
      super();
      electron.options.push(options);
    }
    setIcon(): void {}
    async loadURL(url: string): Promise<void> {
      electron.loaded.push(url);
    }
  }
  const nativeImage = { createFromBitmap: () => ({}), createEmpty: () => ({}) };
  return {
    BrowserWindow,
    nativeImage,
    nativeTheme: { shouldUseDarkColors: false },
    screen: Object.assign(new Emitter(), {
      getPrimaryDisplay: () => ({ workArea: { width: 1280, height: 800 } }),
    }),
    session: {},
  };
});

const EXACTLY = {
  // In memory: see page-session.ts.
  partition: 'page',
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  plugins: false,
  navigateOnDragDrop: false,
  disableDialogs: true,
  autoplayPolicy: 'no-user-gesture-required',
  spellcheck: false,
};

const MAIN = join(import.meta.dirname, '..', '..');

/** Sources of the app without tests, by path below `electron/`. */
function sources(): Map<string, string> {
  const names = readdirSync(MAIN, { recursive: true, encoding: 'utf8' });
  const code = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  return new Map(code.map((name) => [name.replaceAll('\\', '/'), readFileSync(join(MAIN, name), 'utf8')]));
}

const filesWith = (pattern: RegExp): string[] =>
  [...sources()].filter(([, text]) => pattern.test(text)).map(([name]) => name);

describe('the window', () => {
  beforeEach(() => {
    electron.options.length = 0;
    electron.loaded.length = 0;
  });

  it.each([false, true])('is made with exactly these switches, devTools %s', (devTools) => {
    const windows = createWindows({
      preload: '/out/preload/index.cjs',
      state: {
        bounds: () => ({ width: 1, height: 1, minWidth: 1, minHeight: 1 }),
        maximized: false,
        zoomLevel: 0,
        keepZoom: () => undefined,
        track: () => undefined,
        keep: () => undefined,
      },
      devTools,
      later: { begin: () => undefined, run: () => undefined },
      hideOnClose: () => false,
      onHiddenToTray: () => undefined,
      onZoom: () => undefined,
      isLocked: () => false,
      userDataDir: '/nowhere',
      isQuitting: () => false,
      onChats: () => undefined,
      onAttention: () => undefined,
      log: () => undefined,
    });
    windows.show();
    expect(electron.options).toHaveLength(1);
    expect(electron.options[0]?.['webPreferences']).toEqual({
      ...EXACTLY,
      preload: '/out/preload/index.cjs',
      devTools,
    });
    expect(electron.loaded).toEqual(['app://wukong/index.html']);
  });

  it("a chat's own is made with the same", () => {
    const windows = new ChatWindows({
      preload: '/out/preload/index.cjs',
      devTools: false,
      userDataDir: '/nowhere',
      isQuitting: () => false,
      follow: () => undefined,
      onChanged: () => undefined,
      onAttention: () => undefined,
      log: () => undefined,
    });
    windows.open({ channelId: 'g1', channelType: 2 });
    expect(electron.options[0]?.['webPreferences']).toEqual({
      ...EXACTLY,
      preload: '/out/preload/index.cjs',
      devTools: false,
    });
  });

  it('and a chat are the only places that make pages, and take their switches from here', () => {
    expect(filesWith(/\bnew (?:BrowserWindow|BrowserView|WebContentsView|BaseWindow)\b/).sort()).toEqual([
      'main/windows/chat-windows.ts',
      'main/windows/windows.ts',
    ]);
    expect(filesWith(/\b(?:nodeIntegration|contextIsolation|sandbox|webSecurity)\s*:/)).toEqual([
      'main/security/web-preferences.ts',
    ]);
    expect(filesWith(/\bwebPreferences\b/).sort()).toEqual([
      'main/security/web-preferences.ts',
      'main/windows/chat-windows.ts',
      'main/windows/windows.ts',
    ]);
    expect(
      filesWith(/enableBlinkFeatures|allowpopups|fromPartition|disable-web-security|no-sandbox'\)/),
    ).toEqual(['main/security/page-session.ts', 'main/security/security.ts']);
  });

  it('has developer tools only where the app is not packaged', () => {
    const main = sources().get('main/main.ts') ?? '';
    expect(main).toContain('const devTools = !app.isPackaged;');
    expect(webPreferences({ preload: '', devTools: false }).devTools).toBe(false);
    expect(filesWith(/openDevTools|toggleDevTools/)).toEqual(['main/windows/menu.ts']);
  });
});

it('the environment says how much is printed, whether this is an AppImage, which way the network is, and nothing else', () => {
  const read = [...sources()].flatMap(([name, text]) =>
    [...text.matchAll(/process\.env\b[^ ;]*/g)].map((match) => `${name}: ${match[0]}`),
  );
  expect(read.sort()).toEqual([
    // Proxies, the system's authorities, and where Windows is: the way, never whom the app trusts.
    'core/network/environment.ts: process.env):',
    "core/network/environment.ts: process.env['SSL_CERT_DIR'])",
    "core/network/environment.ts: process.env['SSL_CERT_FILE']",
    "core/network/environment.ts: process.env['SystemRoot']",
    // Handed to the workers, which have it anyway; only where Node keeps what it compiled is added.
    'main/accounts/core-host.ts: process.env',
    'main/accounts/core-host.ts: process.env,',
    "main/diagnostics/log.ts: process.env['WUKONG_LOG']",
    // `APPIMAGE`, as below.
    'main/entry.ts: process.env)',
    // Which image starts at login.
    "main/main.ts: process.env['APPIMAGE']",
    // `APPIMAGE`: its path changes at every start, so nothing compiled is kept.
    'main/open-session.ts: process.env)',
    // `APPIMAGE` and `APPDIR`; what else it reads is not read by an installed app (update-source.test.ts).
    'main/updates/app-updates.ts: process.env',
  ]);
  expect(filesWith(/from 'node:process'|from 'process'/)).toEqual([]);
});

it('no switch is given to Chromium but the one that keeps it from caching', () => {
  const given = [...sources().values()].flatMap(
    (text) => text.match(/append(?:Switch|Argument)\([^)]*\)/g) ?? [],
  );
  expect(given).toEqual(["appendSwitch('disable-http-cache')"]);
});
