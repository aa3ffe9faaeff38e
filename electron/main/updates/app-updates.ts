/** Updates as the shell has them: this process's package, its feed, its times, and the answers to the page. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { app } from 'electron';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { UpdateState, updatesContract } from '../../../shared/ipc/contract/updates.ts';
import type { Settings } from '../../../shared/settings.ts';
import { type UpdatesPolicy, UPDATES_FOLDER } from '../../../shared/updates-policy.ts';
import type { Network } from '../../core/network/network.ts';
import { CheckTimes } from './check-times.ts';
import { feedFetch } from './feed-get.ts';
import { packageKind } from './package-kind.ts';
import { relaunchArguments } from './relaunch-arguments.ts';
import { openUpdateRecord } from './update-record.ts';
import { updateSource } from './update-source.ts';
import { Updates } from './updates.ts';

export interface AppUpdatesOptions {
  userDataDir: string;
  settings: () => Pick<Settings, 'autoUpdate' | 'updateChannel'>;
  policy: () => UpdatesPolicy;
  /** The app's own: proxies, sign-in and authorities as for servers. */
  network: Pick<Network, 'fetchBy'>;
  openExternal: (url: string) => Promise<unknown>;
  onChanged: (state: UpdateState) => void;
  /** Ends the app in its usual way: databases are closed before the process is. */
  quit: () => void;
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

export interface AppUpdates {
  handlers: Handlers<typeof updatesContract>;
  start: () => void;
  woke: () => void;
  /** Other proxies are set, or somebody signed in to one. */
  waysChanged: () => void;
  /** Settings or policy changed. */
  changed: () => void;
}

export function createAppUpdates(options: AppUpdatesOptions): AppUpdates {
  const { userDataDir, settings, policy, quit, log } = options;
  const record = openUpdateRecord(userDataDir, (message) => log('warn', message));
  const { platform, resourcesPath, arch } = process;
  // Of an installed app only where it runs (package-kind.ts); feed and keys are part of the build (update-source.ts).
  const env = process.env;
  const kind = packageKind({ platform, resourcesPath, env });
  const version = app.getVersion();
  const updates = new Updates({
    version,
    kind,
    source: () =>
      updateSource({
        isPackaged: app.isPackaged,
        env,
        policy: policy(),
        channel: settings().updateChannel,
      }),
    policy,
    automatic: () => settings().autoUpdate,
    channel: () => settings().updateChannel,
    lastCheckMs: () => record.lastCheckMs,
    async engine(source) {
      const { createUpdateEngine } = await import('./update-engine.ts');
      const relaunch = (path: string): void => {
        app.relaunch({ execPath: path, args: relaunchArguments(process.argv) });
        quit();
      };
      return createUpdateEngine({
        source,
        fetch: feedFetch(options.network),
        kind,
        platform,
        arch,
        version,
        userDataDir,
        resourcesPath,
        record,
        relaunch,
        quit,
        log,
      });
    },
    erase: () => rm(join(userDataDir, UPDATES_FOLDER), { recursive: true, force: true }),
    openExternal: options.openExternal,
    onChanged: options.onChanged,
    log,
  });
  const times = new CheckTimes({
    isOn: () => settings().autoUpdate,
    check: async () => (await updates.check()).failure === null,
  });
  return {
    handlers: {
      'updates.state': () => updates.state,
      'updates.check': () => updates.check(),
      'updates.download': () => {
        updates.download();
        return null;
      },
      'updates.pause': () => {
        updates.pause();
        return null;
      },
      'updates.discard': async () => {
        await updates.discard();
        return null;
      },
      'updates.restart': async () => {
        await updates.restart();
        return null;
      },
      'updates.open': async ({ what }) => {
        await updates.open(what);
        return null;
      },
    },
    start: () => times.start(),
    woke: () => times.woke(),
    waysChanged: () => times.waysChanged(),
    changed: () => updates.sourceChanged(),
  };
}
