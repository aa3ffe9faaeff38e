/** The files of the repository as the docs check sees them: names, folders, text. Tests make one of a few strings. */
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

export interface Repository {
  /** Paths from the top, with `/`, sorted. */
  files: readonly string[];
  /** All folders that hold one of them, directly or not. */
  folders: ReadonlySet<string>;
  /** Folders and files that are made here and not kept (.gitignore): they may be named though they do not exist. */
  generated: ReadonlySet<string>;
  /** Throws when there is no such file. */
  read(path: string): string;
}

/** What is in the working tree below `root`, without what .gitignore names. */
export async function readRepository(root: string): Promise<Repository> {
  const patterns = (await readFile(join(root, '.gitignore'), 'utf8'))
    .split('\n')
    .map((line) => line.trim().replace(/\/$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'));
  // One that begins with a slash is meant at the top alone: /dist is generated, scripts/dist is not.
  const skippedNames = new Set([
    ...patterns.filter((pattern) => !pattern.startsWith('/')),
    '.git',
    'node_modules',
  ]);
  const ignored = patterns.map((pattern) => pattern.replace(/^\//, ''));
  const skippedPaths = new Set(ignored);
  const files: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (skippedNames.has(entry.name) || skippedPaths.has(path)) continue;
      if (entry.isDirectory()) await walk(path);
      else files.push(path);
    }
  };
  await walk('.');
  return repositoryOf(files, (path) => readFileSync(join(root, path), 'utf8'), ignored);
}

export function repositoryOf(
  files: readonly string[],
  read: (path: string) => string,
  generated: readonly string[] = [],
): Repository {
  const folders = new Set<string>();
  for (const file of files)
    for (let folder = posix.dirname(file); folder !== '.'; folder = posix.dirname(folder))
      folders.add(folder);
  return { files: files.toSorted(), folders, generated: new Set(generated), read };
}

/** The files that `name` may mean: that path, seen from `from` or from the top, else every path that ends in it. */
export function filesNamed({ files }: Repository, name: string, from = ''): string[] {
  const exact = [posix.join(posix.dirname(from), name), posix.normalize(name)];
  const found = exact.filter((path) => files.includes(path));
  if (found.length > 0) return found.slice(0, 1);
  return name.startsWith('.') ? [] : files.filter((file) => file.endsWith(`/${name}`));
}

/** Pages are written by hand and read by people: no generated text, no licences. */
export function pagesOf({ files }: Repository): string[] {
  return files.filter((file) => file.endsWith('.md'));
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
