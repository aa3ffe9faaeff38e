/**
 * No two neighbouring folders import each other, directly or through other folders: then each can be read, tested and
 * replaced without those above it. Types count as well. Files that lie in a place itself (core.ts, main.ts) put its
 * folders together and do not count; nor do tests and what only tests use.
 */
import { glob, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { ROOT } from '../paths.ts';

const PLACES = [
  'electron/core',
  'electron/main',
  'renderer',
  'server/business',
  'server/guard',
  'server/im',
  'shared',
];
const TEST = /\.test\.tsx?$|(^|\/)testing\//;
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g;

/** A source file: its path from the top folder, with `/`, and its text. */
export interface SourceFile {
  path: string;
  text: string;
}

/** Empty = no circle; else a sentence for each import that is part of one. */
export async function folderCircleProblems(): Promise<string[]> {
  const problems: string[] = [];
  for (const place of PLACES) {
    const files: SourceFile[] = [];
    for await (const name of glob('**/*.{ts,tsx}', { cwd: join(ROOT, place) })) {
      const path = posix.join(place, name.replaceAll('\\', '/'));
      files.push({ path, text: await readFile(join(ROOT, path), 'utf8') });
    }
    problems.push(...circlesIn(place, files));
  }
  return problems;
}

export function circlesIn(place: string, files: readonly SourceFile[]): string[] {
  const imports = folderImports(place, files);
  return imports
    .filter(({ from, to }) => leads(imports, to, from))
    .map(
      ({ from, to, example }) => `${place}: ${from} imports ${to}, which leads back to ${from} (${example})`,
    );
}

interface FolderImport {
  from: string;
  to: string;
  /** One of the files that import. */
  example: string;
}

function folderImports(place: string, files: readonly SourceFile[]): FolderImport[] {
  const imports = new Map<string, FolderImport>();
  for (const { path, text } of files) {
    const from = folderOf(place, path);
    if (from === null || TEST.test(path)) continue;
    for (const [, specifier = ''] of text.matchAll(IMPORT)) {
      const to = folderOf(place, posix.join(posix.dirname(path), specifier));
      if (to === null || to === from) continue;
      const key = `${from} ${to}`;
      if (!imports.has(key)) imports.set(key, { from, to, example: `${path}: ${specifier}` });
    }
  }
  return [...imports.values()];
}

/** The folder of `place` that a path lies in; null for what lies elsewhere or in no folder of it. */
function folderOf(place: string, path: string): string | null {
  if (!path.startsWith(`${place}/`)) return null;
  const [folder = '', ...rest] = path.slice(place.length + 1).split('/');
  return rest.length === 0 ? null : folder;
}

/** Whether `start` imports `end`, directly or through others. */
function leads(imports: readonly FolderImport[], start: string, end: string): boolean {
  const reached = new Set([start]);
  // A set that grows is walked to its new end.
  for (const folder of reached) for (const { from, to } of imports) if (from === folder) reached.add(to);
  return reached.has(end);
}
