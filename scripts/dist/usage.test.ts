import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { TARGETS } from './dist-options.ts';
import { SYSTEMS } from './targets.ts';
import { asksForHelp, USAGE } from './usage.ts';

const run = promisify(execFile);

it.each([
  [['--help'], true],
  [['--linux', '-h'], true],
  [['--linux', '--dir'], false],
  [[], false],
])('%j asks for help: %s', (argv, asks) => expect(asksForHelp(argv)).toBe(asks));

it('names every system and every kind of package', () => {
  for (const word of [...SYSTEMS.map((system) => `[--${system}]`), ...Object.values(TARGETS).flat()])
    expect(USAGE.dist).toContain(word);
});

// The command reads electron-builder first, which takes seconds on a busy computer.
it('is said by the command, which then makes nothing', { timeout: 60_000 }, async () => {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'dist.ts'), '--mac', '--help']);
  expect(stdout).toBe(`${USAGE.dist}\n`);
});
