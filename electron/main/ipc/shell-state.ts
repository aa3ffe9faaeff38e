/** What the page knows of the shell, put together anew each time it is asked for or has changed. */
import { app } from 'electron';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { ShellState } from '../../../shared/ipc/contract/shell.ts';
import type { NetworkState } from '../../../shared/ipc/contract/network.ts';
import { isAllowed, managedState } from '../policies/enforced.ts';
import type { Policies } from '../policies/policy-values.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Language } from '../../../shared/strings/index.ts';
import type { AccountSession } from '../accounts/account-session.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { TokenVault } from '../accounts/token-vault.ts';
import type { QuietWatch } from '../notifications/quiet-watch.ts';
import type { LoginItem } from '../system/login-item.ts';
import type { ShowShortcut } from '../system/show-shortcut.ts';
import type { SpellChecker } from '../system/spell-checker.ts';
import type { Presence } from '../windows/presence.ts';
import type { LaunchOptions } from '../settings/launch-options.ts';

export interface ShellStateOptions {
  /** Waited for: a page that is there earlier than the account would show the sign-in form in between. */
  settled: Promise<void>;
  accounts: Accounts;
  session: AccountSession;
  vault: TokenVault;
  launch: LaunchOptions;
  chatWindows: () => ChannelRef[];
  hasPasscode: () => boolean;
  presence: Pick<Presence, 'isAway'>;
  quiet: Pick<QuietWatch, 'until'>;
  showShortcut: Pick<ShowShortcut, 'state'>;
  /** Percent. */
  zoom: () => number;
  loginItem: Pick<LoginItem, 'state'>;
  spellChecker: Pick<SpellChecker, 'kind'>;
  network: () => NetworkState;
  policies: Policies;
  settings: () => Settings;
  language: () => Language;
}

export async function shellState(from: ShellStateOptions): Promise<ShellState> {
  const { accounts, session, vault, launch, policies, presence } = from;
  await from.settled;
  const tokenProtection = await vault.protection();
  // From here on nothing is waited for: what is said later is never older.
  return {
    account: session.account,
    accounts: session.rail(),
    recentAccounts: accounts.list().filter(({ server }) => isAllowed(policies, server)),
    settings: from.settings(),
    language: from.language(),
    demoServer: launch.demoServer,
    defaultServer: policies.serverUrl ?? launch.server ?? accounts.lastServer() ?? launch.demoServer ?? '',
    tokenProtection,
    tokenStore: vault.store(),
    chatWindows: from.chatWindows(),
    hasPasscode: from.hasPasscode(),
    away: presence.isAway,
    quietUntil: from.quiet.until,
    zoom: from.zoom(),
    showShortcut: from.showShortcut.state,
    loginItem: from.loginItem.state(),
    spellChecker: from.spellChecker.kind,
    version: app.getVersion(),
    platform: process.platform,
    network: from.network(),
    managed: managedState(policies),
  };
}
