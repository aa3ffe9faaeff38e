/** Arguments of `npm run dist`. */
import { type Arch, ARCHS, type System, SYSTEMS } from './targets.ts';

/** In electron-builder's names. */
export const TARGETS = {
  linux: ['AppImage', 'deb', 'rpm', 'tar.gz'],
  win: ['nsis', 'msi'],
  mac: ['dmg', 'zip'],
} as const satisfies Record<System, readonly string[]>;

export interface DistOptions {
  systems: readonly System[];
  /** Empty = what is usual for the system: both, on macOS one universal app. */
  archs: readonly (Arch | 'universal')[];
  /** Empty = all of the system that this computer can make. */
  targets: readonly string[];
  /** Only the folders that would be packed. */
  dirOnly: boolean;
}

const OF_THIS_COMPUTER: Readonly<Partial<Record<NodeJS.Platform, System>>> = {
  linux: 'linux',
  win32: 'win',
  darwin: 'mac',
};

const targetsOf = (system: System): readonly string[] => TARGETS[system];

/** Throws one sentence for what it does not know. */
export function parseDistOptions(argv: readonly string[], platform: NodeJS.Platform): DistOptions {
  const systems = new Set<System>();
  const archs = new Set<Arch | 'universal'>();
  const targets = new Set<string>();
  let dirOnly = false;
  for (let at = 0; at < argv.length; at += 1) {
    const [, name = '', , given] = /^--([^=]+)(=(.*))?$/s.exec(argv[at] ?? '') ?? [];
    const value = (): string => {
      if (given === undefined) at += 1;
      return given ?? argv[at] ?? '';
    };
    const system = SYSTEMS.find((one) => one === name);
    if (system) systems.add(system);
    else if (name === 'dir') dirOnly = true;
    else if (name === 'arch') archs.add(known(value(), [...ARCHS, 'universal' as const], '--arch'));
    else if (name === 'target') targets.add(known(value(), Object.values(TARGETS).flat(), '--target'));
    else
      throw new Error(
        `npm run dist does not know ${argv[at] ?? ''}: --linux, --win, --mac, --dir, --arch, --target`,
      );
  }
  if (systems.size === 0) {
    const own = OF_THIS_COMPUTER[platform];
    if (own === undefined)
      throw new Error(`no packages are made for ${platform}: say --linux, --win or --mac`);
    systems.add(own);
  }
  for (const target of targets)
    if (![...systems].some((system) => targetsOf(system).includes(target)))
      throw new Error(`--target ${target} is no kind of package for ${[...systems].join(', ')}`);
  if (archs.has('universal')) {
    const other = [...systems].find((system) => system !== 'mac');
    if (other !== undefined) throw new Error(`--arch universal is for macOS only, not for --${other}`);
    if (platform !== 'darwin') throw new Error('--arch universal can only be made on macOS');
  }
  return { systems: [...systems], archs: [...archs], targets: [...targets], dirOnly };
}

function known<T extends string>(value: string, all: readonly T[], option: string): T {
  const found = all.find((one) => one === value);
  if (found === undefined) throw new Error(`${option} is one of ${all.join(', ')}`);
  return found;
}
