/** One unpacked package: what is in it, for which computer it is, and whether its seals hold. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { NtExecutable, NtExecutableResource } from 'resedit';
import { APP_ID, LINK_SCHEME, LINUX_NAME } from '../../../shared/app-identity.ts';
import { FAKE_MARK } from '../fake/fuse-wire.ts';
import { fuseProblems } from '../fuses.ts';
import { type Arch, NODE_PLATFORM, type System } from '../targets.ts';
import { AsarArchive } from './asar-archive.ts';
import { archiveProblems } from './content-rules.ts';
import { documentProblems } from './document-rules.ts';
import { surroundingProblems } from './folder-rules.ts';
import { machineType } from './machine-type.ts';
import { releaseProblems } from './packed-release.ts';
import { readRelease, releaseFile } from '../../release-define.ts';
import { ROOT } from '../../paths.ts';

/** Names that must be nowhere in a package, at any depth. */
const FORBIDDEN = ['default_app.asar', 'version', '.built', '.packages', '.env', '.git'];

interface Places {
  /** The file that carries the fuses; on macOS the `.app`. */
  program: string;
  /** The file whose bytes are the runtime's. */
  binary: string;
  resources: string;
}

/** Empty = fit to be given away. `allowFake`: it may hold the fake runtime. */
export async function folderProblems(
  folder: string,
  system: System,
  arch: Arch | 'universal',
  allowFake: boolean,
): Promise<string[]> {
  const { program, binary, resources } = placesOf(folder, system);
  if (!existsSync(binary)) return [`there is no ${binary}`];
  const archivePath = join(resources, 'app.asar');
  if (!existsSync(archivePath)) return ['there is no app.asar'];
  const archive = new AsarArchive(archivePath);
  const archs: readonly Arch[] = arch === 'universal' ? ['x64', 'arm64'] : [arch];
  const addons = archs.map((one) => `${NODE_PLATFORM[system]}-${one}.node`);
  const fake = readFileSync(binary).includes(FAKE_MARK);
  return [
    ...(fake && !allowFake ? ['it holds the fake runtime of the tests, not Electron'] : []),
    ...archiveProblems(archive, addons),
    ...releaseProblems(mainCode(archive), readRelease(releaseFile(ROOT)), !fake),
    ...addonProblems(archivePath, addons),
    ...(await fuseProblems(program)),
    ...machineProblems(binary, system, arch, fake),
    ...documentsOf(resources, archive),
    ...forbiddenFiles(folder),
    ...(system === 'mac' ? besideTheApp(folder, program) : []),
    ...surroundingProblems(system === 'mac' ? join(program, 'Contents') : folder, system, fake),
    ...electronLicences(folder, resources, system),
    ...sealProblems(folder, system, binary, archive),
  ];
}

/** Of the main process, which is bundled into a few files. */
const mainCode = (archive: AsarArchive): string[] =>
  archive
    .files()
    .filter(({ path, isLink, unpacked }) => !isLink && !unpacked && /^out\/main\/.*\.c?js$/.test(path))
    .map(({ path }) => archive.read(path).toString('utf8'));

function placesOf(folder: string, system: System): Places {
  if (system === 'mac') {
    const program = join(folder, readdirSync(folder).find((name) => name.endsWith('.app')) ?? 'no.app');
    return {
      program,
      binary: join(program, 'Contents/Frameworks/Electron Framework.framework/Electron Framework'),
      resources: join(program, 'Contents/Resources'),
    };
  }
  const program = join(folder, system === 'win' ? 'WuKong Desktop.exe' : LINUX_NAME);
  return { program, binary: program, resources: join(folder, 'resources') };
}

/** Outside of the archive lies exactly what the archive says. */
function addonProblems(archive: string, addons: readonly string[]): string[] {
  const outside = filesBelow(`${archive}.unpacked`);
  const wanted = addons.map((name) => `node_modules/better-sqlite3/prebuilds/${name}`);
  return [
    ...outside
      .filter((path) => !wanted.includes(path))
      .map((path) => `app.asar.unpacked/${path} has no business there`),
    ...wanted.flatMap((path) => {
      const file = join(`${archive}.unpacked`, path);
      if (!existsSync(file)) return [];
      const is = machineType(file);
      return is === basename(path, '.node') ? [] : [`${path} is for ${is ?? 'no known computer'}`];
    }),
  ];
}

function machineProblems(binary: string, system: System, arch: string, fake: boolean): string[] {
  const is = machineType(binary);
  // The fake runtime of the computer it was made on is a script.
  if (fake && is === null) return [];
  const wanted = `${NODE_PLATFORM[system]}-${arch}`;
  return is === wanted ? [] : [`the program is for ${is ?? 'no known computer'}, not for ${wanted}`];
}

