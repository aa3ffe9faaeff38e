/** Entry of the app: puts the shell together. Everything that does something lives in the files imported here. */
import { join } from 'node:path';
import { app, dialog, powerMonitor, session as electronSession } from 'electron';
import type { Events } from '../../shared/ipc/contract/events.ts';
import type { Settings, SettingsPatch } from '../../shared/settings.ts';
import { type Language, type Translate, translate } from '../../shared/strings/index.ts';
import { NO_UPDATES_POLICY, type UpdatesPolicy } from '../../shared/updates-policy.ts';
import { AccountSession } from './accounts/account-session.ts';
import { openAccounts } from './accounts/accounts.ts';
import { narrowTree } from '../core/store/files/private-files.ts';
import { endSession } from '../core/api/end-session.ts';
import { signInWith } from './accounts/sign-in.ts';
import { systemVault } from './accounts/token-vault.ts';
import { exportDiagnostics } from './diagnostics/diagnostics-export.ts';
import { type Log, openLog } from './diagnostics/log.ts';
import { MediaActions } from './files/media-actions.ts';
import { MediaTokens } from './files/media-tokens.ts';
import { coreCalls } from './ipc/core-calls.ts';
import { serveIpc } from './ipc/ipc.ts';
import { shellHandlers } from './ipc/shell-handlers.ts';
import { shellState } from './ipc/shell-state.ts';
import { Lifecycle } from './lifecycle.ts';
import { Notifications } from './notifications/notifications.ts';
import { registerAppScheme, serveApp } from './protocol/protocol.ts';
import { closeDebuggerDoor, refusedStart, withoutSandbox } from './security/packaged-start.ts';
import {
  denyDownloads,
  denyPermissions,
  guardWebContents,
  openExternal,
  sandboxEveryPage,
} from './security/security.ts';
import { confirmForget, forgetEverything, restartToForget } from './forget.ts';
import { clearSessionData, keepNoHttpCache } from './security/session-data.ts';
import { selfCheck, temporaryProfile } from './self-check.ts';
import { appLanguage } from './settings/app-language.ts';
import { forgetOf, languageOf, parseLaunchOptions, userDataDirOf } from './settings/launch-options.ts';
import { deviceIdOf, openSettings } from './settings/settings-file.ts';
import { applySystemSettings } from './settings/system-settings.ts';
import { AskedFor } from './system/asked.ts';
import { createAppUpdates } from './updates/app-updates.ts';
import { ActiveChannel } from './windows/active-channel.ts';
import { setApplicationMenu } from './windows/menu.ts';
import { Presence } from './windows/presence.ts';
import { createTray } from './windows/tray.ts';
import { trayNotice } from './windows/tray-notice.ts';
import { UnreadDisplay } from './windows/unread-display.ts';
import { windowStateFile } from './windows/window-state.ts';
import { createWindows } from './windows/windows.ts';

/** `EX_USAGE` of sysexits.h. */
const REFUSED_EXIT_CODE = 64;

const outDir = join(import.meta.dirname, '..');
const devTools = !app.isPackaged;
const refused = app.isPackaged ? refusedStart(process) : [];
const startWarnings: string[] = [];
const launch = parseLaunchOptions(process.argv, (message) => startWarnings.push(message));
// Everything is also what the other profiles below the default one hold.
const named = launch.forget === null ? launch : { ...launch, profile: null };
const userDataDir =
  launch.selfCheck === null ? userDataDirOf(named, app.getPath('userData')) : temporaryProfile('self-check');
app.setPath('userData', userDataDir);
// Whatever the umask was: what this process, its threads and Chromium write is for this user alone.
process.umask(0o077);
registerAppScheme();
keepNoHttpCache();
sandboxEveryPage();

if (refused.length > 0) {
  // Before the app is ready nothing listens yet: no port was open, no page had loaded.
  const language = launch.language ?? languageOf(Intl.DateTimeFormat().resolvedOptions().locale);
  const what = refused.join(', ');
  dialog.showErrorBox(
    translate(language, 'shell.notStarted'),
    translate(language, 'shell.refusedStart', { what }),
  );
  app.exit(REFUSED_EXIT_CODE);
} else if (!app.requestSingleInstanceLock()) {
  // The first one gets what this one was told: to show itself, or to forget.
  app.quit();
} else if (launch.forget !== null) {
  const language = launch.language ?? languageOf(Intl.DateTimeFormat().resolvedOptions().locale);
  void forgetEverything({
    profile: userDataDir,
    asked: launch.forget === 'yes',
    t: (key, ...params) => translate(language, key, ...params),
  });
} else {
  // And what is there. (A second start only shows the window of the first.)
  narrowTree(userDataDir);
  const log = openLog(userDataDir);
  for (const message of startWarnings) log('warn', 'main', message);
  process.on('unhandledRejection', (reason) =>
    log('error', 'main', `unhandled rejection: ${String(reason)}`),
  );
  const shell = compose(log);
  const started = start(shell, log);
  if (launch.selfCheck === null) {
    started.catch((error: unknown) => {
      log('error', 'main', `not started: ${String(error)}`);
      app.exit(1);
    });
  } else void selfCheck(launch.selfCheck, started, shell);
}

