/**
 * What every file in `.github/workflows/` has to keep to, read line by line: the files are ours and written plainly.
 * That they are right for GitHub is what actionlint says (actionlint.ts).
 */

export interface Workflow {
  /** For messages. */
  name: string;
  text: string;
}

const USES = /^\s*(?:-\s+)?uses:\s*(.*?)\s*$/;
/** A tag can be moved to other code; a commit cannot. The version stands beside it for people. */
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
const SECRET = /^\s+[A-Z][A-Z0-9_]*: \$\{\{ secrets\.[A-Z][A-Z0-9_]*(?: != '')? \}\}$/;
const uncommented = (line: string): string => line.replace(/(^|\s)#.*$/, '');
const NPM_SCRIPT = /\bnpm (?:run(?: -s| --silent)* ([\w:.-]+)|(test|start)\b)/g;

export function workflowProblems(workflow: Workflow, scripts: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  const lines = workflow.text.split('\n');
  const say = (line: number, what: string): void => void problems.push(`${workflow.name}:${line}: ${what}`);
  for (const [index, line] of lines.entries()) {
    const used = USES.exec(line)?.[1];
    if (used !== undefined && !used.startsWith('./') && !PINNED.test(used))
      say(index + 1, `"${used}" is not pinned: owner/name@<40 hex digits> # v<version>`);
    // Written in another way, the rule above would not see it.
    else if (used === undefined && /^[^#]*\buses["']?\s*:/.test(line))
      say(index + 1, 'write "uses:" at the beginning of its line');
    for (const [, run, plain] of line.matchAll(NPM_SCRIPT)) {
      const name = run ?? plain ?? '';
      if (!scripts.has(name)) say(index + 1, `package.json has no script "${name}"`);
    }
    const foreign = /\b(pull_request_target|workflow_run|issue_comment)\b/.exec(line)?.[1];
    if (foreign !== undefined) say(index + 1, `${foreign} runs foreign code with our secrets`);
    if (/:\s*write-all\b/.test(line)) say(index + 1, 'name the permissions that are needed');
    if (/\bsecrets\b/.test(uncommented(line)) && !SECRET.test(line))
      say(index + 1, 'a secret is the value of a variable of one step: NAME: ${{ secrets.NAME }}');
    if (/\$\{\{[^}]*\bgithub\.(?:event\b|head_ref\b)/.test(line))
      say(index + 1, 'what strangers can write (titles, branches) may not become part of a command');
  }
  problems.push(...permissionProblems(workflow, lines), ...jobProblems(workflow, lines));
  const code = lines.map(uncommented);
  if (code.some((line) => /\bpull_request\b/.test(line))) {
    if (code.some((line) => /\bsecrets\b/.test(line)))
      problems.push(`${workflow.name}: pull requests reach this workflow, so it names no secret`);
    if (code.some((line) => /^\s*[\w-]+:\s*write\s*$/.test(line)))
      problems.push(`${workflow.name}: pull requests reach this workflow, so no job may write`);
  }
  return problems;
}

/** Nothing but reading for all jobs; a job that needs more says so itself. */
function permissionProblems({ name }: Workflow, lines: readonly string[]): string[] {
  const at = lines.findIndex((line) => line.startsWith('permissions:'));
  if (at === -1) return [`${name}: no permissions at the top: the default may write`];
  if (/^permissions:\s*\{\}\s*$/.test(lines[at] ?? '')) return [];
  const granted = blockBelow(lines, at);
  return granted.every((line) => /^\s+contents: read$/.test(line)) && granted.length > 0
    ? []
    : [`${name}: at the top only "contents: read"`];
}

function jobProblems({ name }: Workflow, lines: readonly string[]): string[] {
  const problems: string[] = [];
  const jobs = lines.findIndex((line) => line === 'jobs:');
  if (jobs === -1) return [`${name}: no jobs`];
  if (!lines.some((line) => line.startsWith('concurrency:'))) problems.push(`${name}: no concurrency`);
  for (let at = jobs + 1; at < lines.length; at += 1) {
    const [, job] = /^ {2}([\w-]+):\s*$/.exec(lines[at] ?? '') ?? [];
    if (job === undefined) continue;
    const block = blockBelow(lines, at);
    if (!block.some((line) => /^ {4}timeout-minutes: \d+$/.test(line)))
      problems.push(`${name}: job ${job} has no timeout-minutes`);
    for (const [index, line] of block.entries()) {
      if (!/uses: actions\/checkout@/.test(line)) continue;
      const step = block.slice(index, index + 4).join('\n');
      if (!step.includes('persist-credentials: false'))
        problems.push(`${name}: job ${job} leaves its token in the checkout (persist-credentials: false)`);
    }
  }
  return problems;
}

const depth = (line: string): number => line.length - line.trimStart().length;

/** The lines that belong to the one at `at`: those that are indented deeper. */
function blockBelow(lines: readonly string[], at: number): string[] {
  const own = depth(lines[at] ?? '');
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => line.trim() !== '' && depth(line) <= own);
  return rest.slice(0, end === -1 ? rest.length : end).filter((line) => line.trim() !== '');
}
