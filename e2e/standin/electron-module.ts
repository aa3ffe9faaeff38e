/** What `electron` exports, as far as the app uses it. */
export { app } from './app.ts';
export { autoUpdater } from './auto-updater.ts';
export { BrowserWindow } from './browser-window.ts';
export { ipcMain } from './ipc-main.ts';
export { Menu, MenuItem } from './menu.ts';
export {
  clipboard,
  ClipboardItem,
  dialog,
  globalShortcut,
  nativeImage,
  Notification,
  powerMonitor,
  safeStorage,
  screen,
  shell,
  Tray,
} from './native-parts.ts';
export { nativeTheme } from './native-theme.ts';
export { protocol } from './schemes.ts';
export { session } from './session.ts';
export { systemPreferences } from './system-preferences.ts';
