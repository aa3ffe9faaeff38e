/**
 * What looks for updates of this kind of installation and, where it can, loads and installs them. Loaded when it is
 * first needed: electron-updater has no place in the start of the app.
 */
import { join } from 'node:path';
import { UPDATES_FOLDER } from '../../../shared/updates-policy.ts';
import type { FeedFetch } from './feed-get.ts';
import type { Manifest } from './manifest.ts';
import { compareVersions } from './app-version.ts';
import { isSelfPackage, type PackageKind, packageFor } from './package-kind.ts';
import { createSelfUpdater, type Found } from './self-updater.ts';
import { readSignedFeed } from './signed-feed.ts';
import { UpdateError } from './update-error.ts';
import type { UpdateRecord } from './update-record.ts';
import type { UpdateSource } from './update-source.ts';

export interface UpdateEngine {
  /** Throws an UpdateError. */
  check: () => Promise<Found & { isNew: boolean }>;
  download: (onBytes: (sofar: number) => void, signal: AbortSignal) => Promise<void>;
  install: () => Promise<void>;
}

export interface EngineOptions {
  source: UpdateSource;
  fetch: FeedFetch;
  kind: PackageKind;
  platform: NodeJS.Platform;
  arch: string;
  version: string;
  userDataDir: string;
  resourcesPath: string;
  record: UpdateRecord;
  relaunch: (path: string) => void;
  quit: () => void;
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

export function createUpdateEngine(options: EngineOptions): UpdateEngine {
  const { source, fetch, kind, record, version, platform, arch } = options;
  const readManifest = (): Promise<Manifest> =>
    readSignedFeed({ source, fetch, record, platform, arch, nowMs: () => Date.now() });
  if (isSelfPackage(kind)) {
    const { relaunch, quit, log, userDataDir, resourcesPath } = options;
    const folder = join(userDataDir, UPDATES_FOLDER);
    return createSelfUpdater({
      kind,
      fetch,
      arch,
      version,
      folder,
      resourcesPath,
      readManifest,
      record,
      feed: source.feed,
      relaunch,
      quit,
      log,
    });
  }
  return {
    async check() {
      const manifest = await readManifest();
      const isNew =
        compareVersions(manifest.version, version) > 0 && record.isReached(manifest.stagingPercentage);
      return { manifest, file: packageFor(manifest.files, kind, arch), isNew };
    },
    download: byHand,
    install: byHand,
  };
}

async function byHand(): Promise<never> {
  throw new UpdateError('install', 'this installation is updated by hand');
}
