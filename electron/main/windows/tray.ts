/** Tray icon with an unread dot and its menu: show, unread count, do not disturb, quit (ui.md 6). */
import { Menu, type NativeImage, Tray } from 'electron';
import { twoDigits } from '../../../shared/clock-text.ts';
import type { Translate } from '../../../shared/strings/index.ts';
import { appIcon, templateIcon } from './icon.ts';

export interface TrayState {
  t: Translate;
  unread: number;
  /** Do not disturb = notifications off. */
  doNotDisturb: boolean;
  /** When the quiet hours end that are now (ms); null = there are none. */
  quietUntil: number | null;
}

export interface TrayActions {
  show: () => void;
  setDoNotDisturb: (on: boolean) => void;
  openQuietHours: () => void;
  quit: () => void;
}

export interface AppTray {
  update: (state: TrayState) => void;
}

const trayIcon = (dot: boolean): NativeImage =>
  process.platform === 'darwin' ? templateIcon(dot) : appIcon(32, dot);

/** Also in English: quiet hours are set on a clock of 24 hours. */
const clockOf = (ms: number): string => {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes()].map(twoDigits).join(':');
};

/** null where the desktop has no tray; then closing the window must not hide it. */
export function createTray(actions: TrayActions, warn: (message: string) => void): AppTray | null {
  let tray: Tray;
  try {
    tray = new Tray(trayIcon(false));
  } catch (error) {
    warn(`no tray: ${String(error)}`);
    return null;
  }
  tray.on('click', () => actions.show());
  return {
    update({ t, unread, doNotDisturb, quietUntil }) {
      tray.setImage(trayIcon(unread > 0));
      tray.setToolTip(
        unread > 0 ? `${t('shell.appName')} · ${t('shell.unread', { n: unread })}` : t('shell.appName'),
      );
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { id: 'show', label: t('shell.show'), click: () => actions.show() },
          { id: 'unread', label: t('shell.unread', { n: unread }), enabled: false },
          { type: 'separator' },
          {
            id: 'doNotDisturb',
            label: t('shell.doNotDisturb'),
            type: 'checkbox',
            checked: doNotDisturb,
            click: (item) => actions.setDoNotDisturb(item.checked),
          },
          ...(quietUntil === null
            ? []
            : [
                {
                  id: 'quietHours',
                  label: t('shell.quietUntil', { t: clockOf(quietUntil) }),
                  click: () => actions.openQuietHours(),
                },
              ]),
          { type: 'separator' },
          { id: 'quit', label: t('shell.quit'), click: () => actions.quit() },
        ]),
      );
    },
  };
}
