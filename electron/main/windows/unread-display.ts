/** The unread count outside the page: title of the window, badge, tray. */
import type { Settings } from '../../../shared/settings.ts';
import type { Translate } from '../../../shared/strings/index.ts';
import { showBadge } from './badge.ts';
import type { AppTray } from './tray.ts';
import type { Windows } from './windows.ts';

export interface UnreadDisplayOptions {
  windows: Windows;
  settings: () => Settings;
  /** When the quiet hours end that are now (ms). */
  quiet: () => number | null;
  t: Translate;
}

export class UnreadDisplay {
  readonly #options: UnreadDisplayOptions;
  #unread = 0;
  #unreadWithMuted = 0;
  /** null until the app is ready, and where the desktop has none. */
  #tray: AppTray | null = null;

  constructor(options: UnreadDisplayOptions) {
    this.#options = options;
  }

  get hasTray(): boolean {
    return this.#tray !== null;
  }

  setTray(tray: AppTray | null): void {
    this.#tray = tray;
  }

  /** Without and with the messages of muted chats. */
  setCounts(unread: number, unreadWithMuted: number): void {
    this.#unread = unread;
    this.#unreadWithMuted = unreadWithMuted;
    this.show();
  }

  /** Again, in the language and by the settings of now. */
  show(): void {
    const { windows, settings, quiet, t } = this.#options;
    const { badgeCountsMuted, notifications } = settings();
    const count = badgeCountsMuted ? this.#unreadWithMuted : this.#unread;
    windows.setUnread(count);
    showBadge(count, () => t('shell.unread', { n: count }), windows.main());
    this.#tray?.update({ t, unread: count, doNotDisturb: !notifications, quietUntil: quiet() });
  }
}
