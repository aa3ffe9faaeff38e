/** The parts of a Markdown page that can be checked. No full parser: pages here use headings, tables, links, code. */
import { lineAt } from './repository.ts';

interface Place {
  text: string;
  line: number;
}

export interface Link {
  target: string;
  line: number;
}

export interface Table {
  header: string[];
  rows: string[][];
  line: number;
}

export interface Page {
  path: string;
  /** As written. */
  text: string;
  headings: Place[];
  /** Heading anchors as GitHub makes them. */
  anchors: ReadonlySet<string>;
  links: Link[];
  /** Code in backticks, outside fenced blocks; `after` is what follows on the line. */
  spans: (Place & { after: string })[];
  tables: Table[];
}

export function parsePage(path: string, text: string): Page {
  const prose = withoutFences(text);
  const headings = [...prose.matchAll(/^#{1,6} +(.+?)\s*$/gm)].map((match) => ({
    text: match[1] ?? '',
    line: lineAt(prose, match.index),
  }));
  return {
    path,
    text,
    headings,
    anchors: anchorsOf(headings.map((heading) => heading.text)),
    links: linksIn(prose),
    spans: spansIn(prose),
    tables: tablesIn(prose),
  };
}

/** Fenced blocks become empty lines, so that line numbers stay. */
function withoutFences(text: string): string {
  return text.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, (block) => block.replaceAll(/[^\n]/g, ''));
}

function linksIn(prose: string): Link[] {
  const inline = [...prose.matchAll(/!?\[[^\]]*\]\(([^()\s]+)(?: "[^"]*")?\)/g)];
  const images = [...prose.matchAll(/<img[^>]+src="([^"]+)"/g)];
  return [...inline, ...images].map((match) => ({
    target: match[1] ?? '',
    line: lineAt(prose, match.index),
  }));
}

function spansIn(prose: string): Page['spans'] {
  return [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => ({
    text: match[1] ?? '',
    line: lineAt(prose, match.index),
    after: prose.slice(match.index + match[0].length).split('\n', 1)[0] ?? '',
  }));
}

function tablesIn(prose: string): Table[] {
  const tables: Table[] = [];
  const lines = prose.split('\n');
  for (let i = 0; i + 1 < lines.length; i += 1) {
    if (!lines[i]?.trimStart().startsWith('|') || !/^\s*\|[\s:|-]+\|\s*$/.test(lines[i + 1] ?? '')) continue;
    const table: Table = { header: cellsOf(lines[i] ?? ''), rows: [], line: i + 1 };
    for (i += 2; lines[i]?.trimStart().startsWith('|'); i += 1) table.rows.push(cellsOf(lines[i] ?? ''));
    tables.push(table);
  }
  return tables;
}

function cellsOf(row: string): string[] {
  return row
    .trim()
    .replaceAll(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

function anchorsOf(headings: readonly string[]): Set<string> {
  const anchors = new Set<string>();
  for (const heading of headings) {
    const anchor = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-');
    let unique = anchor;
    for (let n = 1; anchors.has(unique); n += 1) unique = `${anchor}-${n}`;
    anchors.add(unique);
  }
  return anchors;
}

/** The text below the heading of a section number (`5.1`, `B.6`) up to the next heading of any level; null = none. */
export function sectionText(page: Page, section: string): string | null {
  const at = page.headings.findIndex(({ text }) => sectionOf(text) === section);
  const heading = page.headings[at];
  if (!heading) return null;
  const lines = page.text.split('\n');
  return lines.slice(heading.line, (page.headings[at + 1]?.line ?? lines.length + 1) - 1).join('\n');
}

/** `5. Recall` is 5, `5.1 Message DTO` 5.1, `A.5 Bugs` A.5; null for headings without a number. */
function sectionOf(heading: string): string | null {
  return /^([A-Z]\.\d+|[A-Z](?=\. )|\d+(?:\.\d+)?)(?=\.? )/.exec(heading)?.[1] ?? null;
}

/** Is there an entry `n` in a list or in the first column of a table of this section? */
export function hasEntry(page: Page, section: string, n: string): boolean {
  const text = sectionText(page, section);
  return (
    text !== null &&
    (new RegExp(`^${n}\\. `, 'm').test(text) || new RegExp(`^\\| *${n} *\\|`, 'm').test(text))
  );
}

/** Does the page have this heading, or a paragraph that begins with it in bold? A title may be cut short. */
export function hasTitle(page: Page, title: string): boolean {
  const wanted = plain(title);
  return (
    page.headings.some(({ text }) => plain(text).startsWith(wanted)) ||
    [...page.text.matchAll(/^(?:[-*] |\d+\. )?\*\*(.+?)\*\*/gm)].some((match) =>
      plain(match[1] ?? '').startsWith(wanted),
    )
  );
}

function plain(text: string): string {
  return text
    .replaceAll(/[`*…]|\(\W*\)/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}
