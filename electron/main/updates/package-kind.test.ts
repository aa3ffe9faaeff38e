import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installCommand, packageFor, packageKind } from './package-kind.ts';

let dir: string;
let resourcesPath: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wukong-kind-'));
  resourcesPath = join(dir, 'resources');
  mkdirSync(resourcesPath);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const on = (platform: NodeJS.Platform, env: Record<string, string> = {}) =>
  packageKind({ platform, resourcesPath, env });

describe('how the app came here', () => {
  it('is an AppImage only where it runs out of it', () => {
    const APPIMAGE = '/home/u/WuKong.AppImage';
    expect(on('linux', { APPIMAGE, APPDIR: dir })).toEqual({ kind: 'appImage', path: APPIMAGE });
    // Inherited from a terminal, an editor … that is an AppImage itself.
    expect(on('linux', { APPIMAGE: '/opt/Terminal.AppImage', APPDIR: '/tmp/.mount_Term' }).kind).toBe(
      'folder',
    );
    expect(on('linux', { APPIMAGE, APPDIR: `${dir}-other` }).kind).toBe('folder');
    expect(on('linux', { APPIMAGE: 'WuKong.AppImage', APPDIR: dir }).kind).toBe('folder');
    expect(on('linux', { APPIMAGE }).kind).toBe('folder');
    expect(on('linux').kind).toBe('folder');
  });

  it.each(['deb', 'rpm', 'msi'] as const)(
    'is %s where the packager left that mark, whatever else is there',
    (mark) => {
      writeFileSync(join(resourcesPath, 'package-type'), `${mark}\n`);
      writeFileSync(join(resourcesPath, 'app-update.yml'), '');
      for (const platform of ['linux', 'win32'] as const)
        expect(on(platform, { APPIMAGE: '/x', APPDIR: dir })).toEqual({ kind: mark });
    },
  );

  it('is nsis on Windows with its file, a zip of macOS, else a folder', () => {
    expect(on('win32').kind).toBe('folder');
    writeFileSync(join(resourcesPath, 'app-update.yml'), '');
    expect(on('win32').kind).toBe('nsis');
    expect(on('darwin').kind).toBe('macZip');
    writeFileSync(join(resourcesPath, 'package-type'), 'pacman');
    expect(on('linux').kind).toBe('folder');
  });
});

describe('the package for it', () => {
  const files = [
    'WuKong-Desktop-0.2.0-arm64.AppImage',
    'WuKong-Desktop-0.2.0-x86_64.AppImage',
    'wukong-desktop_0.2.0_amd64.deb',
    'wukong-desktop-0.2.0.aarch64.rpm',
    'WuKong-Desktop-0.2.0-universal-mac.zip',
    'WuKong-Desktop-0.2.0-x64.exe',
  ].map((url) => ({ url }));

  it.each([
    ['appImage', 'x64', 'WuKong-Desktop-0.2.0-x86_64.AppImage'],
    ['appImage', 'arm64', 'WuKong-Desktop-0.2.0-arm64.AppImage'],
    ['deb', 'x64', 'wukong-desktop_0.2.0_amd64.deb'],
    ['deb', 'arm64', undefined],
    ['rpm', 'arm64', 'wukong-desktop-0.2.0.aarch64.rpm'],
    ['rpm', 'x64', undefined],
    ['macZip', 'arm64', 'WuKong-Desktop-0.2.0-universal-mac.zip'],
    ['macZip', 'x64', 'WuKong-Desktop-0.2.0-universal-mac.zip'],
    ['nsis', 'x64', 'WuKong-Desktop-0.2.0-x64.exe'],
    ['msi', 'x64', undefined],
    ['folder', 'x64', undefined],
  ] as const)('%s on %s: %s', (kind, arch, url) => {
    const of = kind === 'appImage' ? { kind, path: '/x' } : { kind };
    expect(packageFor(files, of, arch)?.url).toBe(url);
  });

  it('is installed by a command where there is one', () => {
    expect(installCommand('deb', 'a.deb')).toBe('sudo apt install ./a.deb');
    expect(installCommand('rpm', 'a.rpm')).toBe('sudo dnf install ./a.rpm');
    expect(installCommand('msi', 'a.msi')).toBe('msiexec /i a.msi /qn');
    expect(installCommand('folder', 'a.tar.gz')).toBeNull();
  });
});
