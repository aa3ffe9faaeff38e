/** `app`: life cycle, paths, single instance. */
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync, type FSWatcher } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitPreventable } from './emitter.ts';
import { appDataDir, appPackage, argument, state } from './environment.ts';

/** What app needs of a BrowserWindow; the class itself imports this file. */
interface Closable {
  close: () => void;
  destroy: () => void;
  minimize: () => void;
  isDestroyed: () => boolean;
  webContents: { reload: () => void };
}

class Dock {
  menu: unknown = null;
  bounces = 0;
  setMenu(menu: unknown): void {
    this.menu = menu;
  }
  bounce(): number {
    this.bounces += 1;
    return this.bounces;
  }
  cancelBounce(): void {
    // Nothing bounces.
  }
  setBadge(): void {
    // `app.badgeCount` keeps it.
  }
}

class App extends EventEmitter {
  name = appPackage.name;
  /** `WUKONG_STANDIN_PACKAGED=1`: for the spec of what an installed app refuses. */
  readonly isPackaged = process.env['WUKONG_STANDIN_PACKAGED'] === '1';
  readonly commandLine = {
    appendSwitch(): void {
      // Chromium is started by the stand-in with its own switches.
    },
    hasSwitch: (name: string): boolean =>
      process.argv.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`)),
    getSwitchValue: (name: string): string => argument(name) ?? '',
  };
  /** macOS only: there is one there, which keeps what it is told. */
  readonly dock = process.platform === 'darwin' ? new Dock() : undefined;
  #ready = false;
  #sandboxed = false;
  #badge = 0;
  #next: { execPath: string; args: string[] } | null = null;
  #lock: FSWatcher | null = null;
  #windows: () => Closable[] = () => [];
  #focused: () => Closable | null = () => null;

  getName(): string {
    return this.name;
  }
  setName(name: string): void {
    this.name = name;
  }
  getVersion(): string {
    return appPackage.version;
  }
  getAppPath(): string {
    return appPackage.dir;
  }
  getLocale(): string {
    return argument('lang') ?? Intl.DateTimeFormat().resolvedOptions().locale;
  }
  getSystemLocale(): string {
    return process.env['LC_ALL']?.split('.')[0] || process.env['LANG']?.split('.')[0] || 'en-US';
  }
  getPreferredSystemLanguages(): string[] {
    return [this.getSystemLocale()];
  }

  /** One without pixels. */
  getFileIcon(): Promise<{ isEmpty: () => boolean }> {
    return Promise.resolve({ isEmpty: () => true });
  }

  getPath(name: string): string {
    const set = state.paths.get(name);
    if (set !== undefined) return set;
    switch (name) {
      case 'home':
        return homedir();
      case 'appData':
        return appDataDir();
      case 'userData':
        return argument('user-data-dir') ?? join(appDataDir(), this.name);
      case 'sessionData':
        return this.getPath('userData');
      case 'logs':
        return join(this.getPath('userData'), 'logs');
      case 'temp':
        return tmpdir();
      case 'exe':
        return process.env['WUKONG_STANDIN_EXE'] ?? process.execPath;
      case 'downloads':
        return join(homedir(), 'Downloads');
      default:
        throw new Error(`Failed to get '${name}' path`);
    }
  }
  setPath(name: string, path: string): void {
    state.paths.set(name, path);
  }

  isReady(): boolean {
    return this.#ready;
  }
  whenReady(): Promise<void> {
    return this.#ready ? Promise.resolve() : new Promise((resolve) => this.once('ready', () => resolve()));
  }

  /** One process per userData folder; a second one leaves its arguments for the first and gets `false`. */
  requestSingleInstanceLock(): boolean {
    const folder = join(this.getPath('userData'), 'standin-instances');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = join(folder, 'lock');
    for (let attempt = 0; attempt < 2; attempt += 1) {
      try {
        writeFileSync(lock, String(process.pid), { flag: 'wx' });
        this.#listenForOthers(folder, lock);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if (isRunning(Number(readFileSync(lock, 'utf8')))) break;
        rmSync(lock, { force: true });
      }
    }
    writeFileSync(
      join(folder, `second-${process.pid}.json`),
      JSON.stringify({ argv: process.argv, cwd: process.cwd() }),
    );
    return false;
  }
  hasSingleInstanceLock(): boolean {
    return this.#lock !== null;
  }
  releaseSingleInstanceLock(): void {
    this.#lock?.close();
    this.#lock = null;
    rmSync(join(this.getPath('userData'), 'standin-instances', 'lock'), { force: true });
  }

  setBadgeCount(count: number): boolean {
    this.#badge = count;
    return true;
  }
  getBadgeCount(): number {
    return this.#badge;
  }
  get badgeCount(): number {
    return this.#badge;
  }
  set badgeCount(count: number) {
    this.#badge = count;
  }
  /** Kept, and told to nobody: what starts at login, whom links belong to, the list of tasks. */
  readonly told: {
    loginItem: object | null;
    appUserModelId: string | null;
    scheme: unknown[];
    jumpList: unknown;
  } = {
    loginItem: null,
    appUserModelId: null,
    scheme: [],
    jumpList: null,
  };
  setLoginItemSettings(settings: object): void {
    this.told.loginItem = settings;
  }
  getLoginItemSettings(): {
    openAtLogin: boolean;
    executableWillLaunchAtLogin: boolean;
    wasOpenedAtLogin: boolean;
  } {
    const { openAtLogin = false } = (this.told.loginItem ?? {}) as { openAtLogin?: boolean };
    return { openAtLogin, executableWillLaunchAtLogin: openAtLogin, wasOpenedAtLogin: false };
  }
  setAppUserModelId(id: string): void {
    this.told.appUserModelId = id;
  }
  setToastActivatorCLSID(): void {
    // Windows only.
  }
  isDefaultProtocolClient(): boolean {
    return this.told.scheme.length > 0;
  }
  setAsDefaultProtocolClient(...scheme: unknown[]): boolean {
    this.told.scheme = scheme;
    return true;
  }
  setJumpList(categories: unknown): string {
    this.told.jumpList = categories;
    return 'ok';
  }
  getGPUFeatureStatus(): object {
    return {};
  }
  getAppMetrics(): object[] {
    const { residentSet } = { residentSet: process.memoryUsage.rss() };
    return [
      { pid: process.pid, type: 'Browser', memory: { workingSetSize: Math.round(residentSet / 1024) } },
    ];
  }
  focus(): void {
    // Windows are focused one by one.
  }
  enableSandbox(): void {
    if (this.#ready) throw new Error('app.enableSandbox() can only be called before app is ready');
    this.#sandboxed = true;
  }
  /** Only here: whether `enableSandbox` was called. Chromium's own sandbox is on unless root runs it. */
  get sandboxed(): boolean {
    return this.#sandboxed;
  }
  disableHardwareAcceleration(): void {
    // Headless runs without GPU anyway.
  }

  quit(): void {
    // Electron quits after the current turn of the event loop.
    setImmediate(() => {
      if (state.quitting) return;
      if (emitPreventable(this, 'before-quit')) return;
      state.quitting = true;
      for (const window of this.#windows()) {
        window.close();
        if (!window.isDestroyed()) {
          state.quitting = false;
          return;
        }
      }
      if (emitPreventable(this, 'will-quit')) {
        state.quitting = false;
        return;
      }
      this.exit(0);
    });
  }

  exit(code = 0): void {
    state.quitting = true;
    emitPreventable(this, 'quit', {}, code);
    if (this.#lock) this.releaseSingleInstanceLock();
    const browser = state.chromium;
    void (browser ? browser.close() : Promise.resolve()).finally(() => {
      if (this.#next)
        spawn(this.#next.execPath, this.#next.args, { detached: true, stdio: 'ignore' }).unref();
      process.exit(code);
    });
  }
  /** Started once this process is about to end, as late as can be: the lock of the profile is free by then. */
  relaunch(options: { args?: string[]; execPath?: string } = {}): void {
    const own = process.env['WUKONG_STANDIN_EXE'];
    const args = options.args ?? process.argv.slice(1);
    this.#next =
      options.execPath === undefined && own === undefined
        ? { execPath: process.execPath, args: [...state.nodeArguments, ...args] }
        : { execPath: options.execPath ?? own ?? process.execPath, args };
  }

  // ---- for the other files of the stand-in ----

  connectWindows(all: () => Closable[], focused: () => Closable | null): void {
    this.#windows = all;
    this.#focused = focused;
  }
  focusedWindow(): Closable | null {
    return this.#focused();
  }
  becomeReady(): void {
    this.#ready = true;
    this.emit('will-finish-launching', {});
    this.emit('ready', {}, {});
  }
  windowClosed(left: number): void {
    if (left > 0 || state.quitting) return;
    if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed', {});
    else this.quit();
  }

  #listenForOthers(folder: string, lock: string): void {
    const take = (): void => {
      let names: string[];
      try {
        names = readdirSync(folder);
      } catch {
        return; // The folder was deleted (a test cleans up): nobody can leave anything there any more.
      }
      for (const name of names) {
        if (!/^second-\d+\.json$/.test(name)) continue;
        const file = join(folder, name);
        let second: { argv: string[]; cwd: string };
        try {
          second = JSON.parse(readFileSync(file, 'utf8')) as { argv: string[]; cwd: string };
        } catch {
          continue; // Not written whole yet: the next event of the watcher comes for it.
        }
        rmSync(file, { force: true });
        this.emit('second-instance', {}, second.argv, second.cwd, {});
      }
    };
    this.#lock = watch(folder, take);
    this.#lock.on('error', () => this.#lock?.close());
    this.#lock.unref();
    process.on('exit', () => {
      try {
        if (readFileSync(lock, 'utf8') === String(process.pid)) rmSync(lock, { force: true });
      } catch {
        // Released already.
      }
    });
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export const app = new App();
app.setMaxListeners(0);
