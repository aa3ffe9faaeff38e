/** The accounts, with what they stand on: the network, files of messages, exports; and updates, by the same network. */
import { join } from 'node:path';
import type { AccountSession } from './accounts/account-session.ts';
import { ChatExport } from './files/chat-export.ts';
import { MediaActions } from './files/media-actions.ts';
import { fileBeforeLock } from './files/media-source.ts';
import { MediaTokens } from './files/media-tokens.ts';
import type { MainNetwork } from './network/main-network.ts';
import { openNetwork } from './network/open-network.ts';
import type { Profile } from './open-profile.ts';
import { openSession, type SessionParts } from './open-session.ts';
import { checkExport } from './policies/enforced.ts';
import { openExternal } from './security/security.ts';
import { type AppUpdates, createAppUpdates } from './updates/app-updates.ts';

export interface AccountPartsOptions
  extends
    Profile,
    Pick<
      SessionParts,
      | 'activeChannel'
      | 'check'
      | 'isLocked'
      | 'log'
      | 'notifications'
      | 'onChanged'
      | 'onSwitched'
      | 'unread'
      | 'windows'
    > {
  /** The built app. */
  outDir: string;
  userDataDir: string;
  quit: () => void;
}

export interface AccountParts {
  session: AccountSession;
  network: MainNetwork;
  media: MediaActions;
  mediaTokens: MediaTokens;
  chatExport: ChatExport;
  updates: AppUpdates;
}

export function openAccountParts(options: AccountPartsOptions): AccountParts {
  const { accounts, language, log, outDir, policies, settings: file, userDataDir, windows } = options;
  const settings = () => file.value;
  const mediaTokens = new MediaTokens(join(userDataDir, 'accounts'));
  const session = openSession({
    ...options,
    accounts,
    mediaTokens,
    workerScript: join(outDir, 'main', 'core.cjs'),
    profileDir: userDataDir,
    settings,
    network: () => network,
    media: () => media,
    chatExport: () => chatExport,
  });
  const network = openNetwork(userDataDir, {
    vault: options.vault,
    policies,
    onWays() {
      session.waysChanged();
      updates.waysChanged();
    },
    onState: options.onChanged,
    window: () => windows.main(),
    warn: (message) => log('warn', 'network', message),
  });
  const media = new MediaActions({
    file: fileBeforeLock(
      (channel, key, use, account) => session.mediaFile(channel, key, use, account),
      options.isLocked,
    ),
    window: () => windows.main(),
  });
  const chatExport = new ChatExport({
    check: () => checkExport(policies),
    session,
    language,
    window: () => windows.main(),
  });
  const updates = createAppUpdates({
    userDataDir,
    settings,
    policy: () => policies.updates,
    network: network.network,
    openExternal,
    onChanged: (now) => windows.send('updates.changed', now),
    quit: options.quit,
    log: (level, message) => log(level, 'updates', message),
  });
  return { session, network, media, mediaTokens, chatExport, updates };
}
