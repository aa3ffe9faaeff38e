/** What pages say about the repository that can be looked up: files, folders, scripts, options, titles of tests. */
import { posix } from 'node:path';
import { type Page, parsePage, type Table } from './markdown.ts';
import { filesNamed, lineAt, pagesOf, type Repository } from './repository.ts';

const FILE = /^[\w@.*-]+(?:\/[\w@.*{},-]+)*\.(?:ts|tsx|css|json|cjs|mjs|html|yml)$/;
const FOLDER = /^[\w@.-]+(?:\/[\w@.-]+)*\/$/;
/** Pages about other people's programs: only what begins with a folder of ours is a claim about this repository. */
const FOREIGN = /^docs\/(?:protocol|decisions)\//;

export function claimProblems(repository: Repository): string[] {
  const problems: string[] = [];
  for (const path of pagesOf(repository)) {
    const page = parsePage(path, repository.read(path));
    problems.push(
      ...pathProblems(repository, page),
      ...folderTableProblems(repository, page),
      ...testTitleProblems(repository, page),
      ...scriptProblems(repository, page),
    );
  }
  return problems;
}

/**
 * A file or folder in backticks exists; a part of its path is enough (`store/database.ts`), `*` and `{a,b}` are
 * patterns.
 */
function pathProblems(repository: Repository, page: Page): string[] {
  const top = new Set(repository.files.map((file) => file.split('/')[0] ?? ''));
  const problems: string[] = [];
  for (const { text, line } of page.spans) {
    const ours = text.includes('/') && top.has(text.split('/')[0] ?? '');
    const isName = FILE.test(text) || FOLDER.test(text);
    if (!(ours && /^[\w@./*{},-]+$/.test(text)) && !(isName && !FOREIGN.test(page.path))) continue;
    if (!exists(repository, text, page.path))
      problems.push(`${page.path}:${line} names ${text}, which does not exist`);
  }
  return problems;
}

function exists(repository: Repository, name: string, from: string): boolean {
  const path = name.replace(/\/$/, '');
  if (repository.generated.has(path) || repository.generated.has(path.split('/')[0] ?? '')) return true;
  if (/[*{]/.test(path)) {
    const pattern = patternOf(path);
    return (
      repository.files.some((file) => pattern.test(file)) ||
      [...repository.folders].some((each) => pattern.test(each))
    );
  }
  const isFolder =
    repository.folders.has(path) ||
    repository.folders.has(posix.join(posix.dirname(from), path)) ||
    [...repository.folders].some((folder) => folder.endsWith(`/${path}`));
  return isFolder || (!name.endsWith('/') && filesNamed(repository, path, from).length > 0);
}

function patternOf(glob: string): RegExp {
  const source = glob
    .replaceAll('.', String.raw`\.`)
    .replaceAll('**', '\u0000')
    .replaceAll('*', '[^/]*')
    .replaceAll('\u0000', '.*')
    .replaceAll(/\{([^}]*)\}/g, (_, names: string) => `(?:${names.replaceAll(',', '|')})`);
  return new RegExp(`(?:^|/)${source}$`);
}

/** A table headed `folder` (in a README: those beside it) or "folder of `x`" names every folder there and no other. */
function folderTableProblems(repository: Repository, page: Page): string[] {
  const problems: string[] = [];
  for (const table of page.tables) {
    const parent = parentOf(page, table);
    if (parent === null) continue;
    const there = new Set(
      [...repository.folders]
        .filter((folder) => posix.dirname(folder) === (parent === '' ? '.' : parent))
        .map((folder) => posix.basename(folder)),
    );
    const named = new Set(
      table.rows.flatMap((row) =>
        [...(row[0] ?? '').matchAll(/`([^`]+?)\/?`/g)].map((match) => match[1] ?? ''),
      ),
    );
    for (const name of named) {
      const path = posix.join(parent, name);
      if (!repository.folders.has(path) && !repository.files.includes(path))
        problems.push(
          `${page.path}:${table.line} lists ${name}, which is not in ${parent || 'the repository'}`,
        );
    }
    for (const name of there)
      if (!named.has(name) && !name.startsWith('.'))
        problems.push(`${page.path}:${table.line} leaves out ${posix.join(parent, name)}`);
  }
  return problems;
}

function parentOf(page: Page, table: Table): string | null {
  const [head = ''] = table.header;
  const named = /^folder of `([^`]+?)\/?`$/i.exec(head)?.[1];
  if (named !== undefined) return named;
  if (/^folder of the repository$/i.test(head)) return '';
  if (!/^folder$/i.test(head) || posix.basename(page.path) !== 'README.md') return null;
  return page.path === 'README.md' ? '' : posix.dirname(page.path);
}

/** `x.test.ts` "title": the file holds the title, as far as it is quoted. */
function testTitleProblems(repository: Repository, page: Page): string[] {
  const problems: string[] = [];
  for (const { text, line, after } of page.spans) {
    const titles = /^ ?\(?((?:(?:, | and )?"[^"]+")+)/.exec(after)?.[1];
    if (!/\.(?:test|spec)\.tsx?$/.test(text) || titles === undefined) continue;
    const [file] = filesNamed(repository, text, page.path);
    if (file === undefined) continue;
    const source = repository.read(file);
    for (const [, title = ''] of titles.matchAll(/"([^"]+)"/g))
      if (!source.includes(title.replace(/ ?…$/, '')))
        problems.push(`${page.path}:${line} names the test "${title}", which ${file} does not have`);
  }
  return problems;
}

/** `npm run x`, `npm test`, and names of benchmarks after `npm run bench --`. */
function scriptProblems(repository: Repository, page: Page): string[] {
  const scripts = new Set<string>();
  for (const file of repository.files)
    if (posix.basename(file) === 'package.json')
      for (const name of Object.keys(
        (JSON.parse(repository.read(file)) as { scripts?: object }).scripts ?? {},
      ))
        scripts.add(name);
  const problems: string[] = [];
  for (const match of page.text.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)(?: -- ([^`\n]*))?/g)) {
    const name = match[1] ?? match[2] ?? '';
    const line = lineAt(page.text, match.index);
    if (!scripts.has(name))
      problems.push(`${page.path}:${line} names \`npm run ${name}\`, which is no script`);
    if (name !== 'bench') continue;
    for (const bench of (match[3] ?? '').split(' ').filter((word) => /^[a-z][a-z-]+$/.test(word)))
      if (!repository.files.includes(`bench/${bench}.ts`))
        problems.push(`${page.path}:${line} names the benchmark ${bench}, which does not exist`);
  }
  return problems;
}
