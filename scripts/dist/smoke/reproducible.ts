/** Builds and packs the app once more, elsewhere: app.asar has to be the same bytes. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildInto } from '../../build.ts';
import { makePackages } from '../make-packages.ts';
import { OUT, ROOT } from '../../paths.ts';
import { expectThat } from './steps.ts';
import { filesBelow } from '../check/package-folder.ts';

/** `packed` is the archive of a package for Windows on arm64, whose folder is the smallest. */
export async function packsTheSameAgain(
  packed: string,
  work: string,
  say: (line: string) => void,
): Promise<void> {
  const out = join(work, 'out-again');
  await buildInto(out);
  const [first, second] = [builtFiles(OUT), builtFiles(out)];
  expectThat(first.size > 5, 'the app is built');
  for (const [path, bytes] of first)
    expectThat(second.get(path)?.equals(bytes) === true, `two builds have the same ${path}`);
  const again = join(work, 'again');
  await makePackages(
    { systems: ['win'], archs: ['arm64'], targets: [], dirOnly: true, output: again, out },
    say,
  );
  const other = readFileSync(join(again, 'win-arm64-unpacked/resources/app.asar'));
  expectThat(other.equals(readFileSync(packed)), 'two packages have the same app.asar');
  // Else a checkout elsewhere gives others.
  expectThat(!other.includes(ROOT), 'no package says where it was built');
  rmSync(again, { recursive: true, force: true });
}

function builtFiles(folder: string): Map<string, Buffer> {
  const paths = filesBelow(folder).filter((path) => path !== '.built');
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path))]));
}
