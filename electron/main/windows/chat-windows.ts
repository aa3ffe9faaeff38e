/**
 * Chats in windows of their own, one each, of the account on the screen (docs/chat-windows.md). Each is the app's page
 * with the chat's key in its address; it gets the same deltas as the main window, and closes once its page has stored
 * what was being typed.
 */
import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { z } from 'zod';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { EventName, Events } from '../../../shared/ipc/contract/events.ts';
import { MAX_CHAT_WINDOWS } from '../../../shared/ipc/contract/windows.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { jsonFile } from '../files/json-file.ts';
import { APP_URL } from '../protocol/app-origin.ts';
import { type PageOptions, webPreferences } from '../security/web-preferences.ts';
import { appIcon } from './icon.ts';
import { APP_TITLE } from './title.ts';

const SIZE = { width: 640, height: 640, minWidth: 420, minHeight: 400 } as const;
const SETTLED_MS = 500;
/** A page that does not answer is closed all the same. */
const LEAVE_MS = 1_000;

const Size = z.object({ width: z.int().min(1).max(20_000), height: z.int().min(1).max(20_000) });

export interface ChatWindowsOptions extends PageOptions {
  userDataDir: string;
  isQuitting: () => boolean;
  /** Zoom and what else every window follows. */
  follow: (window: BrowserWindow) => void;
  /** Which there are, changed. */
  onChanged: () => void;
  onAttention: () => void;
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

interface ChatWindow {
  channel: ChannelRef;
  window: BrowserWindow;
  /** Its page was asked to leave. */
  leaving: NodeJS.Timeout | null;
  /** Opened again meanwhile: another one takes its place, once what was typed is stored. */
  again: { inFront: boolean } | null;
  /** Its size is kept once it has settled. */
  resized: NodeJS.Timeout | undefined;
}

/** What windows of chats are told; all else is the main one's. */
const TOLD: ReadonlySet<EventName> = new Set<EventName>([
  'core.deltas',
  'shell.changed',
  'accounts.changed',
  'lock.changed',
]);

export class ChatWindows {
  readonly #options: ChatWindowsOptions;
  readonly #open = new Map<string, ChatWindow>();
  readonly #size;

  constructor(options: ChatWindowsOptions) {
    this.#options = options;
    const warn = (message: string): void => options.log('warn', message);
    const path = join(options.userDataDir, 'chat-window.json');
    this.#size = jsonFile(path, Size, () => ({ width: SIZE.width, height: SIZE.height }), warn);
  }

