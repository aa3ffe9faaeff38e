import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { emptyElf, emptyMachO, windowsProgram } from '../fake/programs.ts';
import { AsarArchive } from './asar-archive.ts';
import { archiveProblems, manifestProblems } from './content-rules.ts';
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
  'out/main/app.js': '2',
  'out/main/core.cjs': '2',
  'out/main/syllables.cjs': '2',
  'out/main/voice.cjs': '2',
  'out/main/chunks/sign-in-Da_3.js': '3',
  'out/preload/index.cjs': '4',
  'out/renderer/index.html': '5',
  'out/renderer/assets/index-Cw.js': '6',
  'out/renderer/assets/noto-color-emoji-emoji-400-normal-D_x.woff2': 'font',
  'node_modules/better-sqlite3/package.json': '{}',
  'node_modules/better-sqlite3/lib/database.js': '7',
  [ADDON]: 'binary',
};

interface Node {
  files: Record<string, unknown>;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Of four megabytes each, as packers make them. */
function blocksOf(content: Buffer): string[] {
  const blocks = [sha256(content.subarray(0, 4 * 1024 * 1024))];
  for (let at = 4 * 1024 * 1024; at < content.length; at += 4 * 1024 * 1024)
    blocks.push(sha256(content.subarray(at, at + 4 * 1024 * 1024)));
  return blocks;
}

/** An archive of these files; `.node` files and those named in `outside` are unpacked. */
function archive(
  files: Readonly<Record<string, string>>,
  outside: readonly string[] = [],
  change: { header?: (text: string) => string; padding?: string; behind?: string } = {},
): AsarArchive {
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
    const hash = sha256(content);
    const entry = {
      size: content.length,
      integrity: { algorithm: 'SHA256', hash, blockSize: 4 * 1024 * 1024, blocks: blocksOf(content) },
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
  const { header = (same: string) => same, padding = '', behind = '' } = change;
  const text = Buffer.from(header(JSON.stringify(root)));
  const head = Buffer.alloc(16);
  const padded = text.length + padding.length;
  head.writeUInt32LE(4, 0);
  head.writeUInt32LE(padded + 8, 4);
  head.writeUInt32LE(padded + 4, 8);
  head.writeUInt32LE(text.length, 12);
  writeFileSync(path, Buffer.concat([head, text, Buffer.from(padding), ...contents, Buffer.from(behind)]));
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

  it('has the font of emoji where it is for Linux, once and small, and nowhere else', () => {
    const FONT = 'out/renderer/assets/noto-color-emoji-emoji-400-normal-D_x.woff2';
    const { [FONT]: _, ...without } = GOOD;
    expect(problems(without)).toEqual(['the font of emoji is there 0 times']);
    expect(problems({ ...GOOD, 'out/renderer/assets/noto-color-emoji-0.woff2': 'x' })).toEqual([
      'the font of emoji is there 2 times',
    ]);
    expect(problems({ ...GOOD, [FONT]: 'x'.repeat(2_600_000) })[0]).toContain('has 2600000 bytes');
    const binary = 'node_modules/better-sqlite3/prebuilds/win32-x64.node';
    const { [ADDON]: __, ...others } = GOOD;
    const onWindows = (files: Readonly<Record<string, string>>): string[] =>
      archiveProblems(archive({ ...files, [binary]: 'x' }), ['win32-x64.node']);
    const { [FONT]: ___, ...bare } = others;
    expect(onWindows(bare)).toEqual([]);
    expect(onWindows(others)).toEqual([`${FONT} is for Linux alone`]);
  });

  it('with code outside of it is not', () =>
    expect(problems(GOOD, ['out/main/core.cjs'])).toEqual([
      'out/main/core.cjs is outside of the archive, where no integrity check looks',
    ]));

  it('with another byte than its hash says is not, inside and outside', () => {
    const made = archive(GOOD);
    writeFileSync(join(`${made.path}.unpacked`, ADDON), 'changed');
    expect(archiveProblems(made, ['linux-x64.node'])).toEqual([`${ADDON} is not what its hash says`]);
  });

  it.each([
    ['a name twice', { header: (text: string) => text.replace('"out":', '"out":{"files":{}},"out":') }],
    ['blanks', { header: (text: string) => text.replace('{"files":', '{ "files":') }],
    ['words', { padding: 'evil' }],
    ['a file', { behind: 'evil' }],
    ['a start elsewhere', { header: (text: string) => text.replace('"offset":"0"', '"offset":"1"') }],
    ['other blocks', { header: (text: string) => text.replace(/(?<="blocks":\[")\w{8}/, '01234567') }],
    ['no blocks', { header: (text: string) => text.replace(/(?<="blocks":\[)"\w{64}"/, '') }],
    ['blocks of no size', { header: (text: string) => text.replace('"blockSize":4194304', '"blockSize":0') }],
    ['a block more', { header: (text: string) => text.replace(/(?<="blocks":\[)("\w{64}")/, '$1,$1') }],
  ] as const)('with %s where nobody looks is not', (_what, change) => {
    const found = archiveProblems(archive(GOOD, [], change), ['linux-x64.node']).join('\n');
    expect(found).toMatch(/two ways|behind its header|no file|does not begin|hashes of its blocks/);
  });

  it('whose header is filled up to four bytes is fit', () =>
    expect(archiveProblems(archive(GOOD, [], { padding: '\0\0' }), ['linux-x64.node'])).toEqual([]));

  it('whose file lies nowhere cannot be read', () => {
    const change = { header: (text: string) => text.replace('"offset":"0"', '"offset":"x"') };
    expect(() => archiveProblems(archive(GOOD, [], change), ['linux-x64.node'])).toThrow(
      'package.json lies nowhere in app.asar',
    );
  });

  it.each([
    ['a place', '"offset":"-1"'],
    ['a size', '"offset":"0","size":-1'],
  ])('with %s below nothing cannot be read', (_what, written) => {
    const change = { header: (text: string) => text.replace('"offset":"0"', written) };
    expect(() => archiveProblems(archive(GOOD, [], change), ['linux-x64.node'])).toThrow(
      'package.json lies nowhere in app.asar',
    );
  });

  it('that was copied in part says so', () => {
    const made = archive(GOOD);
    truncateSync(made.path, made.bytes - 1);
    expect(() => archiveProblems(made, ['linux-x64.node'])).toThrow(
      'app.asar is cut short: node_modules/better-sqlite3/lib/database.js goes on behind its end',
    );
    truncateSync(made.path, 40);
    expect(() => new AsarArchive(made.path)).toThrow('app.asar is no archive');
  });

  it('that is a folder is none', () =>
    expect(() => new AsarArchive(folder)).toThrow('app.asar is no archive'));

  it('of several blocks is fit when each is what it says', () => {
    const large = { ...GOOD, 'out/renderer/assets/a.js': 'x'.repeat(4 * 1024 * 1024 + 1) };
    expect(problems(large)).toEqual([]);
    const changed = { header: (text: string) => text.replace(/(?<=","\w{60})\w{4}(?="\])/, '0123') };
    expect(archiveProblems(archive(large, [], changed), ['linux-x64.node'])).toEqual([
      'out/renderer/assets/a.js is not what the hashes of its blocks say',
    ]);
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
