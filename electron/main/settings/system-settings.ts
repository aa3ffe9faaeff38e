/** The settings that Chromium and the operating system carry out: colours, start at login. */
import { app, nativeTheme } from 'electron';
import type { Settings } from '../../../shared/settings.ts';

export function applySystemSettings(settings: Settings): void {
  nativeTheme.themeSource = settings.theme;
  if (app.isPackaged && process.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: settings.startAtLogin, args: ['--hidden'] });
  }
}
