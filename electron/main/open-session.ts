/** Puts the accounts that are signed in together with what hears them: page, notifications, unread count. */
import { followedOf } from '../../shared/media-rules.ts';
import type { Settings } from '../../shared/settings.ts';
import { endSession } from '../core/api/end-session.ts';
import { askFirstList } from '../core/api/first-list.ts';
import { codeCacheOf, removeOlderCaches } from './accounts/code-cache.ts';
import { AccountSession } from './accounts/account-session.ts';
import type { AccountSessionOptions } from './accounts/account-session-options.ts';
import type { Accounts } from './accounts/accounts.ts';
import { eraseLogOf, type Log } from './diagnostics/log.ts';
import type { ChatExport } from './files/chat-export.ts';
import type { MediaActions } from './files/media-actions.ts';
import type { MediaTokens } from './files/media-tokens.ts';
import type { MainNetwork } from './network/main-network.ts';
import type { AccountNotifications } from './notifications/account-notifications.ts';
import type { Policies } from './policies/policy-values.ts';
import { allSessions } from './security/page-session.ts';
import { clearSessionData } from './security/session-data.ts';
import type { ActiveChannel } from './windows/active-channel.ts';
import type { UnreadDisplay } from './windows/unread-display.ts';
import type { Windows } from './windows/windows.ts';

export interface SessionParts extends Required<Pick<AccountSessionOptions, 'check' | 'onChanged'>> {
  /** Another account is on the screen, or none; no page has been told of it yet. */
  onSwitched: () => void;
  accounts: Accounts;
  activeChannel: ActiveChannel;
  media: () => MediaActions;
  chatExport: () => ChatExport;
  mediaTokens: MediaTokens;
  deviceId: string;
  /** The built worker. */
  workerScript: string;
  profileDir: string;
  settings: () => Settings;
  policies: Policies;
  network: () => MainNetwork;
  windows: Windows;
  notifications: AccountNotifications;
  unread: UnreadDisplay;
  isLocked: () => boolean;
  log: Log;
}

/** What the accounts say, and who hears it. */
export function openSession(parts: SessionParts): AccountSession {
  const { network, policies, settings, windows, notifications, unread, log } = parts;
  const warn = (message: string): void => log('warn', 'main', message);
  const codeCache = codeCacheOf(parts.profileDir, process.env);
  if (codeCache !== null) void removeOlderCaches(codeCache);
  const session = new AccountSession({
    accounts: parts.accounts,
    mediaTokens: parts.mediaTokens,
    workerScript: parts.workerScript,
    codeCache,
    deviceId: parts.deviceId,
    profileDir: parts.profileDir,
    followed: () => followedOf(settings()),
    askFirstList: (which) => askFirstList(which, { fetch: network().network.fetch }),
    endSession: (which) => endSession(which, { fetch: network().network.fetch }),
    network: { answer: (question) => network().answer(question), caFile: () => network().caFile },
    check: parts.check,
    localStorageDays: policies.localStorageDays,
    onDeltas: (_account, deltas) => windows.send('core.deltas', deltas),
    onNotify: (account, candidate) => notifications.of(account).announce(candidate),
    onRenotify(account, candidate) {
      notifications.of(account).replace(candidate);
      notifications.reminders.replace(account, candidate);
    },
    onRemind: (account, notice) => notifications.reminders.tell(account, notice),
    onAway: (account, chats, isLong) => notifications.of(account).announceAway(chats, isLong),
    onWithdraw(account, channel, keys, readSeq) {
      notifications.of(account).withdraw(channel, keys, readSeq);
      notifications.reminders.withdraw(account, channel, keys);
    },
    onUnread: (plain, withMuted) => unread.setCounts(plain, withMuted),
    onRail: (accounts) => windows.send('accounts.changed', accounts),
    onSwitched(before) {
      parts.activeChannel.set(null);
      if (before !== null && session.isSignedIn(before)) windows.chats.leaveAll();
      else windows.chats.closeAll();
      // Nothing of the one account is in the page of another. (Who has signed out of the last one sees the form there.)
      if (before !== null && session.account !== null) windows.anew();
      parts.onSwitched();
    },
    onClosed(account) {
      parts.media().forget(account);
      parts.chatExport().forget(account);
      notifications.forget(account);
    },
    onChanged: parts.onChanged,
    async onErased(account) {
      await clearSessionData(allSessions(), warn);
      eraseLogOf(parts.profileDir, account);
    },
    onRestarted() {
      // (A page that shows the lock knows nothing that could be old.)
      if (parts.isLocked()) return;
      windows.main()?.webContents.reload();
      windows.chats.reload();
    },
    log,
  });
  return session;
}

/**
 * Over the network as it is set: the account that was on the screen last, or the first of the rail that opens. Then the
 * others, in the background. Never rejects.
 */
export async function openLast(
  { accounts, network, session }: { accounts: Accounts; network: MainNetwork; session: AccountSession },
  warn: (message: string) => void,
): Promise<void> {
  const rail = accounts.rail().map(({ id }) => id);
  const last = accounts.current();
  await network.start().catch((error: unknown) => warn(`network: ${String(error)}`));
  for (const id of last !== null && rail.includes(last) ? [last, ...rail] : rail) {
    if (session.account !== null) break;
    if (accounts.isExpired(id)) continue;
    // A token that cannot be read any more is no error: the sign-in screen comes up.
    await session.open(id).catch((error: unknown) => warn(`not signed in: ${String(error)}`));
  }
  void session.startOthers();
}
