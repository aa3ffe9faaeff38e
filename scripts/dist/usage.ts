/** What `--help` of the commands that make, check and try packages says. */
import { TARGETS } from './dist-options.ts';
import { ARCHS, SYSTEMS } from './targets.ts';

const kinds = SYSTEMS.map((system) => `--${system}: ${TARGETS[system].join(', ')}`).join('; ');

export const USAGE = {
  dist: `npm run dist -- ${SYSTEMS.map((system) => `[--${system}]`).join(' ')} [--dir] [--arch NAME] [--target NAME]
  Makes packages of the app in dist/; without a system those of this computer's.
  --dir            only the folders that would be packed
  --arch NAME      ${[...ARCHS, 'universal'].join(', ')} (universal: only on macOS); may be repeated
  --target NAME    one kind only, may be repeated (${kinds})
  WUKONG_DIST=fake packs the fake runtime of the tests; WUKONG_ELECTRON_DIST=FOLDER takes Electron's archives from there.
  More: docs/packaging.md`,
  check: `npm run dist:check [-- FOLDER]
  Looks at every unpacked package in dist/, or in FOLDER: content, sizes, fuses, seals, processors, documents, updates.
  Ends with 1 for one that is not fit, and for none. One with the fake runtime is fit where WUKONG_DIST=fake is set.
  More: docs/packaging.md`,
  smoke: `npm run dist:smoke [-- --report FILE]
  Packs the app with the fake runtime and checks every package; as root it also installs, uses, upgrades and removes them.
  --report FILE    its sum, as JSON
  More: docs/packaging.md`,
} as const;

/** Also beside other words: whoever asks wants nothing to be made. */
export function asksForHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-h');
}
