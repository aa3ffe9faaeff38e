/**
 * What may lie around app.asar. The archive is sealed; what is beside it is loaded by the runtime or started by the
 * system: a library more, a script, a link that leads elsewhere would run with the rights of the app.
 */
import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { LINUX_NAME } from '../../../shared/app-identity.ts';
import type { System } from '../targets.ts';

/** Of Electron's archives, for every system that has them beside the program. */
const RUNTIME = [
  /^LICENSE\.electron\.txt$/,
  /^LICENSES\.chromium\.html$/,
  /^(?:resources|chrome_\d+_percent)\.pak$/,
  /^locales\/[\w-]+\.pak$/,
  /^icudtl\.dat$/,
  /^(?:snapshot_blob|v8_context_snapshot(?:\.\w+)?)\.bin$/,
  /^vk_swiftshader_icd\.json$/,
];
/** Ours, and what electron-builder leaves for the updater. */
const RESOURCES = [
  /^app\.asar$/,
  // Compared with the archive file by file (package-folder.ts).
  /^app\.asar\.unpacked\//,
  /^(?:LICENSE|THIRD-PARTY-NOTICES)\.txt$/,
  /^sbom\.cdx\.json$/,
  /^app-update\.yml$/,
  /^package-type$/,
];
const under = (folder: string, rules: readonly RegExp[]): RegExp[] =>
  rules.map((rule) => new RegExp(`^${folder}/${rule.source.slice(1)}`));

const ALLOWED: Readonly<Record<System, readonly RegExp[]>> = {
  linux: [
    ...RUNTIME,
    ...under('resources', RESOURCES),
    new RegExp(`^${LINUX_NAME}$`),
    /^chrome-sandbox$/,
    /^chrome_crashpad_handler$/,
    /^lib(?:EGL|GLESv2|ffmpeg|vk_swiftshader)\.so$/,
    /^libvulkan\.so\.1$/,
  ],
  win: [
    ...RUNTIME,
    ...under('resources', RESOURCES),
    // Starts the installer of an update as an administrator.
    /^resources\/elevate\.exe$/,
    /^WuKong Desktop\.exe$/,
    /^(?:d3dcompiler_47|dxcompiler|dxil|ffmpeg|libEGL|libGLESv2|vk_swiftshader|vulkan-1)\.dll$/,
  ],
  mac: [
    /^Info\.plist$/,
    /^PkgInfo$/,
    /^CodeResources$/,
    /^_CodeSignature\//,
    /^MacOS\/WuKong Desktop$/,
    // Signed by themselves, each as a whole.
    /^Frameworks\/(?:Electron Framework|Mantle|ReactiveObjC|Squirrel)\.framework\//,
    /^Frameworks\/WuKong Desktop Helper(?: \((?:GPU|Plugin|Renderer)\))?\.app\//,
    ...under('Resources', [
      ...RESOURCES,
      /^icon\.icns$/,
      /^[\w-]+\.lproj\//,
      /^LICENSE\.electron\.txt$/,
      /^LICENSES\.chromium\.html$/,
    ]),
  ],
};
/** What marks and carries the fake runtime. */
const FAKE = /^(?:fake-electron\/|Resources\/fake-electron\.txt$)/;

/** `folder`: of the package, on macOS `Contents` of the app. */
export function surroundingProblems(folder: string, system: System, fake: boolean): string[] {
  const problems: string[] = [];
  for (const { path, kind, isForAll } of entriesBelow(folder)) {
    // Installed by one person and started by others.
    if (!isForAll) problems.push(`${path} cannot be read by everybody: packed under a umask like 077?`);
    if (kind === 'folder') continue;
    if (kind === 'link') problems.push(...linkProblems(folder, path, system));
    else if (!ALLOWED[system].some((rule) => rule.test(path)) && !(fake && FAKE.test(path)))
      problems.push(`${path} is no part of Electron or of the app (folder-rules.ts names what is)`);
  }
  return problems;
}

/** Frameworks of macOS are made of links to their current version; nothing else has any. */
function linkProblems(folder: string, path: string, system: System): string[] {
  const target = readlinkSync(join(folder, path));
  const way = relative(folder, resolve(folder, dirname(path), target));
  if (isAbsolute(target) || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
    return [`${path} is a link that leads out of the package`];
  return system === 'mac' && path.startsWith('Frameworks/') ? [] : [`${path} is a link`];
}

interface Entry {
  /** With slashes. */
  path: string;
  kind: 'folder' | 'link' | 'file';
  isForAll: boolean;
}

/** A link is followed by nobody. Where files have no modes, everything is for all. */
function entriesBelow(folder: string): Entry[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => {
    const stats = lstatSync(join(folder, path));
    const kind = stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'file';
    const needed = kind === 'folder' ? 0o555 : 0o444;
    const isForAll = process.platform === 'win32' || kind === 'link' || (stats.mode & needed) === needed;
    return { path: path.replaceAll('\\', '/'), kind, isForAll };
  });
}
