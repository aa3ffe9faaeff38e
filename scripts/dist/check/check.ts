/**
 * `npm run dist:check [-- FOLDER]`: looks at every unpacked package in `dist/` (or FOLDER). Fails when there is none,
 * and for one that holds the fake runtime unless WUKONG_DIST=fake.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { reasonOf } from '../../../shared/errors.ts';
import { DIST, isFake } from '../make-packages.ts';
import { ARCHS, SYSTEMS, unpackedFolder } from '../targets.ts';
import { asksForHelp, USAGE } from '../usage.ts';
import { folderProblems } from './package-folder.ts';

/** Names of the packages that are fit, and what is wrong with the others. */
export async function checkDist(
  dist: string,
  allowFake: boolean,
): Promise<{ fit: string[]; problems: string[] }> {
  if (!existsSync(dist)) throw new Error(`there is no folder ${dist}: npm run dist makes packages`);
  const fit: string[] = [];
  const problems: string[] = [];
  for (const system of SYSTEMS) {
    for (const arch of [...ARCHS, ...(system === 'mac' ? (['universal'] as const) : [])]) {
      const name = unpackedFolder(system, arch);
      if (!existsSync(join(dist, name))) continue;
      const found = await folderProblems(join(dist, name), system, arch, allowFake).catch(
        (error: unknown) => [`it cannot be read: ${reasonOf(error)}`],
      );
      if (found.length === 0) fit.push(name);
      problems.push(...found.map((problem) => `${name}: ${problem}`));
    }
  }
  if (fit.length === 0 && problems.length === 0)
    problems.push(`no package in ${dist}: npm run dist makes one`);
  return { fit, problems };
}

function folderOf(args: readonly string[]): string {
  const [folder, ...others] = args;
  const odd = args.find((argument) => argument.startsWith('-')) ?? others[0];
  if (odd !== undefined) throw new Error(`npm run dist:check takes one folder at most, not ${odd}`);
  return resolve(folder ?? DIST);
}

if (import.meta.main) {
  const argv = process.argv.slice(2);
  if (asksForHelp(argv)) {
    console.log(USAGE.check);
    process.exit(0);
  }
  try {
    const { fit, problems } = await checkDist(folderOf(argv), isFake());
    for (const name of fit) console.log(`✓ ${name}`);
    for (const problem of problems) console.log(`✗ ${problem}`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(reasonOf(error));
    process.exitCode = 1;
  }
}