  get channels(): ChannelRef[] {
    return [...this.#open.values()].map(({ channel }) => channel);
  }

  has(channel: ChannelRef): boolean {
    return this.#open.has(channelKey(channel));
  }

  owns(webContentsId: number): boolean {
    return this.#of(webContentsId) !== undefined;
  }

  /** Ids of the web contents, oldest window first. */
  get ids(): number[] {
    return [...this.#open.values()].map(({ window }) => window.webContents.id);
  }

  /** Those of them that can be seen. */
  get seen(): number[] {
    return [...this.#open.values()]
      .filter(({ window }) => window.isVisible() && !window.isMinimized())
      .map(({ window }) => window.webContents.id);
  }

  /** The chat of the window that has the focus. */
  focused(): ChannelRef | null {
    const found = [...this.#open.values()].find(({ window }) => window.isVisible() && window.isFocused());
    return found?.channel ?? null;
  }

  get isVisible(): boolean {
    return this.seen.length > 0;
  }

  /** One for each chat: another time it comes to the front, at a message. Throws `refused` beyond the most. */
  open(channel: ChannelRef, messageSeq: number | null = null, inFront = true): void {
    const known = this.#open.get(channelKey(channel));
    if (known && !known.leaving) {
      if (known.window.isMinimized()) known.window.restore();
      known.window.show();
      known.window.focus();
      if (messageSeq !== null)
        known.window.webContents.send('shell.navigate', { to: 'channel', channel, messageSeq });
      return;
    }
    if (known) {
      known.again = { inFront };
      return;
    }
    if (this.#open.size >= MAX_CHAT_WINDOWS)
      throw new CodedError('refused', `${MAX_CHAT_WINDOWS} chats have windows of their own already`);
    this.#make(channel, inFront);
    this.#options.onChanged();
  }

  /** Its page has put everything away. */
  closed(channel: ChannelRef): void {
    const known = this.#open.get(channelKey(channel));
    if (known) this.#end(known, known.again);
  }

  /** Nothing is waited for: what their pages show is void. Answers with what was open. */
  closeAll(): ChannelRef[] {
    const all = this.channels;
    for (const each of this.#open.values()) this.#end(each);
    return all;
  }

  /** Another account comes on the screen: what is typed in these still reaches the own one. */
  leaveAll(): void {
    for (const each of this.#open.values()) {
      each.again = null;
      this.#leave(each);
    }
  }

  reload(): void {
    for (const { window } of this.#open.values()) window.webContents.reload();
  }

  send<E extends EventName>(event: E, payload: Events[E]): boolean {
    if (!TOLD.has(event)) return false;
    let sent = false;
    for (const { window, leaving } of this.#open.values()) {
      // Of an account that is no longer on the screen.
      if (leaving) continue;
      window.webContents.send(event, payload);
      sent = true;
    }
    return sent;
  }

  /** `title`: '' = that of the app. */
  setTitle(channel: ChannelRef, title: string): void {
    this.#open.get(channelKey(channel))?.window.setTitle(title === '' ? APP_TITLE : title);
  }

  windows(): BrowserWindow[] {
    return [...this.#open.values()].map(({ window }) => window);
  }

  #of(webContentsId: number): ChatWindow | undefined {
    return [...this.#open.values()].find(
      ({ window }) => !window.isDestroyed() && window.webContents.id === webContentsId,
    );
  }

  #make(channel: ChannelRef, inFront: boolean): void {
    const key = channelKey(channel);
    const area = screen.getPrimaryDisplay().workArea;
    const { width, height } = this.#size.read();
    const window = new BrowserWindow({
      width: Math.min(area.width, Math.max(SIZE.minWidth, width)),
      height: Math.min(area.height, Math.max(SIZE.minHeight, height)),
      minWidth: Math.min(area.width, SIZE.minWidth),
      minHeight: Math.min(area.height, SIZE.minHeight),
      show: false,
      title: APP_TITLE,
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#0f1514' : '#eff3f2',
      webPreferences: webPreferences(this.#options),
    });
    const own: ChatWindow = { channel, window, leaving: null, again: null, resized: undefined };
    this.#open.set(key, own);
    window.once('ready-to-show', () => (inFront ? window.show() : window.showInactive()));
    // The page names no window by itself.
    window.on('page-title-updated', (event) => event.preventDefault());
    // Each step of a drag is told.
    window.on('resize', () => {
      clearTimeout(own.resized);
      own.resized = setTimeout(() => this.#keepSize(window), SETTLED_MS);
    });
    window.on('close', (event) => {
      if (this.#options.isQuitting() || this.#open.get(key) !== own) return;
      event.preventDefault();
      this.#leave(own);
    });
    window.on('closed', () => {
      if (own.leaving) clearTimeout(own.leaving);
      if (this.#open.get(key) !== own) return;
      this.#open.delete(key);
      this.#options.onAttention();
      this.#options.onChanged();
    });
    for (const event of ['show', 'hide', 'minimize', 'restore', 'focus', 'blur'] as const)
      window.on(event as 'show', () => this.#options.onAttention());
    window.webContents.on('render-process-gone', (_event, details) => {
      this.#options.log('error', `renderer of a chat gone: ${details.reason}`);
      if (details.reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
    });
    this.#options.follow(window);
    window
      .loadURL(addressOf(channel))
      .catch((error: unknown) => this.#options.log('error', `page of a chat not loaded: ${String(error)}`));
    if (process.platform !== 'darwin') window.setIcon(appIcon(64));
  }

  /** The page is asked first; it answers with `windows.closeChat`. */
  #leave(own: ChatWindow): void {
    if (own.leaving) return;
    this.#keepSize(own.window);
    own.window.hide();
    own.window.webContents.send('window.leave', null);
    own.leaving = setTimeout(() => this.#end(own, own.again), LEAVE_MS);
  }

  #end(own: ChatWindow, again: ChatWindow['again'] = null): void {
    if (own.leaving) clearTimeout(own.leaving);
    clearTimeout(own.resized);
    this.#open.delete(channelKey(own.channel));
    if (!own.window.isDestroyed()) own.window.destroy();
    if (again) this.#make(own.channel, again.inFront);
    this.#options.onAttention();
    this.#options.onChanged();
  }

  #keepSize(window: BrowserWindow): void {
    if (window.isDestroyed() || window.isMaximized() || window.isFullScreen()) return;
    const { width, height } = window.getNormalBounds();
    try {
      this.#size.write({ width, height });
    } catch (error) {
      this.#options.log('warn', `size of a chat's window not saved: ${String(error)}`);
    }
  }
}

const PARAMETER = 'chat';
const addressOf = (channel: ChannelRef): string =>
  `${APP_URL}?${PARAMETER}=${encodeURIComponent(channelKey(channel))}`;
