/**
 * `npm run fuzz -- [--cases N] [--seed S]`: the targets of fuzz.test.ts with many cases and a new seed. The last line
 * is `N cases, seed S: nothing found`, with exit code 0 only then; a finding prints its smallest case and the seed
 * repeats it.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { packageScript } from '../../scripts/packages.ts';
import { ROOT } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';

const DEFAULT_CASES = 100_000;
const LONGEST_MS = 6 * 3_600_000;

const { values } = parseArgs({ options: { cases: { type: 'string' }, seed: { type: 'string' } } });
const cases = Number(values.cases ?? DEFAULT_CASES);
const seed = Number(values.seed ?? randomInt(2 ** 31));
if (!Number.isInteger(cases) || cases < 100 || !Number.isInteger(seed)) {
  console.error('--cases takes a whole number from 100 on, --seed a whole number');
  process.exit(2);
}
console.log(`${cases} cases, seed ${seed}`);
const { code } = await run(process.execPath, [packageScript('vitest'), 'run', 'e2e/fuzz/fuzz.test.ts'], {
  cwd: ROOT,
  print: true,
  timeoutMs: LONGEST_MS,
  env: { ...process.env, WUKONG_FUZZ_CASES: String(cases), WUKONG_FUZZ_SEED: String(seed) },
});
if (code === 0) console.log(`${cases} cases, seed ${seed}: nothing found`);
else console.log(`Found something. Again with: npm run fuzz -- --cases ${cases} --seed ${seed}`);
process.exitCode = code === 0 ? 0 : 1;
