/**
 * Every document that a comment or a page names must exist, and so must the section: `tsdd-api.md 5.1`, `wukongim.md
 * A.5 fault 16`, `wukongim.md B.1, B.2`, `connection.md, "States"`, `docs/recall.md#leak-check`, `[x](y.md#anchor)`.
 */
import { posix } from 'node:path';
import { hasEntry, hasTitle, type Page, parsePage, sectionText } from './markdown.ts';
import { filesNamed, lineAt, pagesOf, type Repository } from './repository.ts';

const CODE = /\.(ts|tsx|css|json|cjs|mjs|html|yml)$/;
const SECTION = String.raw`§?(?:[A-H](?:\.\d+)?|\d{1,2}(?:\.\d+)?)(?![\w.]*\w)`;
const NAME = /(?<![\w@.-])(?:[\w.-]+\/)*[\w-][\w.-]*\.md\b/g;
const AFTER = new RegExp(
  String.raw`^(?:#(?<anchor>[\w-]+))?(?:'s)?(?:,? (?:section )?(?<sections>${SECTION}(?:(?:, | and |-|–| to )${SECTION}(?! [a-z]{4}))*))?` +
    String.raw`(?:,? (?:fact|fault|rule|row) (?<entry>\d+))?(?:,? "(?<title>[^"]+)")?(?: \x60(?<code>[^\x60]+)\x60)?`,
);

/** Names that end in .md and are no document of the repository. */
const NO_DOCUMENT: Readonly<Record<string, string>> = {
  'scripts/demo.ts': 'steps.md',
};
/** The check itself and its tests speak of pages that do not exist. */
const INVENTED = /^scripts\/check\/docs\//;

export function referenceProblems(repository: Repository): string[] {
  const pages = new Map<string, Page>();
  const pageAt = (path: string): Page => {
    const page = pages.get(path) ?? parsePage(path, repository.read(path));
    pages.set(path, page);
    return page;
  };
  const problems: string[] = [];
  for (const file of repository.files) {
    const isPage = file.endsWith('.md');
    if (!(isPage || CODE.test(file)) || file.endsWith('package-lock.json') || INVENTED.test(file)) continue;
    const text = isPage ? withoutLinks(file, repository.read(file)) : repository.read(file);
    for (const problem of problemsIn(repository, pageAt, file, text)) problems.push(`${file}:${problem}`);
  }
  for (const path of pagesOf(repository)) problems.push(...linkProblems(repository, pageAt, path));
  return problems;
}

/** A link to a page becomes the page's path, so that what is said of it afterwards reads as in a comment. */
function withoutLinks(path: string, text: string): string {
  return text.replaceAll(/\[[^\]\n]*\]\(([^()\s#]+\.md)(#[\w-]+)?\)/g, (_, target: string) =>
    target.includes('://') ? ' ' : posix.join(posix.dirname(path), target),
  );
}

function problemsIn(
  repository: Repository,
  pageAt: (path: string) => Page,
  file: string,
  text: string,
): string[] {
  const problems: string[] = [];
  for (const match of text.matchAll(NAME)) {
    const name = match[0];
    if (/:\/\/\S*$/.test(text.slice(Math.max(0, match.index - 200), match.index))) continue;
    if (NO_DOCUMENT[file] === name) continue;
    const line = lineAt(text, match.index);
    const found = filesNamed(repository, name, file);
    if (found.length === 0) problems.push(`${line} names ${name}, which does not exist`);
    else if (found.length > 1) problems.push(`${line} names ${name}, which may be ${found.join(' or ')}`);
    else {
      const rest = unwrapped(text.slice(match.index + name.length, match.index + name.length + 400));
      for (const missing of missingParts(pageAt(found[0] ?? ''), rest))
        problems.push(`${line} names ${missing} of ${name}, which does not exist`);
    }
  }
  return problems;
}

/** A comment's line breaks and leading stars are one space. */
function unwrapped(text: string): string {
  return text.replaceAll(/\s*\n\s*(?:\*(?!\/)|\/\/)?\s*/g, ' ').replaceAll(/\s+/g, ' ');
}

function missingParts(page: Page, rest: string): string[] {
  const { anchor, sections, entry, title, code } = AFTER.exec(rest)?.groups ?? {};
  const missing: string[] = [];
  if (anchor !== undefined && !page.anchors.has(anchor)) missing.push(`#${anchor}`);
  const named =
    sections === undefined || isArticle(sections, rest) ? [] : sections.split(/, | and |-|–| to /);
  for (const section of named.map((each) => each.replace('§', '')))
    if (!hasSection(page, section)) missing.push(`section ${section}`);
  const last = named.at(-1)?.replace('§', '');
  if (entry !== undefined && !hasEntry(page, last ?? '0', entry))
    missing.push(`entry ${entry} of ${last ?? '0'}`);
  if (title !== undefined && !(last === undefined ? hasTitle(page, title) : says(page, title)))
    missing.push(`"${title}"`);
  if (code !== undefined && last !== undefined && !says(page, code.replace(/\*$/, '')))
    missing.push(`\`${code}\``);
  return missing;
}

/** `wukongim.md A server …`: a word, not a section. */
function isArticle(sections: string, rest: string): boolean {
  return sections === 'A' && / A [a-z]/.test(rest);
}

function hasSection(page: Page, section: string): boolean {
  if (sectionText(page, section) !== null) return true;
  const [whole = '', part] = section.split('.');
  return part !== undefined && hasEntry(page, whole, part);
}

function says(page: Page, words: string): boolean {
  return page.text.replaceAll(/\s+/g, ' ').toLowerCase().includes(words.toLowerCase());
}

function linkProblems(repository: Repository, pageAt: (path: string) => Page, path: string): string[] {
  const problems: string[] = [];
  for (const { target, line } of pageAt(path).links) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file = '', anchor] = target.split('#');
    const to = file === '' ? path : posix.join(posix.dirname(path), decodeURI(file)).replace(/\/$/, '');
    if (!repository.files.includes(to) && !repository.folders.has(to))
      problems.push(`${path}:${line} links to ${target}, which does not exist`);
    else if (anchor !== undefined && to.endsWith('.md') && !pageAt(to).anchors.has(anchor))
      problems.push(`${path}:${line} links to ${target}, a heading that ${to} does not have`);
  }
  return problems;
}
