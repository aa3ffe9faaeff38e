import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MAX_CHAT_WINDOWS } from '../../../shared/ipc/contract/windows.ts';
import { ChatWindows } from './chat-windows.ts';

interface Made {
  options: { width: number; height: number; webPreferences: unknown };
  url: string;
  title: string;
  visible: boolean;
  destroyed: boolean;
  bounds: { width: number; height: number };
  sent: unknown[][];
  emit: (name: string, ...args: unknown[]) => boolean;
}
const electron = vi.hoisted(() => ({ made: [] as Made[] }));
vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  let nextId = 10;
  class BrowserWindow extends Emitter {
    readonly options;
    readonly sent: unknown[][] = [];
    readonly webContents = Object.assign(new Emitter(), {
      id: nextId++,
      send: (...args: unknown[]) => this.sent.push(args),
      reload: () => undefined,
    });
    url = '';
    title = '';
    visible = false;
    destroyed = false;
    bounds = { width: 640, height: 640 };
    constructor(options: Made['options']) {
      super();
      this.options = options;
      electron.made.push(this);
    }
    setIcon = (): void => undefined;
    setTitle = (title: string): void => void (this.title = title);
    loadURL = async (url: string): Promise<void> => void (this.url = url);
    show = (): void => void (this.visible = true);
    hide = (): void => void (this.visible = false);
    focus = (): void => undefined;
    isVisible = (): boolean => this.visible && !this.destroyed;
    isFocused = (): boolean => false;
    isMinimized = (): boolean => false;
    isMaximized = (): boolean => false;
    isFullScreen = (): boolean => false;
    isDestroyed = (): boolean => this.destroyed;
    getNormalBounds = () => this.bounds;
    destroy(): void {
      this.destroyed = true;
      this.emit('closed');
    }
  }
  return {
    BrowserWindow,
    nativeTheme: { shouldUseDarkColors: false },
    nativeImage: { createFromBitmap: () => ({}), createEmpty: () => ({}) },
    screen: { getPrimaryDisplay: () => ({ workArea: { width: 1280, height: 800 } }) },
    session: {},
  };
});

const chat = { channelId: 'u2&x=1', channelType: 1 };
const group = { channelId: 'g1', channelType: 2 };
let dir: string;
let chats: ChatWindows;
let quitting: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  dir = mkdtempSync(join(tmpdir(), 'wukong-chats-'));
  electron.made.length = 0;
  quitting = false;
  start();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(dir, { recursive: true });
});

function start(): void {
  chats = new ChatWindows({
    preload: '/p.cjs',
    devTools: false,
    userDataDir: dir,
    isQuitting: () => quitting,
    follow: () => undefined,
    onChanged: () => undefined,
    onAttention: () => undefined,
    log: () => undefined,
  });
}
/** As the user does. */
function close(made: Made | undefined): boolean {
  let prevented = false;
  made?.emit('close', { preventDefault: () => (prevented = true) });
  return prevented;
}

it('is one for each chat, whose key is in its address and in nothing else; a second time it comes to the front', () => {
  chats.open(chat);
  chats.open(chat, 9);
  chats.open(group);
  const [first] = electron.made;
  expect(electron.made).toHaveLength(2);
  expect(first?.url).toBe('app://wukong/index.html?chat=1%2Fu2%26x%3D1');
  expect(first?.sent).toEqual([['shell.navigate', { to: 'channel', channel: chat, messageSeq: 9 }]]);
  expect([chats.channels, chats.has(group)]).toEqual([[chat, group], true]);
});

it('is told what concerns its chat and the account, and nothing of the main window', () => {
  chats.open(chat);
  expect(chats.send('core.deltas', [])).toBe(true);
  expect(chats.send('shell.navigate', { to: 'newGroup' })).toBe(false);
  expect(electron.made[0]?.sent).toEqual([['core.deltas', []]]);
});

it('closes when its page has put away what was typed, or does not answer; nothing is sent to it meanwhile', () => {
  chats.open(chat);
  chats.open(group);
  const [first, second] = electron.made;
  expect(close(first)).toBe(true);
  expect([first?.visible, first?.destroyed, first?.sent]).toEqual([false, false, [['window.leave', null]]]);
  chats.send('core.deltas', []);
  expect(first?.sent).toHaveLength(1);
  chats.closed(chat);
  expect([first?.destroyed, chats.channels]).toEqual([true, [group]]);
  close(second);
  vi.advanceTimersByTime(1_000);
  expect([second?.destroyed, chats.channels]).toEqual([true, []]);
  chats.open(chat);
  quitting = true;
  expect(close(electron.made.at(-1))).toBe(false);
});

it('that is opened again while it closes is made anew once what was typed is stored, unless all go', () => {
  chats.open(chat);
  const [first] = electron.made;
  close(first);
  chats.open(chat);
  chats.open(chat, 9);
  // Its page still stores the last letters: a new one would read the draft without them.
  expect([electron.made.length, first?.destroyed]).toEqual([1, false]);
  chats.closed(chat);
  expect([first?.destroyed, electron.made.length, chats.channels]).toEqual([true, 2, [chat]]);
  vi.advanceTimersByTime(2_000);
  expect(electron.made[1]?.destroyed).toBe(false);
  // A page that does not answer is waited for no longer.
  close(electron.made[1]);
  chats.open(chat);
  vi.advanceTimersByTime(1_000);
  expect([electron.made[1]?.destroyed, electron.made.length]).toEqual([true, 3]);
  // Another account, or the lock: nothing comes back.
  close(electron.made[2]);
  chats.open(chat);
  chats.leaveAll();
  chats.closed(chat);
  expect([electron.made.length, chats.channels]).toEqual([3, []]);
  chats.open(chat);
  close(electron.made[3]);
  chats.open(chat);
  expect(chats.closeAll()).toEqual([chat]);
  expect([electron.made.length, chats.channels]).toEqual([4, []]);
});

it('is as large as the last one was, also after a damaged file', () => {
  chats.open(chat);
  Object.assign(electron.made[0] ?? {}, { bounds: { width: 700, height: 520 } });
  for (let step = 0; step < 9; step += 1) electron.made[0]?.emit('resize');
  vi.advanceTimersByTime(500);
  expect(JSON.parse(readFileSync(join(dir, 'chat-window.json'), 'utf8'))).toEqual({
    width: 700,
    height: 520,
  });
  start();
  chats.open(chat);
  expect(electron.made.at(-1)?.options).toMatchObject({ width: 700, height: 520 });
  writeFileSync(join(dir, 'chat-window.json'), '{"width":"wide"}');
  start();
  chats.open(chat);
  expect(electron.made.at(-1)?.options).toMatchObject({ width: 640, height: 640 });
});

it('are so many at most, and all of them go at once', () => {
  for (let n = 0; n < MAX_CHAT_WINDOWS; n += 1) chats.open({ channelId: `g${n}`, channelType: 2 });
  expect(() => chats.open(chat)).toThrow('windows of their own already');
  expect(chats.closeAll()).toHaveLength(MAX_CHAT_WINDOWS);
  expect([chats.channels, electron.made.every(({ destroyed }) => destroyed)]).toEqual([[], true]);
});

it('has the title that it is given, else that of the app', () => {
  chats.open(chat);
  chats.setTitle(chat, 'Bob');
  expect(electron.made[0]?.title).toBe('Bob');
  chats.setTitle(chat, '');
  expect(electron.made[0]?.title).toBe('WuKong Desktop');
});