/** What the organisation's policies say about updates. */
function updatesPolicy(): UpdatesPolicy {
  return NO_UPDATES_POLICY;
}

/** Puts the parts together; nothing is shown or answered yet. */
function compose(log: Log) {
  const warn = (message: string): void => log('warn', 'main', message);

  // ---- what is stored in the profile --------------------------------------------------------------------------

  const settings = openSettings(userDataDir, warn);
  const deviceId = deviceIdOf(userDataDir);
  const vault = systemVault(warn);
  const accounts = openAccounts(userDataDir, vault, warn);

  const language = (): Language => appLanguage(settings.value.language, launch.language);
  const t: Translate = (key, ...params) => translate(language(), key, ...params);

  // ---- windows, and what stands for them outside --------------------------------------------------------------

  const lifecycle = new Lifecycle();
  const windows = createWindows({
    preload: join(outDir, 'preload', 'index.cjs'),
    state: windowStateFile(userDataDir, warn),
    devTools,
    hideOnClose: () =>
      !lifecycle.isQuitting &&
      (process.platform === 'darwin' || (unread.hasTray && settings.value.closeToTray)),
    onHiddenToTray: trayNotice(userDataDir, () =>
      notifications.notice(t('shell.stillRunning'), t('shell.stillRunningBody'), () => windows.show()),
    ),
    onAttention: (attention) => session.setAttention(attention),
    log: (level, message) => log(level, 'windows', message),
  });
  const navigate = (to: Events['shell.navigate']): void => {
    windows.show();
    windows.send('shell.navigate', to);
  };
  const asked = new AskedFor({
    tell() {
      windows.show();
      windows.send('shell.navigate', { to: 'asked' });
    },
    log: (level, message) => log(level, 'links', message),
  });
  const unread = new UnreadDisplay({ windows, settings: () => settings.value, t });
  const presence = new Presence(() => announceState());
  const activeChannel = new ActiveChannel(windows, presence);
  const notifications = new Notifications({
    settings: () => settings.value,
    language,
    focusedChannel: () => activeChannel.inFocus(),
    open: (channel, messageSeq) =>
      navigate({ to: 'channel', channel, messageSeq: messageSeq > 0 ? messageSeq : null }),
  });

  // ---- the account --------------------------------------------------------------------------------------------

  const mediaTokens = new MediaTokens(join(userDataDir, 'accounts'));
  const session = new AccountSession({
    accounts,
    mediaTokens,
    workerScript: join(outDir, 'main', 'core.js'),
    deviceId,
    profileDir: userDataDir,
    offerReedit: () => settings.value.offerReedit,
    endSession,
    onDeltas: (deltas) => windows.send('core.deltas', deltas),
    onNotify: (candidate) => notifications.announce(candidate),
    onRenotify: (candidate) => notifications.replace(candidate),
    onAway: (chats) => notifications.announceAway(chats),
    onWithdraw: (channel, keys, readSeq) => notifications.withdraw(channel, keys, readSeq),
    onUnread: (plain, withMuted) => unread.setCounts(plain, withMuted),
    onSwitched() {
      activeChannel.set(null);
      media.forget();
      notifications.withdrawAll();
    },
    onChanged: announceState,
    onErased: () => clearSessionData(electronSession.defaultSession, warn),
    onRestarted: () => windows.main()?.webContents.reload(),
    log,
  });
  const media = new MediaActions({
    file: (channel, key, toOpen) => session.mediaFile(channel, key, toOpen),
    window: () => windows.main(),
  });

  const updates = createAppUpdates({
    userDataDir,
    settings: () => settings.value,
    policy: updatesPolicy,
    openExternal,
    onChanged: (now) => windows.send('updates.changed', now),
    quit: lifecycle.quit,
    log: (level, message) => log(level, 'updates', message),
  });

  // ---- settings and state, as the page sees them --------------------------------------------------------------

  function state(): ReturnType<typeof shellState> {
    return shellState({
      accounts,
      session,
      vault,
      launch,
      presence,
      settings: () => settings.value,
      language,
    });
  }
  function announceState(): void {
    void state().then((value) => windows.send('shell.changed', value));
  }
  function applySettings(): void {
    applySystemSettings(settings.value);
    setApplicationMenu(
      t,
      { navigate, quit: lifecycle.quit },
      { mac: process.platform === 'darwin', devTools },
    );
    session.setOfferReedit(settings.value.offerReedit);
    updates.changed();
    unread.show();
  }
  function changeSettings(patch: SettingsPatch): Settings {
    const value = settings.change(patch);
    applySettings();
    announceState();
    return value;
  }

  return {
    t,
    lifecycle,
    windows,
    asked,
    presence,
    unread,
    accounts,
    vault,
    window: () => windows.main(),
    session,
    updates,
    deviceId,
    media,
    mediaTokens,
    notifications,
    activeChannel,
    state,
    applySettings,
    changeSettings,
  };
}

