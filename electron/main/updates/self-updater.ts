/**
 * electron-updater with our manifest and our downloads: it keeps what was loaded, runs the nsis installer and feeds
 * macOS's Squirrel. What it would trust by itself it never sees: addresses, versions and hashes come from the signed
 * manifest, every byte through feed-get.ts, and an AppImage is replaced by replace-app-image.ts.
 */
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AppUpdater,
  AppImageUpdater,
  CancellationToken,
  MacUpdater,
  NsisUpdater,
  Provider,
  type ResolvedUpdateFileInfo,
  type UpdateInfo,
} from 'electron-updater';
import type { ProviderRuntimeOptions } from 'electron-updater/out/providers/Provider.js';
import { app } from 'electron';
import type { FeedFetch } from './feed-get.ts';
import type { Manifest, PackageFile } from './manifest.ts';
import { downloadPackage } from './package-download.ts';
import { packageFor, type SelfPackage } from './package-kind.ts';
import { replaceAppImage } from './replace-app-image.ts';
import { sha512Of } from './sha512-of.ts';
import { UpdateError, updateErrorOf } from './update-error.ts';
import type { UpdateRecord } from './update-record.ts';

export interface SelfUpdaterOptions {
  kind: SelfPackage;
  fetch: FeedFetch;
  arch: string;
  /** What runs now. */
  version: string;
  /** Of the installed app. */
  resourcesPath: string;
  /** Where packages are kept until they are installed. */
  folder: string;
  readManifest: () => Promise<Manifest>;
  record: Pick<UpdateRecord, 'isReached'>;
  /** The folder that file names of the manifest are in. */
  feed: URL;
  /** Ends the app and starts what is at `path`, where the installer does not do it. */
  relaunch: (path: string) => void;
  quit: () => void;
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/** A manifest, and the file of it that is for this installation. */
export interface Found {
  manifest: Manifest;
  file: PackageFile | undefined;
}

export interface SelfUpdater {
  /** Whether the manifest is newer than what runs, and meant for us. Throws an UpdateError. */
  check: () => Promise<Found & { isNew: boolean }>;
  /** Loads what `check` found last. Throws an UpdateError, or an AbortError when `signal` ends it. */
  download: (onBytes: (sofar: number) => void, signal: AbortSignal) => Promise<void>;
  /**
   * Checks what was loaded once more, installs it and ends the app; does not return before that. Throws an UpdateError;
   * then the app goes on.
   */
  install: () => Promise<void>;
}

export function createSelfUpdater(options: SelfUpdaterOptions): SelfUpdater {
  const updater = updaterOf(options);
  const ownFile = options.kind.kind === 'appImage' ? fileAt(options.kind.path) : null;
  /** What a feed was last believed to have; a check that fails takes nothing away. */
  let found: Found | null = null;
  let loaded: { path: string; sha512: string } | null = null;

  updater.setFeedURL({
    provider: 'custom',
    updateProvider: class extends SignedProvider {
      override async read(): Promise<Found> {
        const manifest = await options.readManifest();
        found = { manifest, file: packageFor(manifest.files, options.kind, options.arch) };
        return found;
      }
      override readonly feed = options.feed;
    },
  });
  return {
    async check() {
      const result = await updater.checkForUpdates().catch((error: unknown) => {
        throw updateErrorOf(error, 'install');
      });
      // Set by `read`.
      const now = found;
      if (result === null || now === null)
        throw new UpdateError('install', 'the updater says that it is not active');
      if (!result.isUpdateAvailable) {
        // What was installed meanwhile, or is not offered any more, takes no space.
        loaded = null;
        await rm(options.folder, { recursive: true, force: true }).catch(() => undefined);
      }
      if (result.isUpdateAvailable && !now.file)
        throw new UpdateError('noPackage', `${now.manifest.version} has no package for this system`);
      return { ...now, isNew: result.isUpdateAvailable };
    },
    async download(onBytes, signal) {
      const file = found?.file;
      if (!file) throw new UpdateError('install', 'nothing was found to be loaded');
      const token = new CancellationToken();
      signal.addEventListener('abort', () => token.cancel(), { once: true });
      setExecutor(updater, async (url, destination) => {
        // Beside the folder that electron-updater empties whenever something fails.
        const name = `${Buffer.from(file.sha512, 'base64').toString('hex', 0, 16)}.part`;
        const path = join(options.folder, name);
        await removeOtherParts(options.folder, name);
        await downloadPackage({ url, fetch: options.fetch, file, path, onBytes, signal });
        await rename(path, destination);
      });
      const [path] = await updater.downloadUpdate(token).catch((error: unknown) => {
        if (signal.aborted) throw new DOMException('paused', 'AbortError');
        throw updateErrorOf(error, 'install');
      });
      if (path === undefined) throw new UpdateError('install', 'the updater loaded nothing');
      loaded = { path, sha512: file.sha512 };
    },
    async install() {
      if (loaded === null) throw new UpdateError('install', 'nothing was loaded');
      const { path, sha512 } = loaded;
      try {
        if (options.kind.kind === 'appImage') {
          const there = await fileAt(options.kind.path);
          if (there !== null && there !== (await ownFile)) {
            // Another profile's app was faster, perhaps with a newer version: nothing goes back to ours.
            options.log('info', 'the app was replaced meanwhile: it is started as it is now');
            options.relaunch(options.kind.path);
            return;
          }
          await replaceAppImage(path, options.kind.path, sha512);
          options.relaunch(options.kind.path);
          return;
        }
        if ((await sha512Of(path)) !== sha512)
          throw new UpdateError('changed', 'what was loaded is not the file of the manifest any more');
        if (updater instanceof NsisUpdater) {
          await startInstaller(updater);
          options.quit();
        } else await handToSquirrel(updater);
      } catch (error) {
        throw updateErrorOf(error, 'install');
      }
    },
  };
}

/** Which file has this name now; a replaced one is another. null = none that can be looked at. */
async function fileAt(path: string): Promise<string | null> {
  try {
    const { dev, ino, size } = await stat(path);
    return `${dev} ${ino} ${size}`;
  } catch {
    return null;
  }
}

/** A program that cannot be started says so at once. */
const INSTALLER_STARTS_MS = 1_000;

/** Silent, and starts the app again afterwards. The installer waits for the app's end. */
async function startInstaller(updater: NsisUpdater): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  updater.once('error', reject);
  const started = setTimeout(resolve, INSTALLER_STARTS_MS);
  try {
    if (!updater.install(true, true)) reject(new UpdateError('install', 'the installer was not started'));
    await promise;
  } catch (error) {
    // Otherwise it would not be started a second time.
    (updater as unknown as { quitAndInstallCalled: boolean }).quitAndInstallCalled = false;
    throw error;
  } finally {
    clearTimeout(started);
    updater.off('error', reject);
  }
}

