/**
 * `npm test`: checks, build, unit tests beside packages, specs. The last line is `N passed, N failed`; 0 only if all
 * ran and passed. Specs that only Electron's own runtime can show, and tests of what this computer has not, are listed
 * as skipped by name.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { reasonOf } from '../shared/errors.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfNeeded } from './build.ts';
import { runChecks } from './check/check.ts';
import type { SmokeSum } from './dist/smoke/steps.ts';
import { packageScript } from './packages.ts';
import { ROOT } from './paths.ts';
import { run } from './run.ts';
import { chooseRuntime, type Runtime } from './runtime.ts';
import { type SpecReport, type SpecSum, sumOfSpecs } from './spec-sum.ts';
import { sumOfUnitTests, type UnitReport, type UnitSum } from './unit-sum.ts';

interface Sum {
  passed: number;
  failed: number;
  /** How long it took, if that is not what its stage took. */
  seconds?: number;
  /** Names of what failed, for the end of a long log. */
  failures?: readonly string[];
}

const SMOKE = join(import.meta.dirname, 'dist/smoke/smoke.ts');

const say = (line: string): void => console.log(line);

/** A stage that could not run at all counts as one failure. */
async function stage(name: string, work: () => Promise<Sum>): Promise<Sum> {
  say(`\n== ${name}`);
  const startedAt = performance.now();
  let sum: Sum;
  try {
    sum = await work();
  } catch (error) {
    say(reasonOf(error));
    sum = { passed: 0, failed: 1, failures: [reasonOf(error)] };
  }
  const seconds = sum.seconds ?? (performance.now() - startedAt) / 1_000;
  say(`== ${name}: ${sum.passed} passed, ${sum.failed} failed (${Math.round(seconds)} s)`);
  return sum;
}

async function checks(): Promise<Sum> {
  const results = await runChecks(say);
  const failures = results.filter((result) => !result.ok).map(({ name }) => name);
  return { passed: results.length - failures.length, failed: failures.length, failures };
}

async function unitTests(folder: string): Promise<Sum> {
  const report = join(folder, 'vitest.json');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const result = await run(process.execPath, [packageScript('vitest'), ...args], {
    cwd: ROOT,
    print: true,
    timeoutMs: 15 * 60_000,
  });
  const sum = sumOfUnitTests(JSON.parse(await readFile(report, 'utf8')) as UnitReport, result.code, ROOT);
  sayWhatWasSkipped(sum);
  const { passed, failed, failures } = sum;
  return { passed, failed, failures };
}

function sayWhatWasSkipped({
  skipped,
  wronglySkipped,
}: Pick<UnitSum | SpecSum, 'skipped' | 'wronglySkipped'>): void {
  for (const name of wronglySkipped) say(`skipped, which counts as failed: ${name}`);
  if (skipped.length > 0) say(`${skipped.length} skipped by name:`);
  for (const name of skipped) say(`  ${name}`);
}

async function build(): Promise<Sum> {
  await buildIfNeeded(say);
  return { passed: 1, failed: 0 };
}

/**
 * What needs root is skipped by name without it, and is no failure: nobody should have to be root to test. In a process
 * of its own, whose words are said by who waits for it: it runs beside the unit tests, since both wait for much of
 * their time.
 */
async function packages(folder: string, runtime: Promise<Runtime>): Promise<Sum & { words: string }> {
  // Both may ask apt for what is missing.
  await runtime.catch(() => undefined);
  const startedAt = performance.now();
  const report = join(folder, 'smoke.json');
  const { code, output } = await run(process.execPath, [SMOKE, '--report', report], {
    cwd: ROOT,
    timeoutMs: 20 * 60_000,
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  const text = await readFile(report, 'utf8').catch(() => null);
  // Ended from outside: what it says may not be all of it.
  if (text === null || code === null)
    return { passed: 0, failed: 1, failures: ['packages: not to their end'], seconds, words: output };
  const { passed, failed, failures, skipped } = JSON.parse(text) as SmokeSum;
  const words = skipped.length > 0 ? `${output}${skipped.length} steps skipped, named above\n` : output;
  return { passed, failed, failures, seconds, words };
}

async function specs(folder: string, runtime: Promise<Runtime>): Promise<Sum> {
  const { kind } = await runtime;
  const report = join(folder, 'playwright.json');
  const args = ['test', '--config', 'e2e/playwright.config.ts', '--reporter=list,json'];
  const result = await run(process.execPath, [packageScript('playwright'), ...args], {
    cwd: ROOT,
    print: true,
    timeoutMs: 30 * 60_000,
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  });
  const sum = sumOfSpecs(JSON.parse(await readFile(report, 'utf8')) as SpecReport, kind);
  sayWhatWasSkipped(sum);
  const { passed, failed, failures } = sum;
  return { passed, failed: failed === 0 && result.code !== 0 ? 1 : failed, failures };
}

// A browser that has to be downloaded comes while the checks run; whoever needs it waits for it.
const runtime = chooseRuntime(say);
runtime.catch(() => undefined);
const folder = await mkdtemp(join(tmpdir(), 'wukong-test-'));
const sums: Sum[] = [await stage('check', checks), await stage('build', build)];
const packed = packages(folder, runtime);
packed.catch(() => undefined);
sums.push(
  await stage('unit, property and contract tests', () => unitTests(folder)),
  await stage('packages with the fake runtime', async () => {
    const sum = await packed;
    say(sum.words.trimEnd());
    return sum;
  }),
  // Alone: they are what the processors are short for.
  await stage('specs on the built app', () => specs(folder, runtime)),
);
await rm(folder, { recursive: true, force: true });
const passed = sums.reduce((total, sum) => total + sum.passed, 0);
const failed = sums.reduce((total, sum) => total + sum.failed, 0);
say('');
// A log is long and may be shown from its end only.
for (const name of sums.flatMap(({ failures }) => failures ?? [])) say(`failed: ${name}`);
say(`${passed} passed, ${failed} failed`);
// Not exitCode: what electron-builder tidies up with ends the process with 0 (async-exit-hook).
process.exit(failed === 0 && passed > 0 ? 0 : 1);
