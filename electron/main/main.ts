/** The app, loaded by entry.ts: puts the shell together. What does something lives in the files imported here. */
import { join } from 'node:path';
import { app, dialog } from 'electron';
import { z } from 'zod';
import type { Settings } from '../../shared/settings.ts';
import { type Translate, translate } from '../../shared/strings/index.ts';
import { narrowTree } from '../core/store/files/private-files.ts';
import { type Log, openLog } from './diagnostics/log.ts';
import { keepCode } from './accounts/code-cache.ts';
import { answerPage } from './answer-page.ts';
import { Places } from './ipc/account-handlers.ts';
import { followPower } from './follow-power.ts';
import { Lifecycle } from './lifecycle.ts';
import { QuietWatch } from './notifications/quiet-watch.ts';
import { openLock } from './open-lock.ts';
import { openNotifications } from './open-notifications.ts';
import { openProfile } from './open-profile.ts';
import { openSettings } from './open-settings.ts';
import { openAccountParts } from './open-account-parts.ts';
import { openLast } from './open-session.ts';
import { checkServer } from './policies/enforced.ts';
import { openWindows } from './open-windows.ts';
import { readFirstFiles, registerAppScheme } from './protocol/protocol.ts';
import { closeDebuggerDoor, refusedStart, withoutSandbox } from './security/packaged-start.ts';
import { askSystemForMicrophone } from './security/microphone.ts';
import { denyDownloads, guardPermissions, guardWebContents, sandboxEveryPage } from './security/security.ts';
import { confirmForget, forgetEverything, restartToForget } from './forget.ts';
import { allSessions, defaultSession, pageSession } from './security/page-session.ts';
import { clearSessionData, keepNoHttpCache } from './security/session-data.ts';
import { selfCheck, temporaryProfile } from './self-check.ts';
import {
  forgetOf,
  languageOf,
  parseLaunchOptions,
  profileArgsOf,
  userDataDirOf,
} from './settings/launch-options.ts';
import { introduceToSystem, removeLeftNotifications, showOnActivation } from './system/identity.ts';
import { loginItem, startedAtLogin, WatchedLoginItem } from './system/login-item.ts';
import { ShowShortcut } from './system/show-shortcut.ts';
import { spellChecker } from './system/spell-checker.ts';
import { showTasks, type TaskActions } from './system/tasks.ts';
import { ActiveChannel } from './windows/active-channel.ts';
import { offerEditMenus } from './windows/edit-menu.ts';
import { type MenuActions, setApplicationMenu } from './windows/menu.ts';
import { Presence } from './windows/presence.ts';
import { AfterPage } from './windows/after-page.ts';
import { createTray } from './windows/tray.ts';
import { UnreadDisplay } from './windows/unread-display.ts';

/** `EX_USAGE` of sysexits.h. */
const USAGE_EXIT_CODE = 64;

