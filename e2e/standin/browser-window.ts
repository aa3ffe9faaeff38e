/** `BrowserWindow`: state as Electron keeps it, one Chromium window behind it. */
import { EventEmitter } from 'node:events';
import { app } from './app.ts';
import { emitPreventable } from './emitter.ts';
import { chromium, headless } from './environment.ts';
import { WebContents } from './web-contents.ts';
import type { WebPreferences } from './web-preferences.ts';

interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface BrowserWindowOptions extends Partial<Rectangle> {
  show?: boolean;
  title?: string;
  webPreferences?: WebPreferences;
}

const windows = new Set<BrowserWindow>();
let nextId = 1;
let focused: BrowserWindow | null = null;
/** Headed, the window Chromium opened by itself (no tabs, no address bar) serves the first BrowserWindow. */
let startupTargetTaken = headless;

async function openTarget(bounds: Rectangle): Promise<string> {
  const { cdp } = chromium();
  if (!startupTargetTaken) {
    startupTargetTaken = true;
    const { targetInfos } = await cdp.send('Target.getTargets');
    const page = (targetInfos as { type: string; targetId: string }[]).find(
      (target) => target.type === 'page',
    );
    if (page) return page.targetId;
  }
  const { targetId } = await cdp.send('Target.createTarget', {
    url: 'about:blank',
    newWindow: true,
    width: bounds.width,
    height: bounds.height,
  });
  return String(targetId);
}

