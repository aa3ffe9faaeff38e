/** The halves of the app for both processors of a Mac fit together; joining them for good takes a Mac. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderProblems } from '../check/package-folder.ts';
import { SINGLE_BINARIES } from '../config.ts';
import { makePackages } from '../make-packages.ts';
import { unpackedFolder } from '../targets.ts';
import { expectThat, must } from './steps.ts';

const APP = 'WuKong Desktop.app';

/** A head of `lipo -create`, and both programs behind it. */
const LIPO = `#!/bin/sh
{ printf '\\312\\376\\272\\276\\000\\000\\000\\002'; cat "$1" "$2"; } >"$5.joined" && mv "$5.joined" "$5"
`;

export async function halvesFitTogether(work: string, say: (line: string) => void): Promise<void> {
  const halves = join(work, 'halves');
  await makePackages(
    { systems: ['mac'], archs: ['x64', 'arm64'], targets: [], dirOnly: true, output: halves, halves: true },
    say,
  );
  const bin = join(work, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'lipo'), LIPO);
  chmodSync(join(bin, 'lipo'), 0o755);
  const joined = join(work, 'joined');
  mkdirSync(joined);
  const half = (arch: 'x64' | 'arm64'): string => join(halves, unpackedFolder('mac', arch), APP);
  await must(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, '../fake/join-halves.ts'),
      half('x64'),
      half('arm64'),
      join(joined, APP),
      SINGLE_BINARIES,
    ],
    { env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` } },
  );
  const problems = await folderProblems(joined, 'mac', 'universal', true);
  expectThat(problems.length === 0, problems.join('\n'));
}
