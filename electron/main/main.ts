/** Entry of the app: puts the shell together. Everything that does something lives in the files imported here. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, nativeTheme, powerMonitor, session as electronSession } from 'electron';
import type { ChannelRef } from '../../shared/domain.ts';
import { Diagnostics } from '../../shared/ipc/contract/diagnostics.ts';
import type { Events } from '../../shared/ipc/contract/events.ts';
import type { ShellState } from '../../shared/ipc/contract/shell.ts';
import type { Settings, SettingsPatch } from '../../shared/settings.ts';
import { type Language, type Translate, translate } from '../../shared/strings/index.ts';
import type { z } from 'zod';
import { openAccounts } from './accounts/accounts.ts';
import { AccountSession } from './accounts/account-session.ts';
import { showBadge } from './windows/badge.ts';
import { serveIpc } from './ipc/ipc.ts';
import { exportDiagnostics } from './diagnostics/diagnostics-export.ts';
import { writeFileAtomic } from './files/json-file.ts';
import { parseLaunchOptions, userDataDirOf } from './settings/launch-options.ts';
import { openLog } from './diagnostics/log.ts';
import { MediaActions } from './files/media-actions.ts';
import { MediaTokens } from './files/media-tokens.ts';
import { setApplicationMenu } from './windows/menu.ts';
import { Notifications } from './notifications/notifications.ts';
import { registerAppScheme, serveApp } from './protocol/protocol.ts';
import { denyPermissions, guardWebContents } from './security/security.ts';
import { clearSessionData, keepNoHttpCache } from './security/session-data.ts';
import { deviceIdOf, openSettings } from './settings/settings-file.ts';
import { shellHandlers } from './ipc/shell-handlers.ts';
import { resolveLanguage } from './settings/resolve-language.ts';
import { signInWith } from './accounts/sign-in.ts';
import { systemVault } from './accounts/token-vault.ts';
import { createTray, type AppTray } from './windows/tray.ts';
import { createWindows } from './windows/windows.ts';
import { windowStateFile } from './windows/window-state.ts';

const quit = (): void => app.quit();
const outDir = join(import.meta.dirname, '..');
const startWarnings: string[] = [];
const options = parseLaunchOptions(process.argv, (message) => startWarnings.push(message));
const userDataDir = userDataDirOf(options, app.getPath('userData'));
app.setPath('userData', userDataDir);
registerAppScheme();
keepNoHttpCache();

if (app.requestSingleInstanceLock()) run();
else app.quit();

function run(): void {
  const log = openLog(userDataDir);
  const warn = (message: string): void => log('warn', 'main', message);
  for (const message of startWarnings) warn(message);
  process.on('unhandledRejection', (reason) =>
    log('error', 'main', `unhandled rejection: ${String(reason)}`),
  );

  const settings = openSettings(userDataDir, warn);
  const deviceId = deviceIdOf(userDataDir);
  const vault = systemVault(warn);
  const accounts = openAccounts(userDataDir, vault, warn);
  const signIn = signInWith(deviceId);

  const devTools = !app.isPackaged;
  let quitting = false;
  let tray: AppTray | null = null;
  let announcedAccount: string | null = null;
  const trayNotice = join(userDataDir, 'tray-notice-shown');
  let unread = { plain: 0, withMuted: 0 };
  let activeChannel: ChannelRef | null = null;

  const language = (): Language =>
    resolveLanguage(
      settings.value.language === 'system' && options.language !== null
        ? options.language
        : settings.value.language,
      app.getLocale(),
    );
  const t: Translate = (key, ...params) => translate(language(), key, ...params);

  const windows = createWindows({
    preload: join(outDir, 'preload', 'index.cjs'),
    state: windowStateFile(userDataDir, warn),
    devTools,
    hideOnClose: () =>
      !quitting && (process.platform === 'darwin' || (tray !== null && settings.value.closeToTray)),
    onHiddenToTray() {
      if (process.platform === 'darwin' || existsSync(trayNotice)) return;
      writeFileAtomic(trayNotice, '');
      notifications.notice(t('shell.stillRunning'), t('shell.stillRunningBody'), () => windows.show());
    },
    log: (level, message) => log(level, 'windows', message),
  });

  const navigate = (to: Events['shell.navigate']): void => {
    windows.show();
    windows.send('shell.navigate', to);
  };

  const notifications = new Notifications({
    settings: () => settings.value,
    language,
    focusedChannel: () => (windows.isFocused() ? activeChannel : null),
    open: (channel, messageSeq) =>
      navigate({ to: 'channel', channel, messageSeq: messageSeq > 0 ? messageSeq : null }),
  });

  const mediaTokens = new MediaTokens(join(userDataDir, 'accounts'));
  const session = new AccountSession({
    accounts,
    mediaTokens,
    workerScript: join(outDir, 'main', 'core.js'),
    deviceId,
    profileDir: userDataDir,
    announced: () => notifications.announced(),
    offerReedit: () => settings.value.offerReedit,
    onDeltas: (deltas) => windows.send('core.deltas', deltas),
    onNotify: (candidate) => notifications.announce(candidate),
    onWithdraw: (channel, keys, readSeq) => notifications.withdraw(channel, keys, readSeq),
    onUnread(plain, withMuted) {
      unread = { plain, withMuted };
      showUnread();
    },
    onChanged() {
      const id = session.account?.id ?? null;
      if (id !== announcedAccount) {
        announcedAccount = id;
        activeChannel = null;
        media.forget();
        notifications.withdrawAll();
      }
      announceState();
    },
    onErased: () => clearSessionData(electronSession.defaultSession, warn),
    onRestarted: () => windows.main()?.webContents.reload(),
    log,
  });

  const media = new MediaActions({
    file: (channel, key, toOpen) => session.mediaFile(channel, key, toOpen),
    window: () => windows.main(),
  });

  const state = async (): Promise<ShellState> => ({
    account: session.account,
    recentAccounts: accounts.list(),
    settings: settings.value,
    language: language(),
    demoServer: options.demoServer,
    defaultServer: options.server ?? accounts.lastServer() ?? options.demoServer ?? '',
    tokenProtection: await vault.protection(),
    version: app.getVersion(),
    platform: process.platform,
  });

  const announceState = (): void => {
    void state().then((value) => windows.send('shell.changed', value));
  };

  const showUnread = (): void => {
    const count = settings.value.badgeCountsMuted ? unread.withMuted : unread.plain;
    windows.setUnread(count);
    showBadge(count, t('shell.unread', { n: count }), windows.main());
    tray?.update({ t, unread: count, doNotDisturb: !settings.value.notifications });
  };

  const applySettings = (): void => {
    nativeTheme.themeSource = settings.value.theme;
    setApplicationMenu(t, { navigate, quit }, { mac: process.platform === 'darwin', devTools });
    session.setOfferReedit(settings.value.offerReedit);
    if (app.isPackaged && process.platform !== 'linux') {
      app.setLoginItemSettings({ openAtLogin: settings.value.startAtLogin, args: ['--hidden'] });
    }
    showUnread();
  };

  const changeSettings = (patch: z.output<typeof SettingsPatch>): Settings => {
    const value = settings.change(patch);
    applySettings();
    announceState();
    return value;
  };

  guardWebContents(warn);
  app.on('second-instance', () => windows.show());
  app.on('activate', () => windows.show());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('before-quit', () => {
    quitting = true;
  });
  let isClosed = false;
  app.on('will-quit', (event) => {
    if (isClosed) return;
    // The worker closes its databases first; then quitting goes on.
    event.preventDefault();
    void session.close().finally(() => {
      isClosed = true;
      app.quit();
    });
  });

  const start = async (): Promise<void> => {
    await app.whenReady();
    log(
      'info',
      'main',
      `start: version ${app.getVersion()}, electron ${process.versions['electron'] ?? '?'}`,
    );
    denyPermissions(electronSession.defaultSession, warn);
    await clearSessionData(electronSession.defaultSession, warn);
    serveApp(join(outDir, 'renderer'), mediaTokens);
    serveIpc({
      isTrusted: windows.owns,
      shell: shellHandlers({
        accounts,
        session,
        signIn,
        media,
        state,
        exportDiagnostics: () =>
          exportDiagnostics({
            userDataDir,
            version: app.getVersion(),
            diagnostics: async () => {
              const answer = await session.request('diagnostics.get', undefined);
              return answer.ok ? Diagnostics.parse(answer.value) : null;
            },
            window: () => windows.main(),
          }),
        changeSettings,
        setActiveChannel(channel) {
          activeChannel = channel;
        },
        quit,
      }),
      core: (channel, args) => session.request(channel, args),
      log: (level, message) => log(level, 'ipc', message),
    });
    powerMonitor.on('resume', () => session.networkHint());
    powerMonitor.on('unlock-screen', () => session.networkHint());
    powerMonitor.on('lock-screen', () => session.screenLocked());
    tray = createTray(
      { show: () => windows.show(), setDoNotDisturb: (on) => changeSettings({ notifications: !on }), quit },
      warn,
    );
    applySettings();
    const last = accounts.list().find((account) => account.keepSignedIn);
    if (last) {
      // A token that cannot be read any more is no error: the sign-in screen comes up.
      await session
        .open(last.id)
        .catch((error: unknown) => log('warn', 'main', `not signed in: ${String(error)}`));
    }
    if (!options.hidden) windows.show();
  };
  start().catch((error: unknown) => {
    log('error', 'main', `not started: ${String(error)}`);
    app.exit(1);
  });
}
