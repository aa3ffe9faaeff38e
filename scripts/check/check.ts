/** `npm run check`: types, lint, format, layer rules, unused code and dependencies. Prints what failed. */
import { pathToFileURL } from 'node:url';
import { layerRuleProblems } from './layer-check.ts';
import { packageScript } from '../packages.ts';
import { ROOT } from '../paths.ts';
import { run } from '../run.ts';

export interface CheckResult {
  name: string;
  ok: boolean;
  output: string;
  seconds: number;
}

type Check = [name: string, work: () => Promise<{ ok: boolean; output: string }>];

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

const CHECKS: readonly Check[] = [
  ['types: electron, shared, server, bench', tool('typescript', ['-p', 'tsconfig.json'], 'tsc')],
  ['types: renderer', tool('typescript', ['-p', 'renderer/tsconfig.json'], 'tsc')],
  ['types: e2e', tool('typescript', ['-p', 'e2e/tsconfig.json'], 'tsc')],
  ['lint', tool('oxlint', ['--type-aware', '--deny-warnings'])],
  ['format', tool('oxfmt', ['--check'])],
  [
    'layer rules',
    async () => {
      const problems = await layerRuleProblems();
      return { ok: problems.length === 0, output: problems.join('\n') };
    },
  ],
  ['unused files, exports and dependencies', tool('knip', [])],
];

/** Runs all checks, also after a failure. */
export async function runChecks(say: (line: string) => void): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const [name, work] of CHECKS) {
    const startedAt = performance.now();
    const { ok, output } = await work().catch((error: unknown) => ({ ok: false, output: String(error) }));
    const seconds = (performance.now() - startedAt) / 1_000;
    say(`${ok ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)`);
    if (!ok) say(output.trim());
    results.push({ name, ok, output, seconds });
  }
  return results;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const results = await runChecks((line) => console.log(line));
  const failed = results.filter((result) => !result.ok);
  console.log(
    failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.map(({ name }) => name).join('; ')}`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}
