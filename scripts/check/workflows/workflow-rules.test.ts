import { describe, expect, it } from 'vitest';
import { workflowProblems } from './workflow-rules.ts';

const SHA = '3d3c42e5aac5ba805825da76410c181273ba90b1';
const GOOD = `name: x
on:
  push:
permissions:
  contents: read
concurrency:
  group: x
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@${SHA} # v7.0.1
        with:
          persist-credentials: false
      - uses: ./.github/actions/own
      - run: npm ci && npm test && npm run -s e2e -- a.spec.ts
  two:
    needs: one
    timeout-minutes: 5
    permissions:
      contents: write
    runs-on: ubuntu-24.04
    steps:
      - run: echo
`;
const problems = (text: string): string[] =>
  workflowProblems({ name: 'x.yml', text }, new Set(['test', 'e2e']));

it('a workflow that keeps to the rules', () => expect(problems(GOOD)).toEqual([]));

describe('is told what is wrong', () => {
  it.each<[string, string, string]>([
    ['a tag', GOOD.replace(`@${SHA} # v7.0.1`, '@v7'), 'x.yml:13: "actions/checkout@v7" is not pinned'],
    ['a branch', GOOD.replace(`@${SHA} # v7.0.1`, '@main # v7.0.1'), 'is not pinned'],
    ['a short commit', GOOD.replace(SHA, SHA.slice(0, 12)), 'is not pinned'],
    ['no version beside it', GOOD.replace(' # v7.0.1', ''), 'is not pinned'],
    ['a loose version', GOOD.replace('# v7.0.1', '# v7'), 'is not pinned'],
    ['an image', GOOD.replace('./.github/actions/own', 'docker://alpine:3'), 'is not pinned'],
    [
      'a reusable workflow',
      GOOD.replace('./.github/actions/own', 'a/b/.github/workflows/c.yml@v1'),
      'is not pinned',
    ],
    ['a script that is not there', GOOD.replace('run -s e2e', 'run dist:check'), 'no script "dist:check"'],
    ['no permissions', GOOD.replace('permissions:\n  contents: read\n', ''), 'no permissions at the top'],
    [
      'too many',
      GOOD.replace('  contents: read\n', '  contents: read\n  packages: write\n'),
      'only "contents: read"',
    ],
    [
      'all of them',
      GOOD.replace('permissions:\n  contents: read', 'permissions: write-all'),
      'name the permissions',
    ],
    [
      'no time limit',
      GOOD.replace('    timeout-minutes: 5\n    steps', '    steps'),
      'job one has no timeout-minutes',
    ],
    ['no concurrency', GOOD.replace('concurrency:\n  group: x\n', ''), 'no concurrency'],
    [
      'a token in the checkout',
      GOOD.replace('persist-credentials: false', 'fetch-depth: 0'),
      'leaves its token',
    ],
    ['foreign code with our secrets', GOOD.replace('push:', 'pull_request_target:'), 'pull_request_target'],
    ['the code of a fork after its run', GOOD.replace('push:', 'workflow_run:'), 'workflow_run runs foreign'],
    ['comments of anybody', GOOD.replace('push:', 'issue_comment:'), 'issue_comment runs foreign'],
    [
      'an action in braces',
      GOOD.replace('- run: echo', '- { uses: a/b@v1 }'),
      'at the beginning of its line',
    ],
    ['an action in quotes', GOOD.replace('- run: echo', '- "uses": a/b@v1'), 'at the beginning of its line'],
    [
      'an action behind a name',
      GOOD.replace('- run: echo', '- {name: x, uses: a/b@v1}'),
      'beginning of its line',
    ],
    ['a secret in a command', GOOD.replace('echo', 'echo ${{ secrets.X }}'), 'a secret is the value of'],
    ['all secrets', GOOD.replace('needs: one', 'secrets: inherit'), 'a secret is the value of'],
    [
      'a title in a command',
      GOOD.replace('echo', 'echo ${{ github.event.head_commit.message }}'),
      'strangers',
    ],
    ['a branch in a command', GOOD.replace('echo', 'echo "${{ github.head_ref }}"'), 'strangers'],
    ...['pull_request:', '[push, pull_request]', 'pull_request'].flatMap(
      (trigger): [string, string, string][] => {
        const reached = GOOD.replace(
          'on:\n  push:',
          trigger.endsWith(':') ? `on:\n  ${trigger}` : `on: ${trigger}`,
        );
        return [
          [
            `a secret in ${trigger}`,
            reached.replace('- run: echo', '- env:\n          X: ${{ secrets.X }}'),
            'names no secret',
          ],
          [`a right to write in ${trigger}`, reached, 'no job may write'],
        ];
      },
    ),
  ])('%s', (_name, text, problem) => {
    expect(text).not.toBe(GOOD);
    expect(problems(text).join('\n')).toContain(problem);
  });
});
