/** Each kind of false claim is found, and what is true is not reported. The repository is a handful of texts. */
import { describe, expect, it } from 'vitest';
import { claimProblems } from './claims.ts';
import { commentWidthProblems } from './comment-width.ts';
import { commentProblems } from './comments.ts';
import { parsePage } from './markdown.ts';
import { constantIn, numberProblems } from './numbers.ts';
import { referenceProblems } from './references.ts';
import { type Repository, repositoryOf } from './repository.ts';
import { storageTableProblems } from './storage-tables.ts';

function repository(texts: Record<string, string>): Repository {
  return repositoryOf(Object.keys(texts), (path) => texts[path] ?? '', ['out']);
}

const PROTOCOL = `# Protocol

## 0. Facts
1. One
2. Two

## A. SDK
### A.5 Faults
| # | behaviour |
|---|---|
| 1 | loses |
| 16 | throws |

## 5. Messages
### 5.1 Shape
The quick brown fox.
### 5.2 More
## 11. Defects
| # | defect |
|---|---|
| 2 | sends it |

**Seams.** Text.
`;
const RECALL = '# Recall\n\n## Leak check\n\n## What stays, what goes\n\n## `npm` and more: 撤回!\n';

function problemsOf(text: string, file = 'electron/a.ts'): string[] {
  return referenceProblems(
    repository({ 'docs/protocol/api.md': PROTOCOL, 'docs/recall.md': RECALL, [file]: text }),
  );
}

