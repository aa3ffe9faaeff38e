/** Which kinds are made together, for which processors, and what this computer cannot make. */
import { type DistOptions, TARGETS } from './dist-options.ts';
import { type Arch, ARCHS, type System } from './targets.ts';

export interface PlannedRun {
  /** What the packages of this run say of themselves; null = nothing. */
  kind: string | null;
  /** In electron-builder's names. */
  targets: readonly string[];
  archs: readonly (Arch | 'universal')[];
}

/** In this order. `platform`: of the computer that packs. */
export function plannedRuns(
  system: System,
  options: DistOptions,
  platform: NodeJS.Platform,
  say: (line: string) => void,
): PlannedRun[] {
  const wanted = options.dirOnly ? [] : targetsOf(system, options.targets, platform, say);
  if (!options.dirOnly && wanted.length === 0) return [];
  return runsOf(wanted).flatMap(({ kind, targets }) =>
    archGroups(archsOf(system, options, platform)).map((archs) => ({
      kind,
      targets: options.dirOnly ? ['dir'] : targets,
      archs,
    })),
  );
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
function targetsOf(
  system: System,
  wanted: readonly string[],
  platform: NodeJS.Platform,
  say: (line: string) => void,
): string[] {
  const all = TARGETS[system].filter((target) => wanted.length === 0 || wanted.includes(target));
  return all.filter((target) => {
    const only = target === 'msi' ? 'win32' : target === 'dmg' ? 'darwin' : null;
    if (only === null || only === platform) return true;
    say(`${target}: left out, it can only be made on ${only === 'win32' ? 'Windows' : 'macOS'}`);
    return false;
  });
}

function archsOf(
  system: System,
  { archs }: DistOptions,
  platform: NodeJS.Platform,
): readonly (Arch | 'universal')[] {
  if (archs.length > 0) return archs;
  // The halves are joined by a program of Xcode.
  return system === 'mac' && platform === 'darwin' ? ['universal'] : ARCHS;
}

/** A universal app is packed by another configuration than one for a single processor. */
function archGroups(archs: readonly (Arch | 'universal')[]): (readonly (Arch | 'universal')[])[] {
  const single = archs.filter((arch) => arch !== 'universal');
  return [
    ...(single.length > 0 ? [single] : []),
    ...(single.length < archs.length ? [['universal'] as const] : []),
  ];
}
