/**
 * No file over 400 lines and no function over 150, outside tests. What is larger today stands in size-exceptions.ts
 * with its size and the reason; the list may only shrink. oxlint counts (comments and blank lines too); style sheets,
 * which it does not read, are counted here.
 */
import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageScript } from '../packages.ts';
import { ROOT } from '../paths.ts';
import { run } from '../run.ts';
import { SIZE_EXCEPTIONS, type SizeException } from './size-exceptions.ts';

export const MOST_FILE_LINES = 400;
export const MOST_FUNCTION_LINES = 150;
const FOLDERS = ['electron', 'renderer', 'shared', 'server', 'e2e', 'bench', 'scripts'];
const OXLINT_CONFIG = {
  plugins: [],
  categories: { correctness: 'off' },
  rules: {
    'max-lines': ['error', { max: MOST_FILE_LINES }],
    'max-lines-per-function': ['error', { max: MOST_FUNCTION_LINES, IIFEs: true }],
  },
};
const TEST = /\.(test|spec)\.tsx?$|(^|\/)testing\//;

/** A file (`shared/a.ts`) or a function in it (`shared/a.ts > createA`). */
export interface Size {
  place: string;
  lines: number;
}

/** Empty = nothing is too large but what is excepted, and every exception is still needed and exact. */
export async function sizeProblems(): Promise<string[]> {
  return compareSizes([...(await oversizeCode()), ...(await oversizeStyles())], SIZE_EXCEPTIONS);
}

export function compareSizes(found: readonly Size[], exceptions: readonly SizeException[]): string[] {
  const problems: string[] = [];
  const excepted = new Map(exceptions.map((exception) => [exception.place, exception]));
  for (const { place, lines } of found) {
    const exception = excepted.get(place);
    excepted.delete(place);
    if (!exception) problems.push(`${place} has ${lines} lines, ${mostOf(place)} at most: split it`);
    else if (lines > exception.lines)
      problems.push(`${place} grew from ${exception.lines} to ${lines} lines: split it, do not add to it`);
    else if (lines < exception.lines)
      problems.push(`${place} shrank to ${lines} lines: write that into size-exceptions.ts`);
  }
  for (const place of excepted.keys())
    problems.push(`${place} is not too large (any more): take it out of size-exceptions.ts`);
  for (const { place, why } of exceptions)
    if (why.trim() === '') problems.push(`${place} is excepted without a reason`);
  return problems;
}

function mostOf(place: string): number {
  return place.includes(' > ') ? MOST_FUNCTION_LINES : MOST_FILE_LINES;
}

interface Diagnostic {
  code: string;
  message: string;
  filename: string;
  labels: { span: { line: number } }[];
}

async function oversizeCode(): Promise<Size[]> {
  const folder = await mkdtemp(join(tmpdir(), 'wukong-size-'));
  try {
    const config = join(folder, 'oxlint.json');
    await writeFile(config, JSON.stringify(OXLINT_CONFIG));
    const { output } = await run(
      process.execPath,
      [packageScript('oxlint'), '-c', config, '--format', 'json', ...FOLDERS],
      { cwd: ROOT, timeoutMs: 60_000 },
    );
    const { diagnostics } = JSON.parse(output.slice(output.indexOf('{'))) as { diagnostics: Diagnostic[] };
    const outsideTests = diagnostics.filter(({ filename }) => !TEST.test(filename.replaceAll('\\', '/')));
    return await Promise.all(outsideTests.map(sizeOf));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sizeOf({ code, message, filename, labels }: Diagnostic): Promise<Size> {
  const file = filename.replaceAll('\\', '/');
  const lines = Number(/\((\d+)\)/.exec(message)?.[1]);
  if (!Number.isInteger(lines)) throw new Error(`oxlint says something else than expected: ${message}`);
  if (!code.includes('max-lines-per-function')) return { place: file, lines };
  const named = /function `([^`]+)`/.exec(message)?.[1];
  if (named !== undefined) return { place: `${file} > ${named}`, lines };
  // A function without a name goes by what it is given to: `const store = create(() => …`.
  const source = (await readFile(join(ROOT, file), 'utf8')).split('\n');
  const line = source[(labels[0]?.span.line ?? 1) - 1] ?? '';
  return { place: `${file} > ${nameOnLine(line)}`, lines };
}

export function nameOnLine(line: string): string {
  return (
    /(?:const|let|var)\s+(\w+)/.exec(line)?.[1] ?? /^\s*([\w.'-]+)\s*[(:=]/.exec(line)?.[1] ?? 'a function'
  );
}

async function oversizeStyles(): Promise<Size[]> {
  const sizes: Size[] = [];
  for await (const file of glob('renderer/**/*.css', { cwd: ROOT })) {
    const lines = (await readFile(join(ROOT, file), 'utf8')).split('\n').length - 1;
    if (lines > MOST_FILE_LINES) sizes.push({ place: file.replaceAll('\\', '/'), lines });
  }
  return sizes;
}