type Shell = ReturnType<typeof compose>;

/** Ends the sessions at their servers while their tokens are still there, then leaves the rest to another process. */
async function forget({ accounts, session, lifecycle }: Shell, log: Log): Promise<void> {
  const ends = accounts.list().map(({ id }) => session.forget(id));
  for (const end of await Promise.allSettled(ends)) {
    if (end.status === 'rejected')
      log('warn', 'main', `an account was not left in order: ${String(end.reason)}`);
  }
  restartToForget(process, lifecycle.quit);
}

/** Another start of the app was told to forget. */
async function startedToForget(asked: 'ask' | 'yes', shell: Shell, log: Log): Promise<void> {
  if (asked === 'ask') shell.windows.show();
  if (asked === 'yes' || (await confirmForget(shell.t))) await forget(shell, log);
}

/** What the page may ask for. */
function answerPage(shell: Shell, log: Log): void {
  const { accounts, activeChannel, asked, deviceId, lifecycle, media, mediaTokens } = shell;
  const { notifications, presence, session, windows } = shell;
  serveApp(join(outDir, 'renderer'), mediaTokens);
  serveIpc({
    isTrusted: windows.owns,
    shell: {
      ...shell.updates.handlers,
      ...shellHandlers({
        accounts,
        session,
        signIn: signInWith(deviceId, () => accounts.list().map(({ server }) => server)),
        media,
        state: shell.state,
        exportDiagnostics: () =>
          exportDiagnostics({
            userDataDir,
            version: app.getVersion(),
            diagnostics: () => session.diagnostics(),
            window: () => windows.main(),
          }),
        changeSettings: shell.changeSettings,
        setActiveChannel: (channel) => activeChannel.set(channel),
        takeAsked: () => asked.take(),
        forgetEverything: () => forget(shell, log),
        quit: lifecycle.quit,
      }),
    },
    core: coreCalls({ session, notifications, presence }),
    log: (level, message) => log(level, 'ipc', message),
  });
}

/** Answers the page, shows what stands outside of it, and opens the last account. */
async function start(shell: Shell, log: Log): Promise<void> {
  const { lifecycle, windows, asked, presence, unread, accounts, session, updates } = shell;
  const warn = (message: string): void => log('warn', 'main', message);
  const show = (): void => windows.show();
  lifecycle.start({
    show,
    startedAgain(argv) {
      show();
      const told = forgetOf(argv);
      if (told !== null) void startedToForget(told, shell, log);
      else asked.start(argv);
    },
    openLink: (link) => asked.link(link),
    close: () => session.close(),
  });
  asked.start(process.argv);
  guardWebContents(warn);
  if (app.isPackaged) closeDebuggerDoor(warn);

  await app.whenReady();
  if (withoutSandbox(process)) warn('started without the sandbox of Chromium (--no-sandbox)');
  log('info', 'main', `start: version ${app.getVersion()}, electron ${process.versions['electron'] ?? '?'}`);
  denyPermissions(electronSession.defaultSession, warn);
  denyDownloads(electronSession.defaultSession, warn);
  await clearSessionData(electronSession.defaultSession, warn);
  answerPage(shell, log);
  presence.start();
  powerMonitor.on('resume', () => {
    session.networkHint();
    updates.woke();
  });
  powerMonitor.on('unlock-screen', () => session.networkHint());
  powerMonitor.on('lock-screen', () => session.screenLocked());
  const setDoNotDisturb = (on: boolean): void => void shell.changeSettings({ notifications: !on });
  unread.setTray(createTray({ show, setDoNotDisturb, quit: lifecycle.quit }, warn));
  shell.applySettings();
  const last = accounts.list().find((account) => account.keepSignedIn);
  if (last) {
    // A token that cannot be read any more is no error: the sign-in screen comes up.
    await session.open(last.id).catch((error: unknown) => warn(`not signed in: ${String(error)}`));
  }
  if (!launch.hidden) show();
  asked.ready();
  updates.start();
}
