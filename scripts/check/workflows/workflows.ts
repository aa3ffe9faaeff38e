/** The check of `.github/workflows/`: our own rules, then actionlint. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../paths.ts';
import { actionlint } from './actionlint.ts';
import { workflowProblems } from './workflow-rules.ts';

const FOLDER = join(ROOT, '.github/workflows');

export async function checkWorkflows(): Promise<{ ok: boolean; output: string; skipped: string | null }> {
  const names = readdirSync(FOLDER).filter((name) => /\.ya?ml$/.test(name));
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const known = new Set(Object.keys(scripts));
  const problems = names.flatMap((name) =>
    workflowProblems({ name, text: readFileSync(join(FOLDER, name), 'utf8') }, known),
  );
  const { output, skipped } = await actionlint(names.map((name) => join(FOLDER, name)));
  if (output !== '') problems.push(output.trim());
  return { ok: problems.length === 0, output: problems.join('\n'), skipped };
}
