import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loginItem, startedAtLogin, WatchedLoginItem } from './login-item.ts';

const electron = vi.hoisted(() => ({
  isPackaged: true,
  appData: '',
  asked: [] as unknown[],
  settings: {} as Record<string, unknown>,
}));
vi.mock('electron', () => ({
  app: {
    get isPackaged() {
      return electron.isPackaged;
    },
    getName: () => 'WuKong Desktop',
    getPath: (name: string) => (name === 'appData' ? electron.appData : '/opt/wukong-desktop/wukong-desktop'),
    getLoginItemSettings: () => electron.settings,
    setLoginItemSettings: (settings: unknown) => electron.asked.push(settings),
  },
  Notification: {},
}));

let file: string;
beforeEach(() => {
  electron.isPackaged = true;
  electron.appData = mkdtempSync(join(tmpdir(), 'wukong-autostart-'));
  electron.asked = [];
  file = join(electron.appData, 'autostart', 'wukong-desktop.desktop');
});
afterEach(() => rmSync(electron.appData, { recursive: true }));

describe('on Linux', () => {
  it('is a file that comes and goes, and says what is true of it', () => {
    const item = loginItem('linux', null);
    expect(item.state()).toBe('off');
    item.set(true);
    expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/wukong-desktop/wukong-desktop" "--hidden"\n');
    expect(item.state()).toBe('on');
    // The desktop's own settings turn it off.
    writeFileSync(file, readFileSync(file, 'utf8').replace('enabled=true', 'enabled=false'));
    expect(item.state()).toBe('off');
    item.set(true);
    expect(item.state()).toBe('on');
    item.set(false);
    item.set(false);
    expect([existsSync(file), item.state()]).toEqual([false, 'off']);
  });

  it('starts an AppImage from where it is now, and brings back nothing that was taken away', () => {
    loginItem('linux', '/home/a/Old.AppImage').set(true);
    const moved = loginItem('linux', '/home/a/New place.AppImage');
    moved.refresh();
    expect(readFileSync(file, 'utf8')).toContain('Exec="/home/a/New place.AppImage" "--hidden"\n');
    rmSync(file);
    moved.refresh();
    expect(moved.state()).toBe('off');
  });

  it('says that it is blocked where the file cannot be read, and throws where it cannot be written', () => {
    mkdirSync(file, { recursive: true });
    const item = loginItem('linux', null);
    expect(item.state()).toBe('blocked');
    expect(() => item.set(true)).toThrow(/EISDIR|EEXIST|ENOTEMPTY|EPERM/);
  });
});

it.each([
  ['win32', { openAtLogin: false, executableWillLaunchAtLogin: false }, 'off'],
  ['win32', { openAtLogin: true, executableWillLaunchAtLogin: true }, 'on'],
  ['win32', { openAtLogin: true, executableWillLaunchAtLogin: false }, 'blocked'],
  ['darwin', { openAtLogin: false, status: 'not-registered' }, 'off'],
  ['darwin', { openAtLogin: true, status: 'enabled' }, 'on'],
  ['darwin', { openAtLogin: false, status: 'requires-approval' }, 'blocked'],
] as const)('%s: %j is %s', (platform, settings, state) => {
  electron.settings = settings;
  expect(loginItem(platform, null).state()).toBe(state);
});

it('notices what was changed outside of the app', () => {
  electron.settings = { openAtLogin: true, status: 'enabled' };
  const item = new WatchedLoginItem(loginItem('darwin', null));
  expect(item.hasChanged()).toBe(false);
  electron.settings = { openAtLogin: false, status: 'not-registered' };
  expect(item.hasChanged()).toBe(true);
  expect(item.state()).toBe('off');
  expect(item.hasChanged()).toBe(false);
});

it('asks Windows and macOS themselves, and nobody for a working copy', () => {
  loginItem('win32', null).set(true);
  loginItem('darwin', null).set(false);
  electron.isPackaged = false;
  const item = loginItem('win32', null);
  item.set(true);
  expect(item.state()).toBe('unavailable');
  expect(electron.asked).toEqual([{ openAtLogin: true, args: ['--hidden'] }, { openAtLogin: false }]);
});

it('stays hidden only where the system started it by itself', () => {
  electron.settings = { wasOpenedAtLogin: true };
  expect(startedAtLogin('darwin')).toBe(true);
  expect(startedAtLogin('linux')).toBe(false);
  electron.settings = { wasOpenedAtLogin: false };
  expect(startedAtLogin('darwin')).toBe(false);
});
