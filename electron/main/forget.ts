/**
 * "Forget everything on this computer": erases what the app has stored here, all profiles and accounts. A process of
 * its own does it (`--forget-everything`), which has nothing of the profile open: Chromium writes its files until the
 * very end, and Windows erases none that is open.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { app, dialog } from 'electron';
import { APP_ID } from '../../shared/app-identity.ts';
import { reasonOf } from '../../shared/errors.ts';
import type { Translate } from '../../shared/strings/index.ts';
import { temporaryProfile } from './self-check.ts';
import { loginItem } from './system/login-item.ts';
import { packageKind } from './updates/package-kind.ts';

/** The switch that the app gives itself: the person has been asked. */
const ASKED = '--forget-everything=yes';

export interface ForgetOptions {
  /** The folder of the default profile, which holds the others. */
  profile: string;
  /** Somebody has said yes already. */
  asked: boolean;
  t: Translate;
}

/** Asks if nobody has, erases, and ends the app: 0 = everything is gone or the person said no. */
export async function forgetEverything({ profile, asked, t }: ForgetOptions): Promise<void> {
  if (!mayBeErased(profile, app.getPath('home'))) {
    dialog.showErrorBox(t('forget.failed'), t('forget.noProfile', { path: profile }));
    app.exit(1);
    return;
  }
  const ours = temporaryProfile('forget');
  app.setPath('userData', ours);
  app.setPath('sessionData', ours);
  await app.whenReady();
  if (!asked && !(await confirmForget(t))) {
    app.exit(0);
    return;
  }
  // The system no longer starts the app at login.
  loginItem(process.platform, null).set(false);
  await forgetKey();
  const left = await erase(
    placesOf({
      profile,
      home: app.getPath('home'),
      platform: process.platform,
    }),
  );
  if (left.length > 0) {
    dialog.showErrorBox(t('forget.failed'), left.join('\n'));
    app.exit(1);
    return;
  }
  app.exit(0);
}

/** false = no. Used where the page is not there to ask. */
export async function confirmForget(t: Translate): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: t('forget.title'),
    message: t('forget.title'),
    detail: t('forget.body'),
    buttons: [t('action.cancel'), t('forget.confirm')],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 1;
}

/** From the running app: it ends, and the process that erases starts when it has. */
export function restartToForget(from: ThisProcess, quit: () => void): void {
  const kind = packageKind(from);
  // An AppImage's program lies in a mount that ends with this process: the file itself is started.
  app.relaunch({
    args: forgetArguments(from.argv),
    ...(kind.kind === 'appImage' ? { execPath: kind.path } : {}),
  });
  quit();
}

type ThisProcess = Pick<NodeJS.Process, 'argv' | 'env' | 'platform' | 'resourcesPath'>;

/** Of the arguments of this start only what says where the profile is and which language to speak. */
export function forgetArguments(argv: readonly string[]): string[] {
  // Not packaged, the app's folder or script stands before the switches.
  const [first] = app.isPackaged ? [] : argv.slice(1, 2);
  const named = /^--(user-data-dir|lang)(=|$)/;
  // A value may stand behind a space (launch-options.ts).
  const kept = argv.filter(
    (argument, at) =>
      named.test(argument) ||
      (!argument.startsWith('--') && /^--(user-data-dir|lang)$/.test(argv[at - 1] ?? '')),
  );
  return [...(first === undefined ? [] : [first]), ...kept, ASKED];
}

interface Computer {
  profile: string;
  home: string;
  platform: NodeJS.Platform;
}

/** Files and folders with anything of the app or of what was said in it. What somebody saved elsewhere is theirs. */
export function placesOf({ profile, home, platform }: Computer): string[] {
  if (platform !== 'darwin') return [profile];
  const library = join(home, 'Library');
  return [
    profile,
    join(library, 'Logs', 'WuKong Desktop'),
    join(library, 'Caches', APP_ID),
    join(library, 'Caches', `${APP_ID}.ShipIt`),
    join(library, 'HTTPStorages', APP_ID),
    join(library, 'Preferences', `${APP_ID}.plist`),
    join(library, 'Saved Application State', `${APP_ID}.savedState`),
  ];
}

/**
 * A slip in `--user-data-dir` must not cost somebody their files: the folder has to be a profile of the app, and may
 * not hold the home folder. One that is not there is as good as erased.
 */
export function mayBeErased(profile: string, home: string): boolean {
  const way = relative(profile, home);
  const holdsHome = way === '' || !(way.startsWith('..') || isAbsolute(way));
  if (holdsHome) return false;
  const names = existsSync(profile) ? readdirSync(profile) : [];
  return names.includes('device-id') || names.every((name) => OF_RUNTIME.test(name));
}

/** What Electron and Chromium make in a profile before the app writes its first file. */
const OF_RUNTIME = /^(Singleton|Crashpad|lockfile$|Local State|standin-instances$)/;

/** Paths that are still there, with the reason; the others are gone whatever became of these. */
export async function erase(places: readonly string[]): Promise<string[]> {
  const results = await Promise.allSettled(
    // Programs that look for viruses, and the process that has just ended, keep files open for a moment.
    places.map((path) => rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })),
  );
  return results.flatMap((result, index) =>
    result.status === 'rejected' ? [`${places[index] ?? ''}: ${reasonOf(result.reason)}`] : [],
  );
}

/**
 * The key in the system's keychain that tokens were sealed with. It opens nothing any more, so a system that does not
 * let go of it is no failure; on Windows it lies in the profile.
 */
function forgetKey(): Promise<void> {
  const name = app.getName();
  const [program, args]: [string, string[]] =
    process.platform === 'darwin'
      ? ['/usr/bin/security', ['delete-generic-password', '-s', `${name} Safe Storage`]]
      : ['/usr/bin/secret-tool', ['clear', 'application', name]];
  if (process.platform === 'win32') return Promise.resolve();
  return new Promise((done) => execFile(program, args, { timeout: 5_000 }, () => done()));
}