describe('a document that is named', () => {
  it.each([
    '// api.md',
    '// docs/protocol/api.md says so',
    '/** (api.md 5.1) */',
    '/** (api.md 5.1, 5.2, A.5): more */',
    '/** api.md 5-11, recall.md */',
    '/** api.md A.5 fault 16 */',
    '/** api.md fact 2 */',
    '/** api.md 0, fact 2 */',
    '/** api.md 11.2: a row of the table of 11 */',
    '/** api.md A.5, 18 faults of it */',
    '/** api.md A server sends it */',
    '/** (api.md 5.1 "quick brown") */',
    '/** api.md 5.1 `quick*` */',
    '/** (recall.md, "Leak check") */',
    '/** (recall.md, "What stays … */',
    '/** (api.md, "Seams") */',
    '/** docs/recall.md#leak-check */',
    '/**\n * wrapped (api.md\n * 5.1) and (recall.md, "Leak\n * check")\n */',
    '// https://example.org/other.md',
  ])('exists: %s', (text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it.each([
    ['// other.md', 'electron/a.ts:1 names other.md, which does not exist'],
    ['// docs/api.md', 'electron/a.ts:1 names docs/api.md, which does not exist'],
    ['\n// (api.md 5.3)', 'electron/a.ts:2 names section 5.3 of api.md, which does not exist'],
    ['// api.md 5.1, 7', 'electron/a.ts:1 names section 7 of api.md, which does not exist'],
    ['/** api.md\n * B.6 */', 'electron/a.ts:1 names section B.6 of api.md, which does not exist'],
    ['// api.md A.5 fault 3', 'electron/a.ts:1 names entry 3 of A.5 of api.md, which does not exist'],
    ['// api.md fact 3', 'electron/a.ts:1 names entry 3 of 0 of api.md, which does not exist'],
    ['// api.md 5.1 "lazy dog"', 'electron/a.ts:1 names "lazy dog" of api.md, which does not exist'],
    ['// (recall.md, "Leaks")', 'electron/a.ts:1 names "Leaks" of recall.md, which does not exist'],
    ['// recall.md#leaks', 'electron/a.ts:1 names #leaks of recall.md, which does not exist'],
  ])('does not: %s', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('may not be one of two', () => {
    const found = referenceProblems(
      repository({ 'a/x.md': '#', 'b/x.md': '#', 'c.ts': '// x.md\n// a/x.md' }),
    );
    expect(found).toEqual(['c.ts:1 names x.md, which may be a/x.md or b/x.md']);
  });
});

describe('a link of a page', () => {
  it('leads to a file, a folder, a picture, a heading', () => {
    const page =
      '[a](../recall.md#leak-check) ![b](../c.png) [d](..) [e](#here) [f](https://x.org/y.md)\n# Here\n';
    const texts = { 'docs/recall.md': RECALL, 'docs/c.png': '', 'docs/design/p.md': page };
    expect(referenceProblems(repository(texts))).toEqual([]);
  });

  it('does not lead to what is not there', () => {
    const page = '[a](recall.md#leaks)\n![b](c.png)\n[r](recall.md), "Nothing"\n[x](y.md)';
    expect(problemsOf(page, 'docs/p.md')).toEqual([
      'docs/p.md:3 names "Nothing" of docs/recall.md, which does not exist',
      'docs/p.md:4 names docs/y.md, which does not exist',
      'docs/p.md:1 links to recall.md#leaks, a heading that docs/recall.md does not have',
      'docs/p.md:2 links to c.png, which does not exist',
      'docs/p.md:4 links to y.md, which does not exist',
    ]);
  });

  it('uses the anchors that GitHub makes', () => {
    expect([...parsePage('p.md', '# A `b`, c: 撤回!\n## A b c\n## A b c\n').anchors]).toEqual([
      'a-b-c-撤回',
      'a-b-c',
      'a-b-c-1',
    ]);
  });
});

describe('what a page says of the tree', () => {
  const tree = {
    'electron/core/store/a.ts': '',
    'electron/core/store/a.test.ts': "it('keeps its order', …); it(\"says 'x'\")",
    'electron/core/sync/b.ts': '',
    'package.json': '{"scripts": {"check": "", "bench": "", "test": ""}}',
    'bench/ingest.ts': '',
  };
  const problems = (text: string, path = 'docs/p.md') => claimProblems(repository({ ...tree, [path]: text }));

  it.each([
    '`electron/core/store/a.ts`, `store/a.ts`, `a.ts`, `store/`, `electron/core/sync`, `electron/**/*.ts`, `{a,b}.ts`, `out/main`',
    '`cache.db` `message` `POST /v1/x` `--port N` `a.b()`',
    '`a.test.ts` "keeps its order", `store/a.test.ts` ("keeps its …")',
    '`npm run check`, `npm test`, `npm run bench -- ingest --quick`',
    '| folder of `electron/core` | |\n|---|---|\n| `store/` | |\n| `sync`, `sync/b.ts` | |',
    '```\n`nothing.ts`\n```',
  ])('true: %s', (text) => {
    expect(problems(text)).toEqual([]);
  });

  it.each([
    ['`store/c.ts`', 'docs/p.md:1 names store/c.ts, which does not exist'],
    ['\n`electron/core/outbox`', 'docs/p.md:2 names electron/core/outbox, which does not exist'],
    ['`launch/`', 'docs/p.md:1 names launch/, which does not exist'],
    ['`e*.tsx`', 'docs/p.md:1 names e*.tsx, which does not exist'],
    [
      '`a.test.ts` "loses"',
      'docs/p.md:1 names the test "loses", which electron/core/store/a.test.ts does not have',
    ],
    ['`npm run lint`', 'docs/p.md:1 names `npm run lint`, which is no script'],
    ['`npm run bench -- none`', 'docs/p.md:1 names the benchmark none, which does not exist'],
    [
      '| folder of `electron/core` | |\n|---|---|\n| `store` | |',
      'docs/p.md:1 leaves out electron/core/sync',
    ],
  ])('false: %s', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it('takes the table of a README for its own folder', () => {
    expect(
      problems('| folder | holds |\n|---|---|\n| `store/` | |\n| `old/` | |', 'electron/core/README.md'),
    ).toEqual([
      'electron/core/README.md:4 names old/, which does not exist',
      'electron/core/README.md:1 lists old, which is not in electron/core',
      'electron/core/README.md:1 leaves out electron/core/sync',
    ]);
  });
});

const SOURCE =
  'export const LIMIT = 5 * 60_000;\nconst t = { everyMs: 2_500, cost: 2 ** 14 };\nconst RATE: number = 7;\n';

const check = (page: string, says: RegExp, constant: string, unit = 1) =>
  numberProblems(repository({ 'docs/p.md': page, 'a/b.ts': SOURCE }), [
    { page: 'docs/p.md', says, file: 'b.ts', constant, unit },
  ]);

describe('numbers', () => {
  it('are read from the code', () => {
    expect(['LIMIT', 'everyMs', 'cost', 'RATE', 'NONE'].map((name) => constantIn(SOURCE, name))).toEqual([
      300_000,
      2_500,
      16_384,
      7,
      null,
    ]);
  });

  it('are compared in the units of the page', () => {
    expect(check('for five\nminutes', /for (\w+) minutes/, 'LIMIT', 60_000)).toEqual([]);
    expect(check('every 2.5 s', /every ([\d.]+) s/, 'everyMs', 1_000)).toEqual([]);
    expect(check('16 384 rows, 16,384', /([\d ]+) rows/, 'cost')).toEqual([]);
    expect(check('for 4 minutes', /for (\d+) minutes/, 'LIMIT', 60_000)).toEqual([
      'docs/p.md says 4 where LIMIT in a/b.ts is 5',
    ]);
    expect(check('nothing', /for (\d+)/, 'LIMIT')).toEqual([
      String.raw`docs/p.md does not say /for (\d+)/ any more (number-claims.ts)`,
    ]);
    expect(check('for 4', /for (\d+)/, 'GONE')).toEqual([
      'a/b.ts has no number GONE any more (number-claims.ts)',
    ]);
  });
});

const storagePage = (cache: string, outbox: string) =>
  `| cache.db | holds |\n|---|---|\n${cache}\n\n| outbox.db | holds |\n|---|---|\n${outbox}\n`;

describe('the tables of the databases', () => {
  const migrations = {
    'x/migrations/cache-001-initial.ts': 'CREATE TABLE main.message (\nCREATE VIRTUAL TABLE main.old USING',
    'x/migrations/cache-002-more.ts': 'DROP TABLE main.old;',
    'x/migrations/outbox-001-initial.ts': 'CREATE TABLE outbox.draft (\nCREATE TABLE outbox.job (',
  };

  it('are those of the page', () => {
    const text = storagePage('| `message` | |\n| `message_search_0`, `_1` … | |', '| `draft`, `job` | |');
    expect(storageTableProblems(repository({ ...migrations, 'docs/storage.md': text }))).toEqual([]);
  });

  it('are not', () => {
    const text = storagePage('| `message`, `old` | |', '| `draft` | |');
    expect(storageTableProblems(repository({ ...migrations, 'docs/storage.md': text }))).toEqual([
      'docs/storage.md:1 lists old, which no migration makes',
      'docs/storage.md:5 leaves out job of outbox.db',
    ]);
  });
});

describe('comments', () => {
  it('name files that exist', () => {
    const texts = { 'a/b.ts': '/** b.ts, a/b.ts, settings.json */\nconst x = "c.ts";\n// see d/c.ts\n' };
    expect(commentProblems(repository(texts))).toEqual(['a/b.ts:3 names d/c.ts, which does not exist']);
  });

  it('are wrapped', () => {
    const long = 'x'.repeat(120);
    const text = `// ${long}\nconst a = '// ${long}';\nf(); // ${long}\n// oxlint-disable-next-line x -- ${long}\n * ${'y'.repeat(117)}\n  {/* ${long} */}\n`;
    expect(commentWidthProblems(repository({ 'a.ts': text })).map((problem) => problem.slice(0, 6))).toEqual([
      'a.ts:1',
      'a.ts:3',
      'a.ts:6',
    ]);
  });
});
