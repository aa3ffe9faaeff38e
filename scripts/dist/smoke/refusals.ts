/** Spoils a copy of a good package in every way the check is there for, one at a time: each has to be found. */
import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { LINUX_NAME } from '../../../shared/app-identity.ts';
import { FAKE_MARK } from '../fake/fuse-wire.ts';
import { folderProblems } from '../check/package-folder.ts';
import type { Arch, System } from '../targets.ts';

interface Spoiled {
  what: string;
  /** Part of what the check is to say. */
  says: string;
  spoil: (folder: string) => void;
}

const ADDON = 'app.asar.unpacked/node_modules/better-sqlite3/prebuilds';

function replace(path: string, from: string | RegExp, to: string): void {
  const text = readFileSync(path, 'latin1');
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${path} holds no ${String(from)}`);
  writeFileSync(path, changed, 'latin1');
}

/** For a package whose resources lie in `resources`. */
function everywhere(resources: string, program: string): Spoiled[] {
  const asar = `${resources}/app.asar`;
  return [
    {
      what: 'a file of the runtime left in',
      says: 'default_app.asar was left in',
      spoil: (folder) => writeFileSync(join(folder, resources, 'default_app.asar'), 'x'),
    },
    {
      what: 'code beside the archive',
      says: 'has no business there',
      spoil: (folder) => writeFileSync(join(folder, resources, 'app.asar.unpacked/extra.js'), 'x'),
    },
    {
      what: 'a changed byte in the archive',
      says: 'is not what its hash says',
      spoil: (folder) => replace(join(folder, asar), 'use strict', 'use STRICT'),
    },
    {
      what: 'another feed of updates',
      says: 'the feed and the keys of updates cannot be found',
      spoil: (folder) => replace(join(folder, asar), /"feed":(?=\s*"[^"]*",\s*"keys":)/, '"feeb":'),
    },
    {
      what: 'a changed header of the archive',
      says: 'app.asar',
      spoil: (folder) => replace(join(folder, asar), '"preload":{"files"', '"preIoad":{"files"'),
    },
    {
      what: 'the binary of another computer under the right name',
      says: 'is for linux-x64',
      spoil(folder) {
        const place = join(folder, resources, ADDON);
        const [name = ''] = readdirSync(place);
        cpSync('node_modules/better-sqlite3/prebuilds/linux-x64.node', join(place, name));
      },
    },
    {
      what: 'no notices',
      says: 'THIRD-PARTY-NOTICES.txt is missing',
      spoil: (folder) => rmSync(join(folder, resources, 'THIRD-PARTY-NOTICES.txt')),
    },
    {
      what: 'a bill of materials with a gap',
      says: 'does not name zod',
      spoil: (folder) => replace(join(folder, resources, 'sbom.cdx.json'), '"name": "zod"', '"name": "dos"'),
    },
    {
      what: 'a licence of somebody else',
      says: 'LICENSE.txt is not the licence of the app',
      spoil: (folder) => replace(join(folder, resources, 'LICENSE.txt'), 'MIT', 'GPL'),
    },
    {
      what: 'notices of what is not in it',
      says: 'the notices name left-pad 1.0.0 (MIT), which sbom.cdx.json does not',
      spoil: (folder) =>
        appendFileSync(
          join(folder, resources, 'THIRD-PARTY-NOTICES.txt'),
          `${'='.repeat(80)}\nleft-pad 1.0.0 (MIT)\n\nwords\n`,
        ),
    },
    {
      what: 'a bill of materials that was touched',
      says: 'sbom.cdx.json is not what its serial number says',
      spoil: (folder) => replace(join(folder, resources, 'sbom.cdx.json'), '"SHA-512"', '"SHA-256"'),
    },
    {
      what: 'bytes behind the files of the archive',
      says: 'app.asar holds bytes that belong to no file',
      spoil: (folder) => appendFileSync(join(folder, asar), 'x'),
    },
    {
      what: 'hashes of blocks that nobody made',
      says: 'is not what the hashes of its blocks say',
      spoil: (folder) => replace(join(folder, asar), /(?<="blocks":\[")\w{8}/, '01234567'),
    },
    {
      what: 'a program more',
      says: 'is no part of Electron or of the app',
      spoil: (folder) => writeFileSync(join(folder, resources, 'helper.js'), 'x'),
    },
    {
      what: 'a link that leads out',
      says: 'is a link that leads out of the package',
      spoil: (folder) => symlinkSync('/etc', join(folder, resources, 'etc')),
    },
    {
      what: 'a fuse that was not set',
      says: 'fuse RunAsNode is enable',
      // The wire: the mark, the sentinel, version 1, length 9, nine states.
      spoil: (folder) => replace(join(folder, program), 'KmHXBZaB9tsX\x01\t0', 'KmHXBZaB9tsX\x01\t1'),
    },
  ];
}

const LINUX: Spoiled[] = everywhere('resources', LINUX_NAME);

const WINDOWS: Spoiled[] = [
  ...everywhere('resources', 'WuKong Desktop.exe'),
  {
    what: 'no hash of the archive in the program',
    says: 'the program carries no hash of app.asar',
    spoil: (folder) =>
      replace(join(folder, 'WuKong Desktop.exe'), 'resources\\\\app.asar', 'resources\\\\bpp.asar'),
  },
  {
    what: 'a program of another processor',
    says: 'the program is for win32-x64',
    spoil(folder) {
      const path = join(folder, 'WuKong Desktop.exe');
      const bytes = readFileSync(path);
      bytes.writeUInt16LE(0x8664, bytes.readUInt32LE(0x3c) + 4);
      writeFileSync(path, bytes);
    },
  },
];

const MAC_CONTENTS = 'WuKong Desktop.app/Contents';
const MAC: Spoiled[] = [
  ...everywhere(
    `${MAC_CONTENTS}/Resources`,
    `${MAC_CONTENTS}/Frameworks/Electron Framework.framework/Electron Framework`,
  ),
  {
    what: 'plain HTTP allowed to anywhere',
    says: 'Info.plist allows plain HTTP to anywhere',
    spoil: (folder) =>
      replace(
        join(folder, MAC_CONTENTS, 'Info.plist'),
        /(<key>NSAllowsArbitraryLoads<\/key>\s*)<false\/>/,
        '$1<true/>',
      ),
  },
  {
    what: 'no scheme for links',
    says: 'Info.plist does not say the scheme wukong',
    spoil: (folder) =>
      replace(join(folder, MAC_CONTENTS, 'Info.plist'), '<string>wukong</string>', '<string>w</string>'),
  },
  {
    what: 'a camera asked for',
    says: 'NSCameraUsageDescription, which the app never uses',
    spoil: (folder) =>
      replace(
        join(folder, MAC_CONTENTS, 'Info.plist'),
        '<dict>',
        '<dict><key>NSCameraUsageDescription</key><string>x</string>',
      ),
  },
];

/** Throws with what was not found. `work` is a folder for copies. */
export async function checkRefusesSpoiled(
  good: string,
  system: System,
  arch: Arch,
  work: string,
): Promise<void> {
  const missed: string[] = [];
  const kinds = { linux: LINUX, win: WINDOWS, mac: MAC };
  for (const { what, says, spoil } of kinds[system]) {
    const copy = join(work, 'spoiled');
    rmSync(copy, { recursive: true, force: true });
    cpSync(good, copy, { recursive: true, verbatimSymlinks: true });
    spoil(copy);
    const problems = await folderProblems(copy, system, arch, true).catch((error: unknown) => [
      String(error),
    ]);
    if (!problems.some((problem) => problem.includes(says)))
      missed.push(`${what}: expected "${says}", found ${JSON.stringify(problems)}`);
  }
  const unmarked = await folderProblems(good, system, arch, false);
  if (!unmarked.some((problem) => problem.includes('fake runtime')))
    missed.push(`the fake runtime (${FAKE_MARK}) was taken for Electron`);
  if (missed.length > 0) throw new Error(missed.join('\n'));
}
