/** The main window: made, shown, hidden to the tray; events for the page go to every open window. */
import { BrowserWindow, nativeTheme } from 'electron';
import type { Attention } from '../../../shared/ipc/worker-protocol.ts';
import type { EventName, Events } from '../../../shared/ipc/contract/events.ts';
import { APP_URL } from '../protocol/app-origin.ts';
import { type PageOptions, webPreferences } from '../security/web-preferences.ts';
import type { AfterPage } from './after-page.ts';
import { appIcon } from './icon.ts';
import { ChatWindows } from './chat-windows.ts';
import { LastWords } from './last-words.ts';
import { APP_TITLE } from './title.ts';
import type { WindowStateFile } from './window-state.ts';
import { followZoom, zoomOf, type ZoomTo, zoomWindow } from './zoom.ts';

/** From a page that was loaded to the end of its first drawing. */
const DRAWING_MS = 150;

export interface WindowsOptions extends PageOptions {
  state: WindowStateFile;
  userDataDir: string;
  isQuitting: () => boolean;
  /** Which chats have windows of their own, changed. */
  onChats: () => void;
  /** Asked when the user closes the window: true = hide it instead. */
  hideOnClose: () => boolean;
  later: Pick<AfterPage, 'begin' | 'run'>;
  onHiddenToTray: () => void;
  /** Pages are told nothing but that this is over. */
  isLocked: () => boolean;
  /** Everything is drawn in another size. */
  onZoom: () => void;
  /** Any window is seen or not, has the focus or not. */
  onAttention: (attention: Attention) => void;
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

export interface Windows {
  /** Shows and focuses the main window, making it if there is none. */
  show: () => void;
  main: () => BrowserWindow | null;
  isFocused: () => boolean;
  /** Chats in windows of their own. */
  chats: ChatWindows;
  /** What is typed, before the app ends. */
  lastWords: LastWords;
  /** Whose word on deltas counts: they all get the same. */
  paces: (webContentsId: number) => boolean;
  /** Whether these web contents are a window of the app (see ipc.ts). */
  owns: (webContentsId: number) => boolean;
  /**
   * Another account comes on the screen, or none: a new page, that holds nothing of the one before. `ended`: that one
   * answers nothing, and would stay on the screen until it does: its process is ended. `window`: a dialog of the system
   * hangs on the window: another one takes its place.
   */
  anew: (how?: 'page' | 'ended' | 'window') => void;
  /** The page asks what there is. */
  begins: () => void;
  /** false = there is no page to get it. */
  send: <E extends EventName>(event: E, payload: Events[E]) => boolean;
  /** Percent. */
  zoomed: () => number;
  zoom: (to: ZoomTo) => void;
  /** `(3) WuKong Desktop`, never content. */
  setUnread: (count: number) => void;
}

export function createWindows(options: WindowsOptions): Windows {
  let main: BrowserWindow | null = null;
  const trusted = new Set<number>();
  let unread = 0;
  /** The page is being replaced: what is sent now is not for the old one, and the new one will ask. */
  let isReplaced = false;

  const zoom = (to: ZoomTo): void => {
    if (main === null || main.isDestroyed()) return;
    zoomWindow([main, ...chats.windows()], options.state, to);
    options.onZoom();
  };

  const tellAttention = (): void => {
    const isMainSeen = main !== null && !main.isDestroyed() && main.isVisible() && !main.isMinimized();
    const isMainFocused = isMainSeen && main?.isFocused() === true;
    options.onAttention({
      visible: isMainSeen || chats.isVisible,
      focused: isMainFocused || chats.focused() !== null,
    });
  };
  const chats = new ChatWindows({
    ...options,
    follow: (window) => followZoom(window, options.state, zoom),
    onChanged: options.onChats,
    onAttention: tellAttention,
  });

  const open = (inFront = true): BrowserWindow => {
    const window = new BrowserWindow({
      ...options.state.bounds(),
      show: false,
      title: titleOf(unread),
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#0f1514' : '#eff3f2',
      webPreferences: webPreferences(options),
    });
    const id = window.webContents.id;
    trusted.add(id);
    options.state.track(window);
    window.once('ready-to-show', () => {
      if (options.state.maximized) window.maximize();
      if (inFront) window.show();
      else window.showInactive();
    });
    // The title carries the unread count; the page's own <title> does not replace it.
    window.on('page-title-updated', (event) => event.preventDefault());
    window.on('close', (event) => {
      if (!options.hideOnClose()) return;
      event.preventDefault();
      window.hide();
      options.onHiddenToTray();
    });
    followZoom(window, options.state, zoom);
    watchAttention(window, tellAttention);
    window.on('closed', () => {
      trusted.delete(id);
      if (main === window) {
        main = null;
        isReplaced = false;
      }
      tellAttention();
    });
    window.webContents.on('render-process-gone', (_event, details) => {
      options.log('error', `renderer gone: ${details.reason}`);
      if (details.reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
    });
    // Its program has been read, and it draws.
    window.webContents.once('did-finish-load', () => {
      setTimeout(() => options.later.begin(), DRAWING_MS).unref();
    });
    window
      .loadURL(APP_URL)
      .catch((error: unknown) => options.log('error', `page not loaded: ${String(error)}`));
    // (The icon of macOS is the app's.)
    if (process.platform !== 'darwin')
      options.later.run(() => {
        if (!window.isDestroyed()) window.setIcon(appIcon(64));
      });
    return window;
  };

  /** The same place and size, with what hung on the old one gone with it. */
  const renew = (old: BrowserWindow): void => {
    const { isSeen, isFocused } = {
      isSeen: old.isVisible() || old.isMinimized(),
      isFocused: old.isFocused(),
    };
    options.state.keep(old);
    // First the new one: an app without a window would end.
    main = isSeen ? open(isFocused) : null;
    isReplaced = main !== null;
    old.destroy();
  };

  return {
    show() {
      if (main === null) {
        main = open();
        return;
      }
      if (main.isMinimized()) main.restore();
      main.show();
      main.focus();
    },
    main: () => main,
    isFocused: () => main !== null && main.isVisible() && main.isFocused(),
    chats,
    // (A locked page has stored it, and holds nothing any more.)
    lastWords: new LastWords(() => (options.isLocked() ? [] : [...(main ? [main] : []), ...chats.windows()])),
    paces(webContentsId) {
      // A page that nobody sees draws seldom: it would hold up those that somebody looks at.
      const seen = main?.isVisible() === true && !main.isMinimized() ? main.webContents.id : chats.seen[0];
      return webContentsId === (seen ?? main?.webContents.id ?? chats.ids[0]);
    },
    owns: (webContentsId) => trusted.has(webContentsId) || chats.owns(webContentsId),
    anew(how = 'page') {
      if (main === null || main.isDestroyed()) return;
      if (how === 'window') return renew(main);
      isReplaced = true;
      // (It is loaded again once it is gone, above.)
      if (how === 'ended') main.webContents.forcefullyCrashRenderer();
      else main.webContents.reload();
    },
    begins() {
      isReplaced = false;
    },
    send(event, payload) {
      if (options.isLocked() && event !== 'lock.changed') return false;
      const sent = chats.send(event, payload);
      if (main === null || main.isDestroyed() || (isReplaced && event !== 'lock.changed')) return sent;
      main.webContents.send(event, payload);
      return true;
    },
    zoomed: () => zoomOf(options.state),
    zoom,
    setUnread(count) {
      unread = count;
      main?.setTitle(titleOf(count));
    },
  };
}

function watchAttention(window: BrowserWindow, look: () => void): void {
  window.on('show', look);
  window.on('hide', look);
  window.on('minimize', look);
  window.on('restore', look);
  window.on('focus', look);
  window.on('blur', look);
}

export function titleOf(unread: number): string {
  if (unread <= 0) return APP_TITLE;
  return `(${unread > 99 ? '99+' : unread}) ${APP_TITLE}`;
}
