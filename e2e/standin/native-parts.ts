/** Native parts without a picture: recorded, so that tests can read and operate them. */
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { imageTypeOf } from '../../shared/pictures/picture-type.ts';
import { app } from './app.ts';
import { emitPreventable } from './emitter.ts';
import { headless } from './environment.ts';
import type { Menu } from './menu.ts';
import { seal, unseal } from './sealing.ts';

export class Tray extends EventEmitter {
  image: unknown;
  toolTip = '';
  contextMenu: Menu | null = null;
  #destroyed = false;

  constructor(image: unknown) {
    super();
    this.image = image;
  }
  setImage(image: unknown): void {
    this.image = image;
  }
  setToolTip(text: string): void {
    this.toolTip = text;
  }
  setTitle(): void {
    // macOS only.
  }
  setContextMenu(menu: Menu | null): void {
    this.contextMenu = menu;
  }
  popUpContextMenu(): void {
    // No picture.
  }
  destroy(): void {
    this.#destroyed = true;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
}

interface NotificationOptions {
  title?: string;
  body?: string;
  silent?: boolean;
  hasReply?: boolean;
  icon?: NativeImage | string;
}

export class Notification extends EventEmitter {
  static isSupported(): boolean {
    return true;
  }
  static handleActivation(): void {
    // Windows only.
  }
  static removeAll(): void {
    // macOS only.
  }
  title: string;
  body: string;
  silent: boolean;
  hasReply: boolean;
  icon: NativeImage | string | undefined;