// Each of its checks is run a few times only: a function made for it from text would cost more than it saves.
z.config({ jitless: true });

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
introduceToSystem(process.platform);
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
  app.exit(USAGE_EXIT_CODE);
} else if (launch.selfCheck === '') {
  // A script whose variable is empty wants a check, and not the app of whoever runs it.
  console.error('--self-check=FILE: the name of a file is needed');
  app.exit(USAGE_EXIT_CODE);
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

/** Puts the parts together; nothing is shown or answered yet. */
function compose(log: Log) {
  const warn = (message: string): void => log('warn', 'main', message);
  const profile = openProfile(userDataDir, launch.language, warn);
  const { policies, settings, accounts, language, t } = profile;

  // ---- windows, and what stands for them outside --------------------------------------------------------------

  const lifecycle = new Lifecycle();
  const later = new AfterPage();
  const spelling = spellChecker(process.platform, userDataDir);
  const { windows, navigate, asked, attention } = openWindows({
    outDir,
    userDataDir,
    devTools,
    spellcheck: spelling.kind !== 'none',
    settings: () => settings.value,
    isQuitting: () => lifecycle.isQuitting,
    hasTray: () => unread.hasTray,
    later,
    tellOfTray: (show) => notifications.notice(t('shell.stillRunning'), t('shell.stillRunningBody'), show),
    isLocked: () => locking.lock.isLocked,
    mayGoTo: (to) => locking.mayGoTo(to),
    onAttention(now) {
      session.setAttention(now);
      if (!now.visible) locking.idle.putAway();
    },
    // Whoever comes back may have changed something in the system's own settings.
    onZoom: () => shown.announce(),
    onChats: () => shown.announce(),
    account: () => session.account?.id ?? null,
    onCameBack: () => atLogin.hasChanged() && shown.announce(),
    log,
  });
  const unread = new UnreadDisplay({ windows, settings: () => settings.value, quiet: () => quiet.until, t });
  const presence = new Presence(() => {
    shown.announce();
    locking.attend();
  });
  const quiet = new QuietWatch(
    () => settings.value.quietHours,
    () => shown.quietChanged(),
  );
  const places = new Places();
  const locking = openLock({
    userDataDir,
    settings: () => settings.value,
    language,
    presence,
    accounts,
    places,
    session: () => session,
    windows: () => windows,
    activeChannel: () => activeChannel,
    notifications: () => notifications,
    onChanged: () => shown.announce(),
    isRequired: policies.requireAppLock && launch.selfCheck === null,
    warn,
  });
  const isLocked = (): boolean => locking.lock.isLocked;
  const activeChannel = new ActiveChannel(windows, presence);
  const notifications = openNotifications({
    settings: () => settings.value,
    language,
    t,
    activeChannel,
    presence,
    attention,
    navigate,
    isLocked,
    page: () => windows.main()?.webContents ?? null,
    send: (event, payload) => windows.send(event, payload),
    accounts,
    session: () => session,
  });

  // ---- the accounts -------------------------------------------------------------------------------------------

  const parts = openAccountParts({
    ...profile,
    outDir,
    userDataDir,
    // The account of the self-check is of no server: a lock is no reason to call the installation broken.
    check: (server) => (launch.selfCheck === null ? checkServer(policies, server) : undefined),
    windows,
    notifications,
    unread,
    isLocked,
    activeChannel,
    quit: lifecycle.quit,
    onChanged: () => shown.announce(),
    onSwitched: () => locking.onSwitched(),
    log,
  });
  const { session, network, updates } = parts;

  // ---- settings and state, as the page sees them --------------------------------------------------------------

  const atLogin = new WatchedLoginItem(loginItem(process.platform, process.env['APPIMAGE'] ?? null));
  const shown = openSettings({
    ...profile,
    file: settings,
    session,
    launch,
    presence,
    quiet,
    chatWindows: () => windows.chats.channels,
    hasPasscode: () => locking.lock.isSet,
    showShortcut: new ShowShortcut(() => windows.show()),
    zoom: windows.zoomed,
    network: () => network.state(),
    loginItem: atLogin,
    spelling,
    windows,
    unread,
    updates,
    showMenus: (now) =>
      later.run(() =>
        showMenus({ t, navigate, setDoNotDisturb, zoom: windows.zoom, quit: lifecycle.quit }, now, warn),
      ),
  });
  const setDoNotDisturb = (on: boolean): void => void shown.change({ notifications: !on });

  return {
    ...profile,
    ...parts,
    navigate,
    server: () => session.account?.server ?? launch.server ?? accounts.lastServer() ?? '',
    lifecycle,
    later,
    windows,
    asked,
    spelling,
    presence,
    quiet,
    unread,
    window: () => windows.main(),
    notifications,
    places,
    locking,
    activeChannel,
    state: shown.state,
    settled: shown.settled,
    applySettings: shown.apply,
    changeSettings: shown.change,
    currentSettings: () => settings.value,
    setDoNotDisturb,
    atLogin,
    announceState: shown.announce,
  };
}

type Shell = ReturnType<typeof compose>;

/** Ends the sessions at their servers while their tokens are still there, then leaves the rest to another process. */
async function forget({ accounts, session, lifecycle }: Shell, log: Log): Promise<void> {
  // No account takes the place of another any more.
  await session.close();
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

interface MenuParts extends MenuActions, TaskActions {
  t: Translate;
}

/** The menus that the system shows. (The tray's goes with the unread count.) */
function showMenus({ t, ...actions }: MenuParts, settings: Settings, warn: (message: string) => void): void {
  const where = { mac: process.platform === 'darwin', devTools, keys: settings.commandKeys };
  setApplicationMenu(t, actions, where);
  const state = { t, doNotDisturb: !settings.notifications, profileArgs: profileArgsOf(launch) };
  showTasks(process.platform, actions, state, warn);
}

/** Answers the page, shows what stands outside of it, and opens the last account. */
async function start(shell: Shell, log: Log): Promise<void> {
  const { lifecycle, windows, asked, presence, session, unread, updates } = shell;
  const warn = (message: string): void => log('warn', 'main', message);
  const show = (): void => windows.show();
  lifecycle.start({
    show,
    startedAgain(argv) {
      if (!argv.includes('--hidden')) show();
      const told = forgetOf(argv);
      if (told !== null) void startedToForget(told, shell, log);
      else asked.start(argv);
    },
    openLink: (link) => asked.link(link),
    takeLastWords: () => windows.lastWords.take(),
    close() {
      shell.notifications.withdrawAll();
      return session.close();
    },
  });
  asked.start(process.argv);
  guardWebContents(warn);
  offerEditMenus(shell.t);
  if (app.isPackaged) closeDebuggerDoor(warn);
  const firstFiles = readFirstFiles(join(outDir, 'renderer'));
  // While Chromium starts. Whose token it is, nobody can read before that is ready.
  const { accounts } = shell;
  if (accounts.rail().some(({ id }) => !accounts.isExpired(id))) session.loadAhead();
  setImmediate(() => {
    // What is there is for this user alone, too. (A second start only shows the window of the first.)
    narrowTree(userDataDir);
    // Node reads its fetch when it is first named: before the page asks, not when it does.
    void globalThis.Response;
  });

  await app.whenReady();
  if (withoutSandbox(process)) warn('started without the sandbox of Chromium (--no-sandbox)');
  log('info', 'main', `start: version ${app.getVersion()}, electron ${process.versions['electron'] ?? '?'}`);
  for (const session of allSessions()) {
    guardPermissions(session, warn, session === pageSession() ? askSystemForMicrophone : null);
    denyDownloads(session, warn);
    shell.spelling.prepare(session);
  }
  // What an earlier version left on disk. The session of the pages is new and in memory: no page waits for this.
  const cleared = clearSessionData([defaultSession()], warn);
  answerPage({ ...shell, outDir, userDataDir, firstFiles, forgetEverything: () => forget(shell, log), log });
  // The page loads while the account opens: it asks for the state and is answered when that has come to something.
  if (!launch.hidden && !startedAtLogin(process.platform)) show();
  else shell.later.begin();
  presence.start();
  shell.locking.attend();
  const opened = openLast(shell, warn).finally(shell.settled);
  shell.applySettings();
  followPower(shell);
  const replyLost = (): void =>
    shell.notifications.notice(shell.t('shell.replyFailed'), shell.t('shell.replyLost'), show);
  showOnActivation(process.platform, { show, replyLost });
  removeLeftNotifications(process.platform);
  const tray = {
    show,
    setDoNotDisturb: shell.setDoNotDisturb,
    openQuietHours: () => shell.navigate({ to: 'settings', page: 'notifications' }),
    quit: lifecycle.quit,
  };
  shell.later.run(() => {
    unread.setTray(createTray(tray, warn));
    unread.show();
  });
  await opened;
  await cleared;
  asked.ready();
  updates.start();
  keepCode();
}
