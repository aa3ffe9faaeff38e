import { EventEmitter } from 'node:events';
import type { Session } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import {
  denyDownloads,
  denyPermissions,
  externalUrl,
  guardWebContents,
  openExternal,
  sandboxEveryPage,
} from './security.ts';

const electron = vi.hoisted(() => ({
  listeners: new Map<string, (event: unknown, contents: unknown) => void>(),
  opened: [] as string[],
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

  it('opens no window', () => {
    expect(contents.openHandler?.({ url: 'app://wukong/index.html' })).toEqual({ action: 'deny' });
    expect(warnings.at(-1)).toBe('denied: window.open');
  });
});

it('denies every permission, asked for or checked', () => {
  type Ask = (contents: unknown, permission: string, decide: (granted: boolean) => void) => void;
  const handlers: { ask?: Ask; check?: () => boolean; device?: () => boolean } = {};
  denyPermissions(
    {
      setPermissionRequestHandler: (handler: Ask) => (handlers.ask = handler),
      setPermissionCheckHandler: (handler: () => boolean) => (handlers.check = handler),
      setDevicePermissionHandler: (handler: () => boolean) => (handlers.device = handler),
    } as unknown as Session,
    () => undefined,
  );
  for (const permission of ['media', 'notifications', 'clipboard-read', 'fullscreen', 'unknown']) {
    const decide = vi.fn<(granted: boolean) => void>();
    handlers.ask?.(null, permission, decide);
    expect(decide.mock.calls).toEqual([[false]]);
  }
  expect([handlers.check?.(), handlers.device?.()]).toEqual([false, false]);
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
