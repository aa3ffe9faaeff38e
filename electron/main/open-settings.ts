/** The settings in effect, and the state of the shell as the page sees it. */
import { followedOf } from '../../shared/media-rules.ts';
import type { Settings, SettingsPatch } from '../../shared/settings.ts';
import type { ShellState } from '../../shared/ipc/contract/shell.ts';
import type { AccountSession } from './accounts/account-session.ts';
import { shellState, type ShellStateOptions } from './ipc/shell-state.ts';
import type { QuietWatch } from './notifications/quiet-watch.ts';
import type { Profile } from './open-profile.ts';
import { pageSession } from './security/page-session.ts';
import { applySystemSettings } from './settings/system-settings.ts';
import type { ShowShortcut } from './system/show-shortcut.ts';
import type { SpellChecker } from './system/spell-checker.ts';
import type { AppUpdates } from './updates/app-updates.ts';
import type { UnreadDisplay } from './windows/unread-display.ts';
import type { Windows } from './windows/windows.ts';

export interface SettingsParts
  extends
    Omit<
      ShellStateOptions,
      'showShortcut' | keyof Profile | 'quiet' | 'session' | 'settled' | 'spellChecker'
    >,
    Pick<Profile, 'accounts' | 'policies' | 'vault' | 'language'> {
  file: Profile['settings'];
  windows: Pick<Windows, 'send'>;
  session: AccountSession;
  spelling: SpellChecker;
  quiet: QuietWatch;
  showShortcut: ShowShortcut;
  unread: Pick<UnreadDisplay, 'show'>;
  updates: Pick<AppUpdates, 'changed'>;
  /** Shows the system's menus anew. */
  showMenus: (settings: Settings) => void;
}

export interface OpenedSettings {
  /** Answers once the account of the last time is open, or cannot be (`settled`). */
  state: () => Promise<ShellState>;
  settled: () => void;
  announce: () => void;
  /** Quiet hours began or ended: the tray and the page show it. */
  quietChanged: () => void;
  /** At the start: everything that follows a setting does. */
  apply: () => void;
  change: (patch: SettingsPatch) => Settings;
}

export function openSettings({ file, ...parts }: SettingsParts): OpenedSettings {
  const { windows, session, spelling, quiet, unread, updates } = parts;
  const settled = Promise.withResolvers<void>();
  const state = (): Promise<ShellState> =>
    shellState({
      ...parts,
      settled: settled.promise,
      spellChecker: spelling,
      settings: () => file.value,
    });
  const announce = (): void => void state().then((value) => windows.send('shell.changed', value));
  const apply = (): void => {
    applySystemSettings(file.value);
    parts.showMenus(file.value);
    spelling.set(pageSession(), file.value.spellCheck);
    session.follow(followedOf(file.value));
    updates.changed();
    quiet.look();
    parts.showShortcut.set(file.value.showShortcut);
    unread.show();
  };
  return {
    state,
    settled: settled.resolve,
    announce,
    quietChanged() {
      unread.show();
      announce();
    },
    apply,
    change(patch) {
      const value = file.change(patch);
      apply();
      announce();
      return value;
    },
  };
}
