/** `session`: permission decisions of the app, told to Chromium before the first page. */
import { EventEmitter } from 'node:events';
import type { Cdp } from './cdp.ts';
import { emitPreventable } from './emitter.ts';

type CheckHandler = (contents: null, permission: string, origin: string, details: object) => boolean;

/** Electron's name -> the name in Chromium's protocol. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  geolocation: 'geolocation',
  notifications: 'notifications',
  camera: 'camera',
  microphone: 'microphone',
  midi: 'midi',
  'clipboard-read': 'clipboard-read',
  'idle-detection': 'idle-detection',
  'window-management': 'window-management',
  'local-fonts': 'local-fonts',
  'storage-access': 'storage-access',
};

class Session extends EventEmitter {
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
  async clearCache(): Promise<void> {
    // Pages come from the app's own handler through the debugging protocol: Chromium caches none of them.
  }
  async clearStorageData(): Promise<void> {
    // The profile folder is the app's own.
  }

  /** A download ends before its first byte; the app is told as by Electron, and what it does not prevent ends too. */
  async denyDownloads(cdp: Cdp): Promise<void> {
    cdp.on('Browser.downloadWillBegin', ({ url, suggestedFilename }) => {
      const item = { getURL: () => url, getFilename: () => suggestedFilename };
      emitPreventable(this, 'will-download', {}, item);
    });
    await cdp.send('Browser.setDownloadBehavior', { behavior: 'deny', eventsEnabled: true });
  }

  /** Without a check handler everything is allowed, as in Electron. */
  async applyPermissions(cdp: Cdp): Promise<void> {
    const check = this.#check;
    await Promise.all(
      Object.entries(PERMISSIONS).map(([name, chromiumName]) =>
        cdp
          .send('Browser.setPermission', {
            permission: { name: chromiumName },
            setting: (check?.(null, name, '', {}) ?? true) ? 'granted' : 'denied',
          })
          .catch(() => undefined),
      ),
    );
  }
}

export const session = { defaultSession: new Session() };
