import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundledPackages, packageFolder } from './module-graph.ts';

describe('the package of a module', () => {
  it.each([
    ['/a/node_modules/react/index.js', 'node_modules/react'],
    ['/a/node_modules/@tanstack/react-virtual/dist/esm/index.js', 'node_modules/@tanstack/react-virtual'],
    ['/a/node_modules/x/node_modules/@b/c/y.js', 'node_modules/x/node_modules/@b/c'],
    ['\0/a/node_modules/crypto-js/core.js?commonjs-proxy', 'node_modules/crypto-js'],
    ['/a/node_modules/bignumber.js', 'node_modules/bignumber.js'],
    ['/a/electron/main/main.ts', null],
    ['\0vite/preload-helper.js', null],
    ['/a/node_modules/.cache/x.js', null],
  ])('%s is %s', (id, folder) => expect(packageFolder(id)).toBe(folder));
});

describe('the lists of a build', () => {
  const out = mkdtempSync(join(tmpdir(), 'wukong-lists-'));
  const write = (part: string, names: string[]): void => {
    mkdirSync(join(out, '.packages'), { recursive: true });
    writeFileSync(join(out, '.packages', `${part}.json`), JSON.stringify(names));
  };

  it('are joined, and one that is missing is an error', () => {
    write('main', ['node_modules/zod', 'node_modules/ws']);
    write('renderer', ['node_modules/react', 'node_modules/zod']);
    write('worker', []);
    write('syllables', []);
    write('voice', []);
    expect(() => bundledPackages(out)).toThrow(/packages in preload/);
    write('preload', []);
    expect(bundledPackages(out)).toEqual(['node_modules/react', 'node_modules/ws', 'node_modules/zod']);
    rmSync(out, { recursive: true });
  });
});