function documentsOf(resources: string, archive: AsarArchive): string[] {
  const names = {
    licence: 'LICENSE.txt',
    notices: 'THIRD-PARTY-NOTICES.txt',
    sbom: 'sbom.cdx.json',
  } as const;
  const missing = Object.values(names).filter((name) => !existsSync(join(resources, name)));
  if (missing.length > 0) return missing.map((name) => `resources/${name} is missing`);
  const read = (name: string): string => readFileSync(join(resources, name), 'utf8');
  const inside = ['package.json', 'node_modules/better-sqlite3/package.json'];
  const paths = new Set(archive.files().map(({ path }) => path));
  // Said of the archive already.
  if (!inside.every((path) => paths.has(path))) return [];
  const [app, addon] = inside.map(
    (path) => JSON.parse(archive.read(path).toString('utf8')) as { name: string; version: string },
  ) as [{ name: string; version: string }, { name: string; version: string }];
  return documentProblems({
    packed: { app, addon },
    ownLicence: readFileSync(join(ROOT, 'LICENSE'), 'utf8'),
    licence: read(names.licence),
    notices: read(names.notices),
    sbom: read(names.sbom),
  });
}

/** The folder holds one app, the app one folder. */
function besideTheApp(folder: string, program: string): string[] {
  return [
    ...readdirSync(folder).filter((name) => name !== basename(program)),
    ...readdirSync(program)
      .filter((name) => name !== 'Contents')
      .map((name) => `${basename(program)}/${name}`),
  ].map((path) => `${path} is no part of the app`);
}

function electronLicences(folder: string, resources: string, system: System): string[] {
  const place = system === 'mac' ? resources : folder;
  return ['LICENSE.electron.txt', 'LICENSES.chromium.html']
    .filter((name) => !existsSync(join(place, name)))
    .map((name) => `${name} is missing`);
}

function forbiddenFiles(folder: string): string[] {
  return filesBelow(folder)
    .filter((path) => path.split('/').some((part) => FORBIDDEN.includes(part)) || path.endsWith('.map'))
    .map((path) => `${path} was left in`);
}

/** What the system compares before it lets the app start. */
function sealProblems(folder: string, system: System, binary: string, archive: AsarArchive): string[] {
  if (system === 'win') return windowsSeals(binary, archive);
  return system === 'mac' ? macSeals(folder, archive) : [];
}

function windowsSeals(binary: string, archive: AsarArchive): string[] {
  const resources = NtExecutableResource.from(NtExecutable.from(readFileSync(binary), { ignoreCert: true }));
  const has = (type: number): boolean => resources.entries.some((entry) => entry.type === type);
  const seal = resources.entries.find((entry) => entry.type === 'INTEGRITY' && entry.id === 'ELECTRONASAR');
  const list = seal === undefined ? '[]' : Buffer.from(seal.bin).toString('utf8');
  const entries = JSON.parse(list) as { file: string; alg: string; value: string }[];
  const app = entries.find(({ file }) => file.toLowerCase() === 'resources\\app.asar');
  return [
    ...(has(14) ? [] : ['the program has no icon']),
    ...(has(16) ? [] : ['the program says no version']),
    ...integrity(app?.value, archive),
    ...entries.filter((entry) => entry !== app).map(({ file }) => `the integrity list names ${file}`),
  ];
}

function macSeals(folder: string, archive: AsarArchive): string[] {
  const plist = readFileSync(join(placesOf(folder, 'mac').program, 'Contents/Info.plist'), 'utf8');
  const hash =
    /<key>Resources\/app\.asar<\/key>\s*<dict>[\s\S]*?<key>hash<\/key>\s*<string>([0-9a-f]+)</.exec(
      plist,
    )?.[1];
  const must: Readonly<Record<string, RegExp>> = {
    'CFBundleIdentifier of the app': new RegExp(
      `<key>CFBundleIdentifier</key>\\s*<string>${APP_ID.replaceAll('.', '\\.')}</string>`,
    ),
    [`the scheme ${LINK_SCHEME}`]: new RegExp(
      `<key>CFBundleURLSchemes</key>\\s*<array>\\s*<string>${LINK_SCHEME}</string>`,
    ),
    'NSAllowsArbitraryLoads false': /<key>NSAllowsArbitraryLoads<\/key>\s*<false\s*\/>/,
    LSMinimumSystemVersion: /<key>LSMinimumSystemVersion<\/key>/,
    // Without it macOS ends an app that asks for the microphone.
    NSMicrophoneUsageDescription: /<key>NSMicrophoneUsageDescription<\/key>/,
  };
  return [
    ...Object.entries(must)
      .filter(([, pattern]) => !pattern.test(plist))
      .map(([what]) => `Info.plist does not say ${what}`),
    ...(/<key>NSAllowsArbitraryLoads<\/key>\s*<true\s*\/>/.test(plist)
      ? ['Info.plist allows plain HTTP to anywhere']
      : []),
    ...['NSCameraUsageDescription', 'NSBluetoothAlwaysUsageDescription']
      .filter((key) => plist.includes(key))
      .map((key) => `Info.plist asks for ${key}, which the app never uses`),
    ...integrity(hash, archive),
  ];
}

function integrity(hash: string | undefined, archive: AsarArchive): string[] {
  if (hash === undefined) return ['the program carries no hash of app.asar'];
  return hash === archive.headerHash ? [] : ['the hash of app.asar in the program is not that of app.asar'];
}

export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() ?? false);
}
