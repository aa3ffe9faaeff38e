/** The servers run alone, with what their own package.json names (`npm ci --omit=dev` in this folder). */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

interface Manifest {
  dependencies: Record<string, string>;
}

const IMPORT =
  /\b(import|export)\s(?:type\s)?[^'"]*?from '([^']+)'|\bimport\('([^']+)'\)|\bimport '([^']+)'/g;

/**
 * Packages that `entry` loads at run time, over all files it reaches. Type-only imports are erased and load nothing.
 */
function loadedPackages(entry: string): Set<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const waiting = [resolve(entry)];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const [statement, , from, called, bare] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const name = from ?? called ?? bare ?? '';
      if (/^(import|export) type /.test(statement) || name.startsWith('node:')) continue;
      if (name.startsWith('.')) {
        const target = join(dirname(file), name);
        if (!existsSync(target)) throw new Error(`${file} imports ${name}, which does not exist`);
        waiting.push(target);
      } else packages.add(name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    }
  }
  return packages;
}

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8')) as Manifest;

test('every package that the servers load is a dependency of their own, and nothing else is', () => {
  const loaded = new Set(
    ['main.ts', 'guard/main.ts'].flatMap((entry) => [...loadedPackages(join(import.meta.dirname, entry))]),
  );
  // Not loaded but run: the Node that the start script runs on, whatever the system's is.
  loaded.add('node');
  expect(Object.keys(manifest.dependencies).toSorted()).toEqual([...loaded].toSorted());
});

test('versions are the ones the app has, exactly pinned', () => {
  const root = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as Manifest & {
    devDependencies: Record<string, string>;
  };
  const own = { ...root.devDependencies, ...root.dependencies };
  for (const [name, version] of Object.entries(manifest.dependencies)) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(version).toBe(own[name] ?? version);
  }
});
