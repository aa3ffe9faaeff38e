/** Puts the open account's session together with what hears it: page, notifications, unread count. */
import type { Settings } from '../../shared/settings.ts';
import { endSession } from '../core/api/end-session.ts';
import { codeCacheOf, removeOlderCaches } from './accounts/code-cache.ts';
import { AccountSession, type AccountSessionOptions } from './accounts/account-session.ts';
import type { Accounts } from './accounts/accounts.ts';
import type { Log } from './diagnostics/log.ts';
import type { MediaTokens } from './files/media-tokens.ts';
import type { MainNetwork } from './network/main-network.ts';
import type { Notifications } from './notifications/notifications.ts';
import { checkServer } from './policies/enforced.ts';
import type { Policies } from './policies/policy-values.ts';
import { allSessions } from './security/page-session.ts';
import { clearSessionData } from './security/session-data.ts';
import type { UnreadDisplay } from './windows/unread-display.ts';
import type { Windows } from './windows/windows.ts';

export interface SessionParts extends Pick<AccountSessionOptions, 'onSwitched' | 'onChanged'> {
  accounts: Accounts;
  mediaTokens: MediaTokens;
  deviceId: string;
  /** The built worker. */
  workerScript: string;
  profileDir: string;
  settings: () => Settings;
  policies: Policies;
  network: () => MainNetwork;
  windows: Windows;
  notifications: Notifications;
  unread: UnreadDisplay;
  log: Log;
}

/** What the open account says, and who hears it. */
export function openSession(parts: SessionParts): AccountSession {
  const { network, policies, settings, windows, notifications, unread, log } = parts;
  const warn = (message: string): void => log('warn', 'main', message);
  const codeCache = codeCacheOf(parts.profileDir, process.env);
  if (codeCache !== null) void removeOlderCaches(codeCache);
  return new AccountSession({
    accounts: parts.accounts,
    mediaTokens: parts.mediaTokens,
    workerScript: parts.workerScript,
    codeCache,
    deviceId: parts.deviceId,
    profileDir: parts.profileDir,
    offerReedit: () => settings().offerReedit,
    endSession: (which) => endSession(which, { fetch: network().network.fetch }),
    network: { answer: (question) => network().answer(question), caFile: () => network().caFile },
    check: (server) => checkServer(policies, server),
    localStorageDays: policies.localStorageDays,
    onDeltas: (deltas) => windows.send('core.deltas', deltas),
    onNotify: (candidate) => notifications.announce(candidate),
    onRenotify: (candidate) => notifications.replace(candidate),
    onAway: (chats) => notifications.announceAway(chats),
    onWithdraw: (channel, keys, readSeq) => notifications.withdraw(channel, keys, readSeq),
    onUnread: (plain, withMuted) => unread.setCounts(plain, withMuted),
    onSwitched: parts.onSwitched,
    onChanged: parts.onChanged,
    onErased: () => clearSessionData(allSessions(), warn),
    onRestarted: () => windows.main()?.webContents.reload(),
    log,
  });
}