export class BrowserWindow extends EventEmitter {
  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }
  static getFocusedWindow(): BrowserWindow | null {
    return focused;
  }
  static fromId(id: number): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((window) => window.id === id) ?? null;
  }
  static fromWebContents(contents: unknown): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((window) => window.webContents === contents) ?? null;
  }

  readonly id: number = nextId++;
  readonly webContents: WebContents;
  #bounds: Rectangle;
  #title: string;
  #visible = false;
  #minimized = false;
  #maximized = false;
  #destroyed = false;
  #flashing = false;
  #zoom = 1;
  #overlay: { image: unknown; description: string } | null = null;

  constructor(options: BrowserWindowOptions = {}) {
    super();
    this.#bounds = {
      x: options.x ?? 0,
      y: options.y ?? 0,
      width: options.width ?? 800,
      height: options.height ?? 600,
    };
    this.#title = options.title ?? app.name;
    windows.add(this);
    this.webContents = new WebContents(options.webPreferences ?? {}, () => openTarget(this.#bounds));
    this.webContents.whenAttached().then(
      () => this.#applyBounds(),
      () => this.#gone(),
    );
    this.webContents.once('ready', () => {
      this.emit('ready-to-show', {});
      this.#showTitle();
    });
    this.webContents.on('destroyed', () => this.#gone());
    this.webContents.on('focus', () => this.#setFocus(true));
    this.webContents.on('blur', () => this.#setFocus(false));
    this.webContents.on('zoomed', (factor: number) => {
      this.#zoom = factor;
      void this.#applyBounds();
    });
    if (options.show !== false) this.show();
    app.emit('browser-window-created', {}, this);
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  /** Drawn nowhere: Chromium's windows have its own. */
  setIcon(_icon: unknown): void {}

  show(): void {
    this.#visible = true;
    this.#minimized = false;
    this.emit('show', {});
    this.focus();
  }

  showInactive(): void {
    this.#visible = true;
    this.emit('show', {});
  }

  hide(): void {
    this.#setFocus(false);
    this.#visible = false;
    this.emit('hide', {});
    if (!headless) void this.#setWindow({ windowState: 'minimized' });
  }

  focus(): void {
    if (this.#destroyed) return;
    if (!headless) void this.#setWindow({ windowState: this.#maximized ? 'maximized' : 'normal' });
    void this.webContents
      .whenAttached()
      .then(() => this.webContents.command('Page.bringToFront'))
      .catch(() => undefined);
    this.#setFocus(true);
  }

  blur(): void {
    this.#setFocus(false);
  }

  isFocused(): boolean {
    return focused === this;
  }
  isVisible(): boolean {
    return this.#visible && !this.#destroyed;
  }
  isMinimized(): boolean {
    return this.#minimized;
  }
  isMaximized(): boolean {
    return this.#maximized;
  }
  isFullScreen(): boolean {
    return false;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }

  minimize(): void {
    this.#minimized = true;
    this.#setFocus(false);
    this.emit('minimize', {});
    if (!headless) void this.#setWindow({ windowState: 'minimized' });
  }

  restore(): void {
    this.#minimized = false;
    this.emit('restore', {});
    if (!headless) void this.#setWindow({ windowState: 'normal' });
  }

  maximize(): void {
    this.#maximized = true;
    this.emit('maximize', {});
    if (!headless) void this.#setWindow({ windowState: 'maximized' });
  }

  unmaximize(): void {
    this.#maximized = false;
    this.emit('unmaximize', {});
    if (!headless) void this.#setWindow({ windowState: 'normal' });
  }

  getBounds(): Rectangle {
    return { ...this.#bounds };
  }
  getNormalBounds(): Rectangle {
    return { ...this.#bounds };
  }
  getSize(): [number, number] {
    return [this.#bounds.width, this.#bounds.height];
  }
  getContentSize(): [number, number] {
    return this.getSize();
  }
  setBounds(bounds: Partial<Rectangle>): void {
    Object.assign(this.#bounds, bounds);
    void this.#applyBounds();
    this.emit('move', {});
    this.emit('resize', {});
  }
  setMinimumSize(): void {
    // No window is resized by hand here.
  }
  setSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }
  setContentSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }

  setTitle(title: string): void {
    this.#title = title;
    this.#showTitle();
  }
  getTitle(): string {
    return this.#title;
  }
  setOverlayIcon(image: unknown, description: string): void {
    this.#overlay = image === null ? null : { image, description };
  }
  /** Only here: what `setOverlayIcon` was given last. */
  get overlay(): { image: unknown; description: string } | null {
    return this.#overlay;
  }
  flashFrame(on: boolean): void {
    this.#flashing = on;
  }
  /** Only here: what `flashFrame` was told last. */
  get flashing(): boolean {
    return this.#flashing;
  }
  setMenuBarVisibility(): void {
    // There is no menu bar.
  }

  close(): void {
    if (this.#destroyed || emitPreventable(this, 'close')) return;
    this.destroy();
  }

  destroy(): void {
    this.webContents.destroy();
  }

  /** Chromium closed the window; nobody can prevent that here. */
  closedByUser(): void {
    emitPreventable(this, 'close');
    this.webContents.destroy();
  }

  #gone(): void {
    if (this.#destroyed) return;
    this.#setFocus(false);
    this.#destroyed = true;
    windows.delete(this);
    this.emit('closed', {});
    app.windowClosed(windows.size);
  }

  #setFocus(on: boolean): void {
    if (on === (focused === this)) return;
    const before = focused;
    focused = on ? this : null;
    if (on && before !== null) before.#tellFocus(false);
    this.#tellFocus(on);
  }

  #tellFocus(on: boolean): void {
    this.emit(on ? 'focus' : 'blur', {});
    app.emit(on ? 'browser-window-focus' : 'browser-window-blur', {}, this);
    if (!headless) return;
    // The page's document.hasFocus() agrees with the window's state.
    void this.webContents
      .whenAttached()
      .then(() => this.webContents.command('Emulation.setFocusEmulationEnabled', { enabled: on }))
      .catch(() => undefined);
  }

  /** The page gets the whole size, as in a window without menu bar. */
  async #applyBounds(): Promise<void> {
    const { width, height } = this.#bounds;
    try {
      await this.webContents.whenAttached();
      if (headless) {
        await this.webContents.command('Emulation.setDeviceMetricsOverride', {
          // A page that is drawn larger has fewer of its own pixels.
          width: Math.round(width / this.#zoom),
          height: Math.round(height / this.#zoom),
          deviceScaleFactor: this.#zoom === 1 ? 0 : this.#zoom,
          mobile: false,
        });
      } else {
        await this.#setWindow({ width, height });
      }
    } catch (error) {
      if (!this.#destroyed) console.error(String(error));
    }
  }

  async #setWindow(bounds: object): Promise<void> {
    try {
      await this.webContents.whenAttached();
      const { cdp } = chromium();
      const { windowId } = await cdp.send('Browser.getWindowForTarget', {
        targetId: this.webContents.targetId,
      });
      await cdp.send('Browser.setWindowBounds', { windowId, bounds });
    } catch (error) {
      if (!this.#destroyed) console.error(String(error));
    }
  }

  #showTitle(): void {
    if (headless) return;
    this.webContents
      .command('Runtime.evaluate', { expression: `document.title = ${JSON.stringify(this.#title)}` })
      .catch(() => undefined);
  }
}
