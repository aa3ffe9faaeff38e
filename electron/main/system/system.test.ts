/** What the systems are told of the app: who it is, its scheme, tasks and menus. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Language, translate } from '../../../shared/strings/index.ts';
import { DESKTOP_NAME, introduceToSystem, removeLeftNotifications, showOnActivation } from './identity.ts';
import { showTasks, windowsArgument } from './tasks.ts';

interface MenuEntry {
  id?: string;
  label?: string;
  checked?: boolean;
  click?: (item: { checked: boolean }) => void;
}
const electron = vi.hoisted(() => ({
  isPackaged: true,
  isClient: false,
  calls: [] as unknown[],
  dockMenu: [] as MenuEntry[],
  activated: null as null | ((details: { type: string }) => void),
  jumpList: 'ok',
}));
vi.mock('electron', () => ({
  app: {
    get isPackaged() {
      return electron.isPackaged;
    },
    setAppUserModelId: (id: string) => electron.calls.push(['id', id]),
    setToastActivatorCLSID: (id: string) => electron.calls.push(['activator', id]),
    isDefaultProtocolClient: () => electron.isClient,
    setAsDefaultProtocolClient: (...args: unknown[]) => electron.calls.push(['scheme', ...args]),
    setJumpList: (categories: unknown) => {
      electron.calls.push(['jumpList', categories]);
      return electron.jumpList;
    },
    dock: { setMenu: (menu: MenuEntry[]) => (electron.dockMenu = menu) },
  },
  Menu: { buildFromTemplate: (template: MenuEntry[]) => template },
  Notification: {
    handleActivation: (callback: (details: { type: string }) => void) => (electron.activated = callback),
    removeAll: () => electron.calls.push(['removeAll']),
  },
}));

const warnings: string[] = [];
const did: unknown[] = [];
const tasks = (platform: NodeJS.Platform, language: Language = 'zh', profileArgs: string[] = []): void =>
  showTasks(
    platform,
    { navigate: (to) => did.push(to), setDoNotDisturb: (on) => did.push(on) },
    { t: (key, ...params) => translate(language, key, ...params), doNotDisturb: true, profileArgs },
    (message) => warnings.push(message),
  );

beforeEach(() => {
  Object.assign(electron, {
    isPackaged: true,
    isClient: false,
    calls: [],
    dockMenu: [],
    activated: null,
    jumpList: 'ok',
  });
  warnings.length = 0;
  did.length = 0;
});

describe('Windows', () => {
  it('knows the app by one id, and starts it for notifications and links', () => {
    introduceToSystem('win32');
    expect(electron.calls).toEqual([
      ['id', 'im.wukong.desktop'],
      ['activator', '{7C1E5B52-3D0B-4B5E-9C1B-5A0E6F7C2A41}'],
      // Behind `--` a link that looks like a switch is none.
      ['scheme', 'wukong', process.execPath, ['--']],
    ]);
    let shown = 0;
    let lost = 0;
    showOnActivation('win32', { show: () => (shown += 1), replyLost: () => (lost += 1) });
    electron.activated?.({ type: 'click' });
    expect([shown, lost]).toEqual([1, 0]);
    electron.activated?.({ type: 'reply' });
    expect([shown, lost]).toEqual([2, 1]);
  });

  it('leaves the scheme as its installer wrote it', () => {
    electron.isClient = true;
    introduceToSystem('win32');
    expect(electron.calls.map((call) => (call as unknown[])[0])).toEqual(['id', 'activator']);
  });

  it('a working copy takes no scheme and has no tasks', () => {
    electron.isPackaged = false;
    introduceToSystem('win32');
    tasks('win32');
    expect(electron.calls.map((call) => (call as unknown[])[0])).toEqual(['id', 'activator']);
  });

  it('lists tasks in the language of the app and for its profile, never a chat', () => {
    tasks('win32', 'en', ['--user-data-dir=C:\\Users\\Chen Yu\\']);
    const [[, [category]]] = electron.calls as [[string, [{ type: string; items: Electron.JumpListItem[] }]]];
    expect(category.type).toBe('tasks');
    expect(category.items.map(({ title, args }) => [title, args])).toEqual([
      ['New group', '"--user-data-dir=C:\\Users\\Chen Yu\\\\" --open=new-group'],
      ['Search all messages', '"--user-data-dir=C:\\Users\\Chen Yu\\\\" --open=search'],
      ['Settings', '"--user-data-dir=C:\\Users\\Chen Yu\\\\" --open=settings'],
    ]);
    expect(warnings).toEqual([]);
    electron.jumpList = 'customCategoryAccessDeniedError';
    tasks('win32');
    expect(warnings).toEqual(['no jump list: customCategoryAccessDeniedError']);
  });

  it.each([
    ['plain', 'plain'],
    ['', '""'],
    ['a b', '"a b"'],
    ['a"b', String.raw`"a\"b"`],
    [String.raw`a\"b`, String.raw`"a\\\"b"`],
    [String.raw`C:\a b\ `.trim(), '"C:\\a b\\\\"'],
    [String.raw`C:\a\b`, String.raw`C:\a\b`],
  ])('writes the argument %j as %s', (argument, written) => {
    expect(windowsArgument(argument)).toBe(written);
  });
});

it('macOS has a menu at the dock icon, and takes away what a killed app left', () => {
  tasks('darwin', 'zh');
  expect(electron.dockMenu.map(({ label }) => label)).toEqual([
    '创建群聊',
    '搜索全部消息',
    undefined,
    '勿扰',
  ]);
  expect(electron.dockMenu.at(-1)?.checked).toBe(true);
  electron.dockMenu[0]?.click?.({ checked: false });
  electron.dockMenu.at(-1)?.click?.({ checked: false });
  expect(did).toEqual([{ to: 'newGroup' }, false]);
  removeLeftNotifications('darwin');
  expect(electron.calls).toEqual([['removeAll']]);
});

it('Linux is told nothing: its package is', () => {
  introduceToSystem('linux');
  showOnActivation('linux', { show: () => undefined, replyLost: () => undefined });
  removeLeftNotifications('linux');
  tasks('linux');
  expect([electron.calls, electron.activated]).toEqual([[], null]);
  const { desktopName } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'),
  ) as { desktopName: string };
  expect(desktopName).toBe(DESKTOP_NAME);
});
