import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import type { System } from '../targets.ts';
import { surroundingProblems } from './folder-rules.ts';

/** As Electron's archives of the three systems are, with what a package adds. */
const FILES: Readonly<Record<System, string>> = {
  linux: `LICENSE.electron.txt LICENSES.chromium.html chrome-sandbox chrome_crashpad_handler icudtl.dat resources.pak
    chrome_100_percent.pak chrome_200_percent.pak libEGL.so libGLESv2.so libffmpeg.so libvk_swiftshader.so libvulkan.so.1
    snapshot_blob.bin v8_context_snapshot.bin vk_swiftshader_icd.json locales/zh-CN.pak wukong-desktop
    resources/app.asar resources/app.asar.unpacked/x.node resources/LICENSE.txt resources/app-update.yml
    resources/package-type`,
  win: `LICENSE.electron.txt LICENSES.chromium.html icudtl.dat resources.pak d3dcompiler_47.dll dxcompiler.dll dxil.dll
    ffmpeg.dll libEGL.dll libGLESv2.dll vk_swiftshader.dll vulkan-1.dll snapshot_blob.bin locales/en-US.pak
    WuKong_Desktop.exe resources/app.asar resources/elevate.exe resources/sbom.cdx.json`,
  mac: `Info.plist PkgInfo _CodeSignature/CodeResources MacOS/WuKong_Desktop Resources/app.asar Resources/icon.icns
    Resources/en.lproj/locale.pak Frameworks/Electron_Framework.framework/Versions/A/Electron_Framework
    Frameworks/WuKong_Desktop_Helper_(GPU).app/Contents/MacOS/Helper Frameworks/Squirrel.framework/Versions/A/Squirrel`,
};
const systems = Object.keys(FILES) as System[];

function folderOf(system: System): string {
  const folder = tempFolder('wukong-around-');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // An underscore between capitals stands for a blank.
  for (const path of FILES[system].split(/\s+/)) put(folder, path.replace(/(?<=[a-z])_(?=[A-Z(])/g, ' '));
  return folder;
}

function put(folder: string, path: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), 'x');
}

it.each(systems)('what Electron and the app have is fit: %s', (system) => {
  expect(surroundingProblems(folderOf(system), system, false)).toEqual([]);
});

it.each<[System, string]>([
  ['linux', 'libevil.so'],
  ['linux', 'libffmpeg.so.1'],
  ['linux', 'resources/app/index.js'],
  ['linux', 'resources/extra.asar'],
  ['linux', 'resources/evil/app.asar'],
  ['linux', 'locales/evil.js'],
  ['linux', '.hidden'],
  ['linux', 'chrome-sandbox.bak'],
  ['linux', 'fake-electron/node'],
  ['win', 'version.dll'],
  ['win', 'updater.exe'],
  ['win', 'WuKong Desktop.exe.manifest'],
  ['win', 'resources/elevate.exe.config'],
  ['mac', 'MacOS/other'],
  ['mac', 'Frameworks/libevil.dylib'],
  ['mac', 'Library/LaunchAgents/evil.plist'],
  ['mac', 'Resources/evil.js'],
])('of %s, what nobody packs is named: %s', (system, path) => {
  const folder = folderOf(system);
  put(folder, path);
  expect(surroundingProblems(folder, system, false)).toEqual([
    `${path} is no part of Electron or of the app (folder-rules.ts names what is)`,
  ]);
});

it.each<[System, string, string, string]>([
  ['linux', 'resources/x', '/etc/passwd', 'is a link that leads out of the package'],
  ['linux', 'resources/x', '../../elsewhere', 'is a link that leads out of the package'],
  ['linux', 'locales/x.pak', '../resources.pak', 'is a link'],
  ['win', 'ffmpeg2.dll', 'ffmpeg.dll', 'is a link'],
  [
    'mac',
    'Frameworks/Squirrel.framework/Out',
    '../../../../../out',
    'is a link that leads out of the package',
  ],
  ['mac', 'Resources/x', 'app.asar', 'is a link'],
])('of %s, a link is named: %s to %s', (system, path, target, says) => {
  const folder = folderOf(system);
  symlinkSync(target, join(folder, path));
  expect(surroundingProblems(folder, system, false)).toEqual([`${path} ${says}`]);
});

it('frameworks of macOS are made of links', () => {
  const folder = folderOf('mac');
  symlinkSync('A', join(folder, 'Frameworks/Squirrel.framework/Versions/Current'));
  symlinkSync('Versions/Current/Squirrel', join(folder, 'Frameworks/Squirrel.framework/Squirrel'));
  expect(surroundingProblems(folder, 'mac', false)).toEqual([]);
});

it('the fake runtime is named where it may not be', () => {
  const folder = folderOf('linux');
  put(folder, 'fake-electron/node');
  expect(surroundingProblems(folder, 'linux', true)).toEqual([]);
  expect(surroundingProblems(folder, 'linux', false)).toHaveLength(1);
});

it.skipIf(process.platform === 'win32')('what only the packing person could read is named', () => {
  const folder = folderOf('linux');
  chmodSync(join(folder, 'resources/app.asar'), 0o600);
  chmodSync(join(folder, 'locales'), 0o700);
  expect(surroundingProblems(folder, 'linux', false).toSorted()).toEqual([
    'locales cannot be read by everybody: packed under a umask like 077?',
    'resources/app.asar cannot be read by everybody: packed under a umask like 077?',
  ]);
});
