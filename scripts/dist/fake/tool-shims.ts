/**
 * In the place of what electron-builder would download: programs of the system where Debian has them, else the least
 * that lets the step run. Only with WUKONG_DIST=fake.
 */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { CACHE, ROOT } from '../../paths.ts';
import { findProgram, needPrograms } from '../helper-programs.ts';
import { pluginDll } from './nsis-plugin.ts';
import { windowsProgram } from './programs.ts';

const NSIS = '/usr/share/nsis';
const RUNTIME_BYTES = 4096;

/** Makes the shims and gives the variables that point electron-builder at them. */
export async function toolShims(say: (line: string) => void): Promise<Record<string, string>> {
  await needPrograms(
    ['7z', 'makensis', 'mksquashfs', 'unsquashfs', 'desktop-file-validate', 'rpmbuild', 'dpkg-deb', 'file'],
    say,
  );
  const folder = join(CACHE, 'dist-tools');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return {
    ELECTRON_BUILDER_OFFLINE: 'true',
    ELECTRON_BUILDER_7ZIP_PATH: findProgram('7z') ?? '',
    CUSTOM_FPM_PATH: script(
      join(folder, 'fpm'),
      `exec '${process.execPath}' --disable-warning=ExperimentalWarning '${join(import.meta.dirname, 'fpm.ts')}' "$@"`,
    ),
    APPIMAGE_TOOLS_PATH: appImageTools(join(folder, 'appimage')),
    ELECTRON_BUILDER_NSIS_DIR: nsis(join(folder, 'nsis')),
    ELECTRON_BUILDER_NSIS_RESOURCES_DIR: nsisPlugins(join(folder, 'nsis-resources')),
    ELECTRON_BUILDER_WINE_TOOLSET_DIR: wine(join(folder, 'wine')),
  };
}

function script(path: string, body: string): string {
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** What is packed is thrown away within the minute: it is not compressed. */
function appImageTools(folder: string): string {
  mkdirSync(join(folder, 'runtimes'), { recursive: true });
  const text = readFileSync(join(import.meta.dirname, 'appimage-runtime.sh'), 'utf8').replaceAll(
    '@SIZE@',
    String(RUNTIME_BYTES),
  );
  for (const arch of ['x64', 'arm64']) {
    mkdirSync(join(folder, 'lib', arch), { recursive: true });
    writeFileSync(join(folder, 'runtimes', `runtime-${arch}`), text.padEnd(RUNTIME_BYTES, '\n'));
  }
  script(join(folder, 'mksquashfs'), `exec '${findProgram('mksquashfs') ?? ''}' "$@" -noI -noD -noF -noX`);
  script(join(folder, 'desktop-file-validate'), `exec '${findProgram('desktop-file-validate') ?? ''}' "$@"`);
  return folder;
}

function nsis(folder: string): string {
  mkdirSync(join(folder, 'linux'), { recursive: true });
  script(join(folder, 'linux/makensis'), `NSISDIR=${NSIS} exec '${findProgram('makensis') ?? ''}' "$@"`);
  writeFileSync(join(folder, 'elevate.exe'), windowsProgram('x64', '1.0.0'));
  return folder;
}

/** Every function that the installer's scripts call of a plug-in Debian does not have, as an empty one. */
function nsisPlugins(folder: string): string {
  const target = join(folder, 'plugins/x86-unicode');
  mkdirSync(target, { recursive: true });
  const known = new Set(
    readdirSync(join(NSIS, 'Plugins/x86-unicode')).map((name) => basename(name, '.dll').toLowerCase()),
  );
  const templates = join(ROOT, 'node_modules/app-builder-lib/templates/nsis');
  const calls = new Map<string, Set<string>>();
  for (const name of readdirSync(templates, { recursive: true, encoding: 'utf8' })) {
    if (!/\.ns[hi]$/.test(name)) continue;
    for (const [, plugin = '', call = ''] of readFileSync(join(templates, name), 'utf8').matchAll(
      /\b(\w+)::(\w+)/g,
    )) {
      if (known.has(plugin.toLowerCase()) || /32$|^psapi$/i.test(plugin)) continue;
      calls.set(plugin, (calls.get(plugin) ?? new Set()).add(call));
    }
  }
  for (const [plugin, names] of calls)
    writeFileSync(join(target, `${plugin}.dll`), pluginDll(plugin, [...names].sort()));
  return folder;
}

/** Wine would run the installer once to have it write its uninstaller. Ours writes something of that name. */
function wine(folder: string): string {
  for (const name of ['bin', 'lib', 'wine-home']) mkdirSync(join(folder, name), { recursive: true });
  const program = join(folder, 'wine-home/uninstaller.exe');
  copyFileSync(join(folder, '../nsis/elevate.exe'), program);
  script(join(folder, 'bin/wine'), `cp '${program}' "\${1%exe}__uninstaller.exe"`);
  return folder;
}
