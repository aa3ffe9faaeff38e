/** How this copy of the app came onto the computer, which decides how it gets a new version. */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** They replace themselves. */
export type SelfPackage = { kind: 'appImage'; path: string } | { kind: 'nsis' | 'macZip' };
/** The others belong to a package manager, to an administrator, or to whoever unpacked them. */
export type PackageKind = SelfPackage | { kind: 'deb' | 'rpm' | 'msi' | 'folder' };

export function isSelfPackage(kind: PackageKind): kind is SelfPackage {
  return kind.kind === 'appImage' || kind.kind === 'nsis' || kind.kind === 'macZip';
}

/** What to know about the process to tell. */
export interface InstalledAs {
  platform: NodeJS.Platform;
  resourcesPath: string;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * The packager leaves `package-type` in the resources of deb, rpm and msi (electron-builder does for the first two). An
 * msi is made of the folder of the nsis installer, with its `app-update.yml`, so the mark comes first.
 */
export function packageKind({ platform, resourcesPath, env }: InstalledAs): PackageKind {
  const mark = markIn(resourcesPath);
  if (mark !== null) return { kind: mark };
  if (platform === 'darwin') return { kind: 'macZip' };
  if (platform === 'win32')
    return { kind: existsSync(join(resourcesPath, 'app-update.yml')) ? 'nsis' : 'folder' };
  const { APPIMAGE: path, APPDIR: mounted } = env;
  // Both variables are inherited by every program that an AppImage starts, a terminal and this app among them:
  // without a look at where we run, the update would replace the terminal.
  if (path?.startsWith('/') && mounted?.startsWith('/') && isBelow(resourcesPath, mounted))
    return { kind: 'appImage', path };
  return { kind: 'folder' };
}

function markIn(resourcesPath: string): 'deb' | 'rpm' | 'msi' | null {
  try {
    const mark = readFileSync(join(resourcesPath, 'package-type'), 'utf8').trim();
    return mark === 'deb' || mark === 'rpm' || mark === 'msi' ? mark : null;
  } catch {
    return null;
  }
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..');
}

/** How a package of this kind ends, as electron-builder names it. */
const ENDINGS: Readonly<Record<PackageKind['kind'], string>> = {
  appImage: '.AppImage',
  nsis: '.exe',
  macZip: '.zip',
  deb: '.deb',
  rpm: '.rpm',
  msi: '.msi',
  folder: '.tar.gz',
};

/** Arch in a package's name, as packagers write it. */
const ARCH_NAMES: Readonly<Record<string, RegExp>> = {
  x64: /(?:x64|x86_64|amd64)/,
  arm64: /(?:arm64|aarch64)/,
};

/** The file of a manifest that is for this kind and processor; undefined = none. */
export function packageFor<F extends { url: string }>(
  files: readonly F[],
  { kind }: PackageKind,
  arch: string,
): F | undefined {
  const fitting = files.filter(({ url }) => url.endsWith(ENDINGS[kind]));
  const named = fitting.find(({ url }) => ARCH_NAMES[arch]?.test(url));
  // One without any processor in its name is for all (a universal app of macOS).
  return named ?? fitting.find(({ url }) => !Object.values(ARCH_NAMES).some((name) => name.test(url)));
}

/** What an administrator types in the folder of the loaded package; null where it is just opened. */
export function installCommand(kind: PackageKind['kind'], fileName: string): string | null {
  switch (kind) {
    case 'deb':
      return `sudo apt install ./${fileName}`;
    case 'rpm':
      return `sudo dnf install ./${fileName}`;
    case 'msi':
      return `msiexec /i ${fileName} /qn`;
    default:
      return null;
  }
}