/** Squirrel checks the code signature of what it gets, then ends the app and starts the new one. */
function handToSquirrel(updater: AppUpdater): Promise<never> {
  return new Promise((_never, failed) => {
    updater.once('error', failed);
    updater.quitAndInstall();
  });
}

/** What came of a version that is not wanted any more. */
async function removeOtherParts(folder: string, name: string): Promise<void> {
  const others = (await readdir(folder)).filter((other) => other.endsWith('.part') && other !== name);
  await Promise.all(others.map((other) => rm(join(folder, other), { force: true })));
}

/** What electron-updater asks for a manifest and for the addresses of its files; it sees the one file for us. */
abstract class SignedProvider extends Provider<UpdateInfo> {
  abstract readonly feed: URL;
  abstract read(): Promise<Found>;

  constructor(_options: unknown, _updater: unknown, runtime: ProviderRuntimeOptions) {
    super(runtime);
  }

  async getLatestVersion(): Promise<UpdateInfo> {
    const { manifest, file } = await this.read();
    const { version, issued, stagingPercentage, minimumSystemVersion } = manifest;
    const files = file
      ? [
          {
            url: file.url,
            sha512: file.sha512,
            size: file.size,
            isAdminRightsRequired: file.isAdminRightsRequired ?? false,
          },
        ]
      : [];
    return {
      version,
      files,
      path: file?.url ?? '',
      sha512: file?.sha512 ?? '',
      releaseDate: new Date(issued).toISOString(),
      stagingPercentage,
      ...(minimumSystemVersion !== undefined && { minimumSystemVersion }),
    };
  }

  resolveFiles({ files }: UpdateInfo): ResolvedUpdateFileInfo[] {
    return files.map((info) => ({ url: new URL(info.url, this.feed), info }));
  }
}

function updaterOf({
  kind,
  version,
  folder,
  resourcesPath,
  record,
  log,
  quit,
}: SelfUpdaterOptions): AppUpdater {
  const adapter = {
    version,
    name: app.getName(),
    // What is no installed app has no feed and does not get here, but for tests.
    isPackaged: true,
    appUpdateConfigPath: join(resourcesPath, 'app-update.yml'),
    userDataPath: folder,
    baseCachePath: folder,
    whenReady: () => app.whenReady(),
    relaunch: () => app.relaunch(),
    quit,
    onQuit: () => undefined,
  };
  const updater =
    kind.kind === 'nsis'
      ? new NsisUpdater(undefined, adapter)
      : kind.kind === 'macZip'
        ? new MacUpdater(undefined, adapter)
        : new AppImageUpdater(undefined, adapter);
  updater.logger = {
    info: (message: unknown) => log('info', String(message)),
    warn: (message: unknown) => log('warn', String(message)),
    error: (message: unknown) => log('error', String(message)),
  };
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.disableDifferentialDownload = true;
  updater.disableWebInstaller = true;
  updater.allowPrerelease = true;
  // Setting a channel would turn it on; ours is in the name of the manifest, and nothing older is ever installed.
  updater.allowDowngrade = false;
  updater.isUserWithinRollout = ({ stagingPercentage }) => record.isReached(stagingPercentage ?? 100);
  keepPrivate(updater, kind.kind === 'nsis');
  // It emits what it also throws.
  updater.on('error', () => undefined);
  return updater;
}

/** The parts of electron-updater that its types do not name. */
interface Inside {
  httpExecutor: { download: (url: URL, destination: string) => Promise<string> };
  stagingUserIdPromise: { value: Promise<string> };
  configOnDisk: { value: Promise<object> };
  loadUpdateConfig: () => Promise<{ publisherName?: unknown }>;
}

function setExecutor(updater: AppUpdater, load: (url: URL, destination: string) => Promise<void>): void {
  (updater as unknown as Inside).httpExecutor = {
    async download(url, destination) {
      await load(url, destination);
      return destination;
    },
  };
}

/**
 * Installations are not told apart by the feed: the stock id in a header is never made, a rollout is counted here. Of
 * the settings that the packager leaves beside the app only the name in the code signature of Windows is used.
 */
function keepPrivate(updater: AppUpdater, isNsis: boolean): void {
  const inside = updater as unknown as Inside;
  inside.stagingUserIdPromise = { value: Promise.resolve('') };
  const own = { updaterCacheDirName: 'package' };
  const ofPackager = async (): Promise<object> => {
    const { publisherName } = await inside.loadUpdateConfig();
    return { ...own, publisherName };
  };
  inside.configOnDisk = { value: isNsis ? ofPackager() : Promise.resolve(own) };
  // Asked for again by whoever needs it: nobody waits for it now.
  inside.configOnDisk.value.catch(() => undefined);
}
