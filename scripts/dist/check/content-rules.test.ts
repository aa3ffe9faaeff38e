import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { emptyElf, emptyMachO, windowsProgram } from '../fake/programs.ts';
import { AsarArchive } from './asar-archive.ts';
import { archiveProblems, documentProblems, manifestProblems } from './content-rules.ts';
import { machineType } from './machine-type.ts';

const folder = mkdtempSync(join(tmpdir(), 'wukong-asar-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MANIFEST = {
  name: 'a',
  productName: 'A',
  version: '1.0.0',
  main: 'out/main/index.js',
  type: 'module',
  desktopName: 'a.desktop',
  homepage: 'https://a.example',
  author: {},
  license: 'MIT',
};
const ADDON = 'node_modules/better-sqlite3/prebuilds/linux-x64.node';
const GOOD: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify(MANIFEST),
  'out/main/index.js': '1',
  'out/main/core.cjs': '2',
  'out/main/syllables.cjs': '2',
  'out/main/chunks/sign-in-Da_3.js': '3',
  'out/preload/index.cjs': '4',
  'out/renderer/index.html': '5',
  'out/renderer/assets/index-Cw.js': '6',
  'node_modules/better-sqlite3/package.json': '{}',
  'node_modules/better-sqlite3/lib/database.js': '7',
  [ADDON]: 'binary',
};

interface Node {
  files: Record<string, unknown>;
}

/** An archive of these files; `.node` files and those named in `outside` are unpacked. */
function archive(files: Readonly<Record<string, string>>, outside: readonly string[] = []): AsarArchive {
  const path = join(mkdtempSync(join(folder, 'x-')), 'app.asar');
  const root: Node = { files: {} };
  const contents: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const parts = name.split('/');
    const last = parts.pop() ?? '';
    let at = root;
    for (const part of parts) at = (at.files[part] ??= { files: {} }) as Node;
    const content = Buffer.from(text);
    const hash = createHash('sha256').update(content).digest('hex');
    const entry = {
      size: content.length,
      integrity: { algorithm: 'SHA256', hash, blockSize: 1, blocks: [] },
    };
    if (name.endsWith('.node') || outside.includes(name)) {
      at.files[last] = { ...entry, unpacked: true };
      mkdirSync(dirname(join(`${path}.unpacked`, name)), { recursive: true });
      writeFileSync(join(`${path}.unpacked`, name), content);
    } else {
      at.files[last] = { ...entry, offset: String(offset) };
      contents.push(content);
      offset += content.length;
    }
  }
  const text = Buffer.from(JSON.stringify(root));
  const head = Buffer.alloc(16);
  head.writeUInt32LE(4, 0);
  head.writeUInt32LE(text.length + 8, 4);
  head.writeUInt32LE(text.length + 4, 8);
  head.writeUInt32LE(text.length, 12);
  writeFileSync(path, Buffer.concat([head, text, ...contents]));
  return new AsarArchive(path);
}

const problems = (files: Readonly<Record<string, string>>, outside: readonly string[] = []): string[] =>
  archiveProblems(archive(files, outside), ['linux-x64.node']);

describe('an archive', () => {
  it('with what belongs there is fit', () => expect(problems(GOOD)).toEqual([]));

  it.each([
    'server/main.ts',
    'out/.built',
    'out/.packages/main.json',
    'out/main/index.js.map',
    'electron/main/main.ts',
    'node_modules/react/index.js',
    'node_modules/better-sqlite3/src/better_sqlite3.cpp',
    'node_modules/better-sqlite3/deps/sqlite3/sqlite3.c',
    '.env',
    'README.md',
  ])('with %s is not', (name) =>
    expect(problems({ ...GOOD, [name]: 'x' })).toEqual([`${name} has no business in app.asar`]),
  );

  it.each(['win32-x64', 'linux-arm64', 'darwin-x64'])('with the binary of %s is not', (name) => {
    const path = `node_modules/better-sqlite3/prebuilds/${name}.node`;
    expect(problems({ ...GOOD, [path]: 'x' })).toEqual([`${path} is for another computer`]);
  });

  it.each(Object.keys(GOOD).filter((name) => !/chunks|assets|better-sqlite3\/package/.test(name)))(
    'without %s is not',
    (name) => {
      const { [name]: _, ...others } = GOOD;
      expect(problems(others)).toEqual([`${name} is missing`]);
    },
  );

  it('with code outside of it is not', () =>
    expect(problems(GOOD, ['out/main/core.cjs'])).toEqual([
      'out/main/core.cjs is outside of the archive, where no integrity check looks',
    ]));

  it('with another byte than its hash says is not, inside and outside', () => {
    const made = archive(GOOD);
    writeFileSync(join(`${made.path}.unpacked`, ADDON), 'changed');
    expect(archiveProblems(made, ['linux-x64.node'])).toEqual([`${ADDON} is not what its hash says`]);
  });

  it('larger than eight megabytes is not', () =>
    expect(problems({ ...GOOD, 'out/renderer/assets/a.js': 'x'.repeat(8 * 1024 * 1024) })).toEqual([
      expect.stringMatching(/^app\.asar has \d+ bytes, more than 8388608$/),
    ]));
});

describe('package.json of the app', () => {
  it('has what is read and nothing else', () => {
    expect(manifestProblems(JSON.stringify(MANIFEST))).toEqual([]);
    const { desktopName: _, ...others } = MANIFEST;
    expect(manifestProblems(JSON.stringify({ ...others, scripts: {}, devDependencies: {} }))).toEqual([
      'package.json has no desktopName',
      'package.json says scripts, which nobody reads there',
      'package.json says devDependencies, which nobody reads there',
    ]);
  });
});

it('a bill of materials that is none is told of', () =>
  expect(documentProblems({ licence: 'x', notices: '', sbom: '{}' })).toEqual([
    'LICENSE.txt is not the licence of the app',
    'sbom.cdx.json is no CycloneDX 1.6',
    ...['electron', 'better-sqlite3', 'react', 'wukongimjssdk', 'zod'].map(
      (name) => `sbom.cdx.json does not name ${name}`,
    ),
  ]));

describe('for which computer a program is', () => {
  it.each([
    ['linux-x64', emptyElf('x64')],
    ['linux-arm64', emptyElf('arm64')],
    ['darwin-x64', emptyMachO('x64')],
    ['darwin-arm64', emptyMachO('arm64')],
    ['win32-x64', windowsProgram('x64', '1.0.0')],
    ['win32-arm64', windowsProgram('arm64', '1.0.0')],
    ['darwin-universal', Buffer.from('cafebabe00000002', 'hex')],
    [null, Buffer.from('#!/bin/sh\n')],
    [null, Buffer.from('MZ')],
    [null, Buffer.alloc(0)],
  ])('%s', (expected, bytes) => {
    const path = join(folder, 'program');
    writeFileSync(path, bytes);
    expect(machineType(path)).toBe(expected);
  });
});
