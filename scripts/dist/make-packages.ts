/** Packs the built app with electron-builder: once for each system, once more for kinds with a mark of their own. */
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Arch as BuilderArch, build, Platform } from 'electron-builder';
import { CACHE, ROOT } from '../paths.ts';
import { withLock } from '../run.ts';
import { builderConfig } from './config.ts';
import { type DistOptions, TARGETS } from './dist-options.ts';
import { fakeDistribution } from './fake/fake-distribution.ts';
import { toolShims } from './fake/tool-shims.ts';
import { needPrograms } from './helper-programs.ts';
import { stageApp } from './stage.ts';
import { type Arch, ARCHS, type System } from './targets.ts';

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
  return process.env['WUKONG_DIST'] === 'fake';
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
    const wanted = options.dirOnly ? [] : targetsOf(system, options.targets, say);
    if (!options.dirOnly && wanted.length === 0) continue;
    if (wanted.includes('rpm') && !fake) await needPrograms(['rpmbuild'], say);
    for (const { kind, targets } of runsOf(wanted)) {
      for (const archs of archGroups(archsOf(system, options))) {
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
        const names = options.dirOnly ? ['dir'] : [...targets];
        const built = await build({
          projectDir: ROOT,
          config,
          publish: 'never',
          targets: new Map([[PLATFORM[system], new Map(archs.map((arch) => [BuilderArch[arch], names]))]]),
        });
        made.push(...built);
      }
    }
  }
  rmSync(stage.root, { recursive: true, force: true });
  return made;
}

/** Kinds that carry a mark of what they are, by which the app knows who brings its updates. */
const MARKED: readonly string[] = ['deb', 'rpm', 'msi'];

/**
 * One run for each marked kind: electron-builder makes all kinds of a run from one folder at the same time, and the
 * mark of one would get into the others. It writes those of deb and rpm itself, but none for an msi.
 */
function runsOf(targets: readonly string[]): { kind: string | null; targets: readonly string[] }[] {
  const others = targets.filter((target) => !MARKED.includes(target));
  return [
    ...targets
      .filter((target) => MARKED.includes(target))
      .map((target) => ({ kind: target === 'msi' ? 'msi' : null, targets: [target] })),
    // Last: the folder that stays is one without a mark.
    ...(others.length > 0 || targets.length === 0 ? [{ kind: null, targets: others }] : []),
  ];
}

/** What only its own system can make is left out elsewhere, with a word. */
function targetsOf(system: System, wanted: readonly string[], say: (line: string) => void): string[] {
  const all = TARGETS[system].filter((target) => wanted.length === 0 || wanted.includes(target));
  return all.filter((target) => {
    const only = target === 'msi' ? 'win32' : target === 'dmg' ? 'darwin' : null;
    if (only === null || only === process.platform) return true;
    say(`${target}: left out, it can only be made on ${only === 'win32' ? 'Windows' : 'macOS'}`);
    return false;
  });
}

function archsOf(system: System, { archs }: DistOptions): readonly (Arch | 'universal')[] {
  if (archs.length > 0) return archs;
  // The halves are joined by a program of Xcode.
  return system === 'mac' && process.platform === 'darwin' ? ['universal'] : ARCHS;
}

/** A universal app is packed by another configuration than one for a single processor. */
function archGroups(archs: readonly (Arch | 'universal')[]): (readonly (Arch | 'universal')[])[] {
  const single = archs.filter((arch) => arch !== 'universal');
  return [
    ...(single.length > 0 ? [single] : []),
    ...(single.length < archs.length ? [['universal'] as const] : []),
  ];
}

/** null: electron-builder downloads the runtime and compares it with the checksums of the `electron` package. */
function electronArchives(): string | null {
  const folder = process.env['WUKONG_ELECTRON_DIST'];
  if (folder === undefined || folder === '') return null;
  if (!existsSync(folder)) throw new Error(`WUKONG_ELECTRON_DIST: there is no folder ${folder}`);
  return resolve(folder);
}
