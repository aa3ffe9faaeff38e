/**
 * `npm run check`, eleven checks: types (electron, shared, server and bench; renderer; e2e), lint, format, layer rules,
 * circles between folders, sizes, what docs and comments name, workflows, unused code and dependencies. Prints what
 * failed, and what was skipped and why.
 */
import { pathToFileURL } from 'node:url';
import { docsProblems } from './docs/docs-check.ts';
import { folderCircleProblems } from './folder-circles.ts';
import { layerRuleProblems } from './layer-check.ts';
import { packageScript } from '../packages.ts';
import { ROOT } from '../paths.ts';
import { run } from '../run.ts';
import { sizeProblems } from './size-ratchet.ts';
import { checkWorkflows } from './workflows/workflows.ts';

export interface CheckResult {
  name: string;
  ok: boolean;
  output: string;
  skipped: string | null;
  seconds: number;
}

interface Outcome {
  ok: boolean;
  output: string;
  /** A part that could not run here, and why. */
  skipped?: string | null;
}

type Check = [name: string, work: () => Promise<Outcome>];

function tool(packageName: string, args: readonly string[], command = packageName): Check[1] {
  return async () => {
    const result = await run(process.execPath, [packageScript(packageName, command), ...args], {
      cwd: ROOT,
      timeoutMs: 300_000,
      env: { ...process.env, NO_COLOR: '1' },
    });
    return {
      ok: result.code === 0,
      output: result.timedOut ? `${result.output}\nstopped after 5 minutes` : result.output,
    };
  };
}

function problemsOf(find: () => Promise<string[]>): Check[1] {
  return async () => {
    const problems = await find();
    return { ok: problems.length === 0, output: problems.join('\n') };
  };
}

/** With one checker: each of several works out for itself what the others know already, twice as much for no more. */
const types = (config: string): Check[1] => tool('typescript', ['-p', config, '--checkers', '1'], 'tsc');

const CHECKS: readonly Check[] = [
  ['types: electron, shared, server, bench', types('tsconfig.json')],
  ['types: renderer', types('renderer/tsconfig.json')],
  ['types: e2e', types('e2e/tsconfig.json')],
  ['lint', tool('oxlint', ['--type-aware', '--deny-warnings'])],
  ['format', tool('oxfmt', ['--check'])],
  ['layer rules', problemsOf(layerRuleProblems)],
  ['circles between folders', problemsOf(folderCircleProblems)],
  ['size of files and functions', problemsOf(sizeProblems)],
  ['what docs and comments name', problemsOf(docsProblems)],
  ['workflows', checkWorkflows],
  ['unused files, exports and dependencies', tool('knip', [])],
];

/** Runs all checks, also after a failure, two at a time: some use one processor only. Says each as it ends. */
export async function runChecks(say: (line: string) => void): Promise<CheckResult[]> {
  const waiting = [...CHECKS];
  const results: CheckResult[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const result = await runCheck(next);
      const skipped = result.skipped ? `; skipped: ${result.skipped}` : '';
      say(`${result.ok ? '✓' : '✗'} ${result.name} (${result.seconds.toFixed(1)} s)${skipped}`);
      if (!result.ok) say(result.output.trim());
      results.push(result);
    }
  };
  await Promise.all([work(), work()]);
  return results;
}

async function runCheck([name, work]: Check): Promise<CheckResult> {
  const startedAt = performance.now();
  const {
    ok,
    output,
    skipped = null,
  }: Outcome = await work().catch((error: unknown) => ({ ok: false, output: String(error) }));
  return { name, ok, output, skipped, seconds: (performance.now() - startedAt) / 1_000 };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const results = await runChecks((line) => console.log(line));
  const failed = results.filter((result) => !result.ok);
  console.log(
    failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.map(({ name }) => name).join('; ')}`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}
