/**
 * A folder of archives named and filled like Electron's own, made from what is in this checkout. On Linux the program
 * runs the packed app on Node and the stand-in (docs/stand-in.md), which the archive carries like a real one carries
 * Chromium: the installed app needs nothing of the checkout. For other processors and systems it only has the shape.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { ARCHS, type Arch, NODE_PLATFORM, type System, SYSTEMS } from '../targets.ts';
import { CACHE, ROOT } from '../../paths.ts';
import { fuseWire } from './fuse-wire.ts';
import { macEntries } from './mac-bundle.ts';
import { emptyElf, windowsProgram } from './programs.ts';
import { writeZip, type ZipEntry } from './zip-file.ts';

/** Below the program on Linux: Node, and the stand-in as JavaScript: what a start costs is the app's own. */
const RUNTIME = 'fake-electron';

const README = `This is no Electron. It is what WuKong Desktop's tests pack in its place: see docs/packaging.md.\n`;

/** Makes what is missing and gives the folder. `version`: of Electron, as in package.json. */
export function fakeDistribution(version: string): string {
  const files = standinFiles();
  const hash = createHash('sha256').update(`${version} ${process.version}`);
  for (const path of [...files, ...ownFiles()]) hash.update(readFileSync(join(ROOT, path)));
  const folder = join(CACHE, 'fake-electron', hash.digest('hex').slice(0, 16));
  if (!existsSync(folder)) {
    // Older ones are of no use: each holds a copy of Node.
    rmSync(dirname(folder), { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  for (const system of SYSTEMS) {
    for (const arch of ARCHS) {
      const path = join(folder, `electron-v${version}-${NODE_PLATFORM[system]}-${arch}.zip`);
      if (existsSync(path)) continue;
      writeZip(`${path}.new`, entriesOf(system, arch, version, files));
      renameSync(`${path}.new`, path);
    }
  }
  return folder;
}

function entriesOf(system: System, arch: Arch, version: string, files: readonly string[]): ZipEntry[] {
  const common: ZipEntry[] = [
    file('LICENSE', readFileSync(join(ROOT, 'node_modules/electron/LICENSE'))),
    file('LICENSES.chromium.html', Buffer.from('<p>None: the fake distribution holds no Chromium.</p>\n')),
    file('version', Buffer.from(version)),
  ];
  if (system === 'mac') return [...common, ...macEntries(arch, README)];
  const shared: ZipEntry[] = [
    ...common,
    file('resources/default_app.asar', Buffer.from('left in by mistake')),
    ...['en-US', 'zh-CN', 'de'].map((name) => file(`locales/${name}.pak`, Buffer.from(name))),
    file('resources.pak', Buffer.from('pak')),
    file('icudtl.dat', Buffer.from('icu')),
    file(`${RUNTIME}/README.txt`, Buffer.from(README)),
  ];
  if (system === 'win') return [...shared, file('electron.exe', windowsProgram(arch, version), 0o755)];
  const elf = emptyElf(arch);
  const helpers = [
    file('chrome-sandbox', elf, 0o755),
    file('chrome_crashpad_handler', elf, 0o755),
    file('libffmpeg.so', elf),
  ];
  if (arch !== process.arch || process.platform !== 'linux')
    return [...shared, ...helpers, file('electron', Buffer.concat([elf, fuseWire()]), 0o755)];
  return [
    ...shared,
    ...helpers,
    file('electron', launcher(), 0o755),
    file(`${RUNTIME}/node`, readFileSync(process.execPath), 0o755),
    ...files.map((path) => file(`${RUNTIME}/${asScript(path)}`, script(path))),
    file(`${RUNTIME}/package.json`, Buffer.from('{"type":"module"}\n')),
  ];
}

/** The wire stands in a comment; `exec` keeps the process, its files and its parent. */
function launcher(): Buffer {
  return Buffer.concat([
    Buffer.from('#!/bin/sh\n# '),
    fuseWire(),
    Buffer.from(`
exe=$(readlink -f "$0")
here=$(dirname "$exe")/${RUNTIME}
export WUKONG_STANDIN_EXE="$exe"
exec "$here/node" --disable-warning=ExperimentalWarning --import "file://$here/e2e/standin/register.js" \\
  "$here/scripts/dist/fake/packaged-app.js" "$@"
`),
  ]);
}

function asScript(path: string): string {
  return path.replace(/\.ts$/, '.js');
}

/** A source without its types, which names the others of its kind. */
function script(path: string): Buffer {
  const text = stripTypeScriptTypes(readFileSync(join(ROOT, path), 'utf8'))
    .replaceAll(/'(\.[^'\n]+\.ts)'/g, (_, named: string) => `'${asScript(named)}'`)
    .replaceAll("'module-typescript'", "'module'");
  return Buffer.from(text);
}

function file(path: string, content: Buffer, mode = 0o644): ZipEntry {
  return { path, content, mode };
}

/** The stand-in and everything it imports, by path in the checkout. */
function standinFiles(): string[] {
  const found = new Set<string>();
  const visit = (path: string): void => {
    const name = relative(ROOT, path);
    if (found.has(name)) return;
    found.add(name);
    const text = readFileSync(path, 'utf8');
    for (const [, wanted = ''] of text.matchAll(/(?:from|import|URL\()\s*\(?'(\.[^']+\.ts)'/g))
      visit(resolve(dirname(path), wanted));
  };
  visit(join(ROOT, 'e2e/standin/register.ts'));
  visit(join(import.meta.dirname, 'packaged-app.ts'));
  return [...found].sort();
}

function ownFiles(): string[] {
  return ['fake-distribution', 'mac-bundle', 'programs', 'fuse-wire', 'zip-file'].map((name) =>
    relative(ROOT, join(import.meta.dirname, `${name}.ts`)),
  );
}
