/** What the page may ask for: its files, and the channels of the contract. */
import { join } from 'node:path';
import { app } from 'electron';
import type { ShellState } from '../../shared/ipc/contract/shell.ts';
import type { Destination } from '../../shared/ipc/contract/windows.ts';
import type { Settings, SettingsPatch } from '../../shared/settings.ts';
import { aboutThisApp } from './about/about.ts';
import type { AccountSession } from './accounts/account-session.ts';
import type { Accounts } from './accounts/accounts.ts';
import { signInWith } from './accounts/sign-in.ts';
import { exportDiagnostics } from './diagnostics/diagnostics-export.ts';
import type { Log } from './diagnostics/log.ts';
import type { ChatExport } from './files/chat-export.ts';
import { cancelDialogsWhile } from './files/file-dialog.ts';
import type { MediaActions } from './files/media-actions.ts';
import type { MediaTokens, PieceOf } from './files/media-tokens.ts';
import { coreCalls } from './ipc/core-calls.ts';
import { serveIpc } from './ipc/ipc.ts';
import { shellHandlers } from './ipc/shell-handlers.ts';
import { windowHandlers } from './ipc/window-handlers.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { OpenedLock } from './open-lock.ts';
import type { MainNetwork } from './network/main-network.ts';
import type { Places } from './ipc/account-handlers.ts';
import type { AccountNotifications } from './notifications/account-notifications.ts';
import { managedSignIn } from './policies/enforced.ts';
import type { Policies } from './policies/policy-values.ts';
import type { FirstFiles } from './protocol/first-files.ts';
import { serveApp } from './protocol/protocol.ts';
import { pageSession } from './security/page-session.ts';
import type { AskedFor } from './system/asked.ts';
import type { WatchedLoginItem } from './system/login-item.ts';
import type { AppUpdates } from './updates/app-updates.ts';
import type { ActiveChannel } from './windows/active-channel.ts';
import type { Presence } from './windows/presence.ts';
import type { Windows } from './windows/windows.ts';

export interface PageParts {
  /** The built app. */
  outDir: string;
  userDataDir: string;
  accounts: Accounts;
  activeChannel: ActiveChannel;
  asked: AskedFor;
  atLogin: WatchedLoginItem;
  deviceId: string;
  lifecycle: Lifecycle;
  locking: Pick<OpenedLock, 'lock' | 'handlers'>;
  media: MediaActions;
  chatExport: ChatExport;
  mediaTokens: MediaTokens;
  network: MainNetwork;
  notifications: AccountNotifications;
  places: Places;
  policies: Policies;
  presence: Presence;
  session: AccountSession;
  /** The server that is used here; '' = none. */
  server: () => string;
  updates: Pick<AppUpdates, 'handlers'>;
  windows: Windows;
  state: () => Promise<ShellState>;
  announceState: () => void;
  changeSettings: (patch: SettingsPatch) => Settings;
  currentSettings: () => Settings;
  navigate: (to: Destination) => void;
  forgetEverything: () => Promise<void>;
  firstFiles: FirstFiles;
  log: Log;
}

export function answerPage(parts: PageParts): void {
  const { accounts, network, session, notifications, policies, presence, windows, log } = parts;
  const isLocked = (): boolean => parts.locking.lock.isLocked;
  const media = {
    isFilm: (token: string) => parts.mediaTokens.isFilm(token),
    read: (token: string) => (isLocked() ? Promise.resolve(null) : parts.mediaTokens.read(token)),
    readPiece: (token: string, pieceOf: PieceOf) =>
      isLocked() ? Promise.resolve(null) : parts.mediaTokens.readPiece(token, pieceOf),
  };
  serveApp(join(parts.outDir, 'renderer'), media, pageSession(), parts.firstFiles);
  cancelDialogsWhile(isLocked);
  const onBegan = (): void => {
    for (const channel of windows.chats.channels) void session.request('channels.open', { channel });
  };
  serveIpc({
    isLocked,
    isTrusted: windows.owns,
    account: () => session.account?.id ?? null,
    shell: {
      ...parts.updates.handlers,
      ...parts.locking.handlers,
      ...windowHandlers({
        chats: windows.chats,
        account: () => session.account?.id ?? null,
        settings: parts.currentSettings,
        navigate: parts.navigate,
        onStored: (page) => windows.lastWords.said(page),
      }),
      ...shellHandlers({
        accounts,
        session,
        places: parts.places,
        signIn: managedSignIn(signInWith(parts.deviceId, accounts.list, network.network.fetch), policies),
        network,
        server: parts.server,
        media: parts.media,
        chatExport: parts.chatExport,
        state() {
          windows.begins();
          return parts.state();
        },
        about: () => aboutThisApp(parts.outDir),
        exportDiagnostics: () =>
          exportDiagnostics({
            userDataDir: parts.userDataDir,
            version: app.getVersion(),
            policies: policies.problems,
            diagnostics: () => session.diagnostics(),
            window: () => windows.main(),
          }),
        window: () => windows.main(),
        onBegan,
        zoom: windows.zoom,
        setStartAtLogin(on) {
          parts.atLogin.set(on);
          parts.announceState();
        },
        changeSettings: parts.changeSettings,
        setActiveChannel: (channel) => parts.activeChannel.set(channel),
        takeAsked: () => parts.asked.take(),
        forgetEverything: parts.forgetEverything,
        quit: parts.lifecycle.quit,
      }),
    },
    core: coreCalls({
      session,
      notifications,
      presence,
      paces: windows.paces,
      onBegan,
      onRetry: () => void network.hint(),
    }),
    log: (level, message) => log(level, 'ipc', message),
  });
}
