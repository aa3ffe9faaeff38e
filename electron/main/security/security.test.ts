import { EventEmitter } from 'node:events';
import type { Session } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { askSystemForMicrophone, openMicrophoneSettings } from './microphone.ts';
import {
  denyDownloads,
  guardPermissions,
  externalUrl,
  guardWebContents,
  openExternal,
  sandboxEveryPage,
} from './security.ts';

const electron = vi.hoisted(() => ({
  listeners: new Map<string, (event: unknown, contents: unknown) => void>(),
  opened: [] as string[],
  allowed: false,
  app: { isPackaged: false, switches: new Set<string>(), sandboxed: 0 },
}));
vi.mock('electron', () => ({
  app: {
    on: (name: string, listener: (event: unknown, contents: unknown) => void) =>
      electron.listeners.set(name, listener),
    get isPackaged() {
      return electron.app.isPackaged;
    },
    commandLine: { hasSwitch: (name: string) => electron.app.switches.has(name) },
    enableSandbox: () => (electron.app.sandboxed += 1),
  },
  shell: { openExternal: async (url: string) => electron.opened.push(url) },
  systemPreferences: { askForMediaAccess: async (kind: string) => kind === 'microphone' && electron.allowed },
}));

describe('web contents', () => {
  const warnings: string[] = [];
  const contents = Object.assign(new EventEmitter(), {
    openHandler: null as null | ((details: { url: string }) => { action: string }),
    setWindowOpenHandler(handler: (details: { url: string }) => { action: string }) {
      this.openHandler = handler;
    },
  });
  guardWebContents((message) => warnings.push(message));
  electron.listeners.get('web-contents-created')?.({}, contents);

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
    'prevents %s',
    (name) => {
      const event = { preventDefault: vi.fn<() => void>() };
      contents.emit(name, event, 'app://wukong/index.html');
      expect(event.preventDefault).toHaveBeenCalledOnce();
    },
  );

  it('lets the empty frame of a player be', () => {
    for (const [url, isMainFrame, times] of [
      ['about:blank', false, 0],
      ['about:blank', true, 1],
      ['about:srcdoc', false, 1],
      ['app://wukong/index.html', false, 1],
    ] as const) {
      const event = { preventDefault: vi.fn<() => void>(), url, isMainFrame };
      contents.emit('will-frame-navigate', event);
      expect(event.preventDefault).toHaveBeenCalledTimes(times);
    }
  });

  it('opens no window', () => {
    expect(contents.openHandler?.({ url: 'app://wukong/index.html' })).toEqual({ action: 'deny' });
    expect(warnings.at(-1)).toBe('denied: window.open');
  });
});

const granted = async (): Promise<boolean> => true;

