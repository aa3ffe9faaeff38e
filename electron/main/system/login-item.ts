/**
 * Whether the system starts the app when its user signs in. The system itself is asked each time: people turn such
 * things off in its settings, and what our settings show has to be true.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { errorCode } from '../../../shared/errors.ts';
import type { LoginItemState } from '../../../shared/ipc/contract/shell.ts';
import { writeFileAtomic } from '../files/json-file.ts';
import { type AutostartCommand, autostartEntry, startsAtLogin } from './autostart-file.ts';
import { DESKTOP_NAME } from './identity.ts';

export interface LoginItem {
  state: () => LoginItemState;
  /** Throws when the system does not let us. */
  set: (on: boolean) => void;
  /** At each start: an AppImage that was moved is started from its new place. */
  refresh: () => void;
}

const HIDDEN = ['--hidden'];

/** Only an installed app: what runs from a working copy is started by whoever develops it. */
export function loginItem(platform: NodeJS.Platform, appImage: string | null): LoginItem {
  if (!app.isPackaged) {
    return { state: () => 'unavailable', set: () => undefined, refresh: () => undefined };
  }
  if (platform === 'linux') {
    return autostart(join(app.getPath('appData'), 'autostart'), {
      program: appImage ?? app.getPath('exe'),
      args: HIDDEN,
    });
  }
  return platform === 'win32' ? runKey() : macLoginItem();
}

function autostart(folder: string, command: AutostartCommand): LoginItem {
  const file = join(folder, DESKTOP_NAME);
  const entry = autostartEntry(command, app.getName());
  const written = (): string | null => {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      return null;
    }
  };
  const isOn = (): boolean => startsAtLogin(written() ?? '');
  return {
    state() {
      try {
        return isOn() ? 'on' : 'off';
      } catch {
        return 'blocked';
      }
    },
    set(on) {
      if (on) writeFileAtomic(file, entry);
      else rmSync(file, { force: true });
    },
    refresh() {
      if (isOn() && written() !== entry) writeFileAtomic(file, entry);
    },
  };
}

/** Windows: the Run key of this user; the task manager can switch an entry off that stays there. */
function runKey(): LoginItem {
  return {
    state() {
      const { openAtLogin, executableWillLaunchAtLogin } = app.getLoginItemSettings({ args: HIDDEN });
      if (!openAtLogin) return 'off';
      return executableWillLaunchAtLogin ? 'on' : 'blocked';
    },
    set: (on) => app.setLoginItemSettings({ openAtLogin: on, args: HIDDEN }),
    refresh: () => undefined,
  };
}

/** macOS asks the user about login items, and gives them no arguments: `startedAtLogin` says it instead. */
function macLoginItem(): LoginItem {
  return {
    state() {
      const { status, openAtLogin } = app.getLoginItemSettings();
      if (status === 'requires-approval') return 'blocked';
      return openAtLogin ? 'on' : 'off';
    },
    set: (on) => app.setLoginItemSettings({ openAtLogin: on }),
    refresh: () => undefined,
  };
}

/** Notices what was changed outside of the app. */
export class WatchedLoginItem {
  readonly #item: LoginItem;
  #last: LoginItemState;

  constructor(item: LoginItem) {
    this.#item = item;
    // An entry that cannot be written stays as it is.
    try {
      item.refresh();
    } catch {
      // What it says of itself is still true.
    }
    this.#last = item.state();
  }

  state(): LoginItemState {
    this.#last = this.#item.state();
    return this.#last;
  }

  set(on: boolean): void {
    this.#item.set(on);
  }

  /** Since it was last told of. */
  hasChanged(): boolean {
    return this.#item.state() !== this.#last;
  }
}

/** Whether the system started the app by itself: no window then. */
export function startedAtLogin(platform: NodeJS.Platform): boolean {
  return platform === 'darwin' && app.isPackaged && app.getLoginItemSettings().wasOpenedAtLogin;
}