  constructor(options: NotificationOptions = {}) {
    super();
    this.title = options.title ?? '';
    this.body = options.body ?? '';
    this.silent = options.silent ?? false;
    this.hasReply = options.hasReply ?? false;
    this.icon = options.icon;
  }
  show(): void {
    this.emit('show', {});
  }
  close(): void {
    emitPreventable(this, 'close');
  }
}

interface Size {
  width: number;
  height: number;
}

class NativeImage {
  readonly #pixels: Buffer;
  readonly #size: Size;
  constructor(pixels: Buffer, size: Size) {
    this.#pixels = pixels;
    this.#size = size;
  }
  getSize(): Size {
    return { ...this.#size };
  }
  isEmpty(): boolean {
    return this.#pixels.length === 0;
  }
  toBitmap(): Buffer {
    return Buffer.from(this.#pixels);
  }
  resize(size: Partial<Size>): NativeImage {
    return new NativeImage(this.#pixels, { ...this.#size, ...size });
  }
  setTemplateImage(): void {
    // macOS only.
  }
}

export const nativeImage = {
  createEmpty: (): NativeImage => new NativeImage(Buffer.alloc(0), { width: 0, height: 0 }),
  createFromBitmap: (pixels: Buffer, size: Size): NativeImage => {
    if (pixels.length !== size.width * size.height * 4) throw new Error('invalid buffer size');
    return new NativeImage(pixels, size);
  },
  createFromBuffer: (bytes: Buffer): NativeImage => new NativeImage(bytes, { width: 16, height: 16 }),
  /** Empty where there is no PNG and no JPEG, as in Electron. */
  createFromPath: (path: string): NativeImage => {
    const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    const isDecoded = /^image\/(?:png|jpeg)$/.test(imageTypeOf(bytes)?.mime ?? '');
    return isDecoded ? new NativeImage(bytes, { width: 16, height: 16 }) : nativeImage.createEmpty();
  },
};

/** What is on the clipboard, by type. */
export class ClipboardItem {
  readonly #items: Readonly<Record<string, Blob>>;
  constructor(items: Readonly<Record<string, Blob>>) {
    this.#items = items;
  }
  get types(): string[] {
    return Object.keys(this.#items);
  }
  async getType(type: string): Promise<Blob> {
    const item = this.#items[type];
    if (!item) throw new Error(`the clipboard has no ${type}`);
    return item;
  }
}

let clipboardItems: ClipboardItem[] = [];
export const clipboard = {
  async writeText(text: string): Promise<void> {
    clipboardItems = [new ClipboardItem({ 'text/plain': new Blob([text], { type: 'text/plain' }) })];
  },
  /** Also what stands beside a picture: programs that take no picture are given that. */
  async readText(): Promise<string> {
    const item = clipboardItems.find(({ types }) => types.includes('text/plain'));
    return item ? (await item.getType('text/plain')).text() : '';
  },
  async write(items: ClipboardItem[]): Promise<void> {
    clipboardItems = items;
  },
  async read(): Promise<ClipboardItem[]> {
    return clipboardItems;
  },
  async clear(): Promise<void> {
    clipboardItems = [];
  },
};

export const dialog = {
  /** Nobody is there to ask: the safe answer. */
  async showMessageBox(...args: unknown[]): Promise<{ response: number; checkboxChecked: boolean }> {
    const options = args.at(-1) as { cancelId?: number; defaultId?: number } | undefined;
    return { response: options?.cancelId ?? options?.defaultId ?? 0, checkboxChecked: false };
  },
  showErrorBox(title: string, content: string): void {
    console.error(`${title}\n${content}`);
  },
  async showOpenDialog(): Promise<{ canceled: boolean; filePaths: string[] }> {
    return { canceled: true, filePaths: [] };
  },
  async showSaveDialog(): Promise<{ canceled: boolean; filePath: string }> {
    return { canceled: true, filePath: '' };
  },
};

export const shell = {
  /** With a display the system opens it; without one there is nothing to open it in. */
  async openExternal(url: string): Promise<void> {
    if (headless) return;
    const opener =
      process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open';
    spawn(opener, [url], { stdio: 'ignore', detached: true })
      .on('error', (error) => console.error(`not opened: ${error.message}`))
      .unref();
  },
  async openPath(): Promise<string> {
    return '';
  },
  showItemInFolder(): void {
    // No file manager.
  },
  beep(): void {
    // No sound.
  },
};

/** Combinations of the whole system. */
class GlobalShortcut {
  /** Only here: those that other programs have. */
  readonly others = new Set<string>();
  readonly #held = new Map<string, () => void>();
  register(accelerator: string, run: () => void): boolean {
    if (this.others.has(accelerator) || this.#held.has(accelerator)) return false;
    this.#held.set(accelerator, run);
    return true;
  }
  unregister(accelerator: string): void {
    this.#held.delete(accelerator);
  }
  isRegistered(accelerator: string): boolean {
    return this.#held.has(accelerator);
  }
  /** Only here: as if it was pressed while another program has the keyboard. */
  press(accelerator: string): void {
    this.#held.get(accelerator)?.();
  }
}
export const globalShortcut = new GlobalShortcut();

class PowerMonitor extends EventEmitter {
  /** Only here: what a spec makes of it. */
  idleState: 'active' | 'idle' | 'locked' | 'unknown' = 'active';
  getSystemIdleState(): string {
    return this.idleState;
  }
  getSystemIdleTime(): number {
    return 0;
  }
}
export const powerMonitor = new PowerMonitor();

const display = {
  id: 1,
  scaleFactor: 1,
  bounds: { x: 0, y: 0, width: 1920, height: 1080 },
  workArea: { x: 0, y: 0, width: 1920, height: 1080 },
  size: { width: 1920, height: 1080 },
  workAreaSize: { width: 1920, height: 1080 },
};

class Screen extends EventEmitter {
  getAllDisplays(): (typeof display)[] {
    return [display];
  }
  getPrimaryDisplay(): typeof display {
    return display;
  }
  getDisplayMatching(): typeof display {
    return display;
  }
}
export const screen = new Screen();

/** No keychain. Its name is `basic_text`, as Electron's without one. */
export const safeStorage = {
  async isAsyncEncryptionAvailable(): Promise<boolean> {
    return true;
  },
  getSelectedStorageBackend: (): string => 'basic_text',
  async encryptStringAsync(text: string): Promise<Buffer> {
    return seal(app.getPath('userData'), text);
  },
  async decryptStringAsync(bytes: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    return { result: unseal(app.getPath('userData'), bytes), shouldReEncrypt: false };
  },
};
