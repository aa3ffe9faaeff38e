/** `session`: permission decisions of the app, told to Chromium before the first page. */
import { EventEmitter } from 'node:events';
import type { Cdp } from './cdp.ts';
import { emitPreventable } from './emitter.ts';
import { type ProxyConfig, ProxyResolver } from './proxy-resolver.ts';
import { protocol } from './schemes.ts';

type CheckHandler = (contents: null, permission: string, origin: string, details: object) => boolean;

/** Chromium's name in its protocol -> how Electron asks the app for it. */
const PERMISSIONS: Readonly<Record<string, readonly [permission: string, details: object]>> = {
  geolocation: ['geolocation', {}],
  notifications: ['notifications', {}],
  camera: ['media', { mediaType: 'video', isMainFrame: true }],
  microphone: ['media', { mediaType: 'audio', isMainFrame: true }],
  midi: ['midi', {}],
  'clipboard-read': ['clipboard-read', {}],
  'idle-detection': ['idle-detection', {}],
  'window-management': ['window-management', {}],
  'local-fonts': ['local-fonts', {}],
  'storage-access': ['storage-access', {}],
};
/** Of the app's page, as Electron names it. */
const ORIGIN = 'app://wukong/';

class Session extends EventEmitter {
  /** One browser stands for all sessions: each serves the schemes that any of them handles. */
  readonly protocol = protocol;
  readonly partition: string | null;
  readonly #proxies = new ProxyResolver();
  #check: CheckHandler | null = null;

  setPermissionRequestHandler(_handler: unknown): void {
    // Chromium asks nobody here: the check handler's answers are set beforehand.
  }
  setPermissionCheckHandler(handler: CheckHandler | null): void {
    this.#check = handler;
  }
  setDevicePermissionHandler(_handler: unknown): void {
    // No device is ever offered.
  }
  setDisplayMediaRequestHandler(_handler: unknown): void {
    // Denied without a handler.
  }
  constructor(partition: string | null) {
    super();
    this.partition = partition;
  }

  async clearData(): Promise<void> {
    // See the two below.
  }
  /** The browser here checks no spelling. */
  readonly availableSpellCheckerLanguages: readonly string[] = [];
  setSpellCheckerDictionaryDownloadURL(): void {
    // Nothing is downloaded.
  }
  setSpellCheckerLanguages(): void {
    // See above.
  }
  setSpellCheckerEnabled(): void {
    // See above.
  }
  async clearAuthCache(): Promise<void> {
    // No proxy, no password.
  }
  async clearCache(): Promise<void> {
    // Pages come from the app's own handler through the debugging protocol: Chromium caches none of them.
  }
  async clearStorageData(): Promise<void> {
    // The profile folder is the app's own.
  }

  setProxy(config: ProxyConfig): Promise<void> {
    return this.#proxies.setProxy(config);
  }
  async resolveProxy(url: string): Promise<string> {
    return this.#proxies.resolve(url);
  }
  async forceReloadProxyConfig(): Promise<void> {
    // Nothing is kept.
  }

  /** A download ends before its first byte; the app is told as by Electron, and what it does not prevent ends too. */
  async denyDownloads(cdp: Cdp): Promise<void> {
    cdp.on('Browser.downloadWillBegin', ({ url, suggestedFilename }) => {
      const item = { getURL: () => url, getFilename: () => suggestedFilename };
      emitPreventable(pagesSession(), 'will-download', {}, item);
    });
    await cdp.send('Browser.setDownloadBehavior', { behavior: 'deny', eventsEnabled: true });
  }

  /** Without a check handler everything is allowed, as in Electron. */
  async applyPermissions(cdp: Cdp): Promise<void> {
    const check = this.#check;
    await Promise.all(
      Object.entries(PERMISSIONS).map(([name, [permission, details]]) =>
        cdp
          .send('Browser.setPermission', {
            permission: { name },
            setting: (check?.(null, permission, ORIGIN, details) ?? true) ? 'granted' : 'denied',
          })
          .catch(() => undefined),
      ),
    );
  }
}

const partitions = new Map<string, Session>();

export const session = {
  defaultSession: new Session(null),
  /** Only here: by a switch of a page. */
  of: (partition: unknown): Session =>
    typeof partition === 'string' ? session.fromPartition(partition) : session.defaultSession,
  fromPartition(name: string, _options?: object): Session {
    const known = partitions.get(name) ?? new Session(name);
    partitions.set(name, known);
    return known;
  },
};

/** Where the pages are: the session whose answers the browser gets. */
export const pagesSession = (): Session => [...partitions.values()][0] ?? session.defaultSession;
