/** Packs the built app with electron-builder: once for each system, once more for kinds with a mark of their own. */
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Arch as BuilderArch, build, Platform } from 'electron-builder';
import { CACHE, ROOT } from '../paths.ts';
import { withLock } from '../run.ts';
import { builderConfig } from './config.ts';
import type { DistOptions } from './dist-options.ts';
import { fakeDistribution } from './fake/fake-distribution.ts';
import { toolShims } from './fake/tool-shims.ts';
import { needPrograms } from './helper-programs.ts';
import { plannedRuns } from './planned-runs.ts';
import { stageApp } from './stage.ts';

export const DIST: string = join(ROOT, 'dist');

export interface MakeOptions extends DistOptions {
  output?: string;
  /** Tests of upgrades: another version than package.json's. */
  version?: string;
  /** Tests of reproducibility: another build of the app. */
  out?: string;
  /** Tests of the universal app: its halves, each in a folder. */
  halves?: boolean;
}

/** `WUKONG_DIST=fake`: the fake runtime and shims; nothing it makes is to be given to anybody. */
export function isFake(): boolean {
  const wanted = process.env['WUKONG_DIST'] ?? '';
  // "Fake" must not make packages that look as if they were for people.
  if (wanted !== '' && wanted !== 'fake')
    throw new Error(`WUKONG_DIST is ${JSON.stringify(wanted)}: it is "fake" or not set`);
  return wanted === 'fake';
}

/**
 * Where the manifest of updates is, the app knows from its own build (electron/main/updates) and not from this address
 * in app-update.yml; without one electron-builder writes neither manifest nor marks.
 */
const UPDATE_URL = 'https://updates.wukong-desktop.invalid/';

const PLATFORM = { linux: Platform.LINUX, win: Platform.WINDOWS, mac: Platform.MAC } as const;

/** Gives the paths of what was made. */
export function makePackages(options: MakeOptions, say: (line: string) => void): Promise<string[]> {
  // Two at a time would pack each other's half-filled folders.
  return withLock(join(CACHE, 'dist.lock'), () => pack(options, say));
}

async function pack(options: MakeOptions, say: (line: string) => void): Promise<string[]> {
  const fake = isFake();
  const output = options.output ?? DIST;
  const stage = stageApp(join(output, '.stage'), options);
  if (fake) Object.assign(process.env, await toolShims(say));
  const electronDist = fake ? fakeDistribution(stage.electronVersion) : electronArchives();
  const made: string[] = [];
  for (const system of options.systems) {
    const runs = plannedRuns(system, options, process.platform, say);
    if (runs.some(({ targets }) => targets.includes('rpm')) && !fake) await needPrograms(['rpmbuild'], say);
    for (const { kind, targets, archs } of runs) {
      const config = builderConfig({
        system,
        stage,
        output,
        electronDist,
        updateUrl: UPDATE_URL,
        packageType: kind,
        universal: options.halves ?? archs.includes('universal'),
        quick: fake,
      });
      const built = await build({
        projectDir: ROOT,
        config,
        publish: 'never',
        targets: new Map([
          [PLATFORM[system], new Map(archs.map((arch) => [BuilderArch[arch], [...targets]]))],
        ]),
      });
      made.push(...built);
    }
  }
  rmSync(stage.root, { recursive: true, force: true });
  return made;
}

/** null: electron-builder downloads the runtime and compares it with the checksums of the `electron` package. */
function electronArchives(): string | null {
  const folder = process.env['WUKONG_ELECTRON_DIST'];
  if (folder === undefined || folder === '') return null;
  if (!existsSync(folder)) throw new Error(`WUKONG_ELECTRON_DIST: there is no folder ${folder}`);
  return resolve(folder);
}