describe('permissions', () => {
  type Details = Record<string, unknown>;
  const APP = 'app://wukong/index.html';

  function guarded(askSystem: (() => Promise<boolean>) | null) {
    type Ask = (
      contents: unknown,
      permission: string,
      decide: (granted: boolean) => void,
      details: Details,
    ) => void;
    type Check = (contents: unknown, permission: string, origin: string, details: Details) => boolean;
    const handlers: { ask?: Ask; check?: Check; device?: () => boolean } = {};
    guardPermissions(
      {
        setPermissionRequestHandler: (handler: Ask) => (handlers.ask = handler),
        setPermissionCheckHandler: (handler: Check) => (handlers.check = handler),
        setDevicePermissionHandler: (handler: () => boolean) => (handlers.device = handler),
      } as unknown as Session,
      () => undefined,
      askSystem,
    );
    return {
      asked: (permission: string, details: Details) =>
        new Promise<boolean>((decide) => handlers.ask?.(null, permission, decide, details)),
      checked: (permission: string, origin: string, details: Details) =>
        handlers.check?.(null, permission, origin, details),
      device: () => handlers.device?.(),
    };
  }
  const page = { isMainFrame: true, requestingUrl: APP };

  it('grants the microphone, alone, to the page of the app', async () => {
    const { asked, checked } = guarded(granted);
    expect(await asked('media', { ...page, mediaTypes: ['audio'] })).toBe(true);
    expect(checked('media', 'app://wukong/', { isMainFrame: true, mediaType: 'audio' })).toBe(true);
    expect(await guarded(async () => false).asked('media', { ...page, mediaTypes: ['audio'] })).toBe(false);
    const fails = guarded(() => Promise.reject(new Error('no system')));
    expect(await fails.asked('media', { ...page, mediaTypes: ['audio'] })).toBe(false);
  });

  it('grants the full screen to the page of the app, and to nobody where pages may nothing', async () => {
    const { asked, checked } = guarded(granted);
    expect(await asked('fullscreen', page)).toBe(true);
    expect(checked('fullscreen', 'app://wukong/', { isMainFrame: true })).toBe(true);
    expect(await guarded(null).asked('fullscreen', page)).toBe(false);
  });

  it.each<[string, Details]>([
    ['media', { ...page, mediaTypes: ['audio', 'video'] }],
    ['media', { ...page, mediaTypes: ['video'] }],
    ['media', { ...page, mediaTypes: [] }],
    ['media', page],
    ['media', { ...page, isMainFrame: false, mediaTypes: ['audio'] }],
    ['media', { ...page, requestingUrl: 'https://example.com/', mediaTypes: ['audio'] }],
    ['media', { mediaTypes: ['audio'] }],
    ['display-capture', { ...page, mediaTypes: ['audio'] }],
    ['notifications', page],
    ['clipboard-read', page],
    ['fullscreen', { ...page, isMainFrame: false }],
    ['fullscreen', { ...page, requestingUrl: 'https://example.com/' }],
    ['unknown', page],
  ])('denies %s %j, asked for or checked', async (permission, details) => {
    const { asked, checked, device } = guarded(granted);
    expect(await asked(permission, details)).toBe(false);
    const [mediaType] = ((details['mediaTypes'] as string[] | undefined) ?? []).toReversed();
    const origin = typeof details['requestingUrl'] === 'string' ? details['requestingUrl'] : '';
    expect(checked(permission, origin, { ...details, mediaTypes: undefined, mediaType })).toBe(false);
    expect(device()).toBe(false);
  });

  it('asks macOS, which asks its user; leads to the page of the system where it has one', async () => {
    expect(await askSystemForMicrophone('darwin')).toBe(false);
    electron.allowed = true;
    expect(await askSystemForMicrophone('darwin')).toBe(true);
    expect(await askSystemForMicrophone('linux')).toBe(true);
    electron.opened.length = 0;
    await openMicrophoneSettings('darwin');
    await openMicrophoneSettings('win32');
    await expect(openMicrophoneSettings('linux')).rejects.toMatchObject({ code: 'refused' });
    expect(electron.opened).toEqual([
      'x-apple.systempreferences:com.apple.preference.security?Privacy_Microphone',
      'ms-settings:privacy-microphone',
    ]);
    electron.opened.length = 0;
  });

  it('denies everything where no page of the app is', async () => {
    const { asked, checked } = guarded(null);
    expect(await asked('media', { ...page, mediaTypes: ['audio'] })).toBe(false);
    expect(checked('media', APP, { ...page, mediaType: 'audio' })).toBe(false);
  });
});

it('downloads nothing', () => {
  const session = new EventEmitter();
  const warnings: string[] = [];
  denyDownloads(session as unknown as Session, (message) => warnings.push(message));
  const event = { preventDefault: vi.fn<() => void>() };
  session.emit('will-download', event, { getURL: () => 'https://example.com/a.exe' });
  expect(event.preventDefault).toHaveBeenCalledOnce();
  expect(warnings).toEqual(['denied: download']);
});

it.each([
  [true, ['no-sandbox'], 1],
  [true, [], 1],
  [false, [], 1],
  [false, ['no-sandbox'], 0],
])('packaged %s with the switches %j: sandbox for all %i', (isPackaged, switches, times) => {
  Object.assign(electron.app, { isPackaged, switches: new Set(switches), sandboxed: 0 });
  sandboxEveryPage();
  expect(electron.app.sandboxed).toBe(times);
});

describe('openExternal', () => {
  it.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'app://wukong/index.html',
    'data:text/html,x',
    'smb://server/share',
    'ms-msdt:/id',
    'vbscript:x',
    '//example.com',
    'example.com',
    'https://user:secret@example.com/',
    '',
  ])('never opens %s', async (url) => {
    await expect(openExternal(url)).rejects.toMatchObject({ code: 'badArgument', field: 'url' });
    expect(electron.opened).toEqual([]);
  });

  it.each([
    ['https://example.com/a?b=1#c', 'https://example.com/a?b=1#c'],
    ['HTTP://例子.测试/路', 'http://xn--fsqu00a.xn--0zwm56d/%E8%B7%AF'],
    ['mailto:a@example.com', 'mailto:a@example.com'],
  ])('opens %s in normal form', (url, normal) => {
    expect(externalUrl(url)).toBe(normal);
  });
});
