/** Electron.app as electron-builder and the fuses look at it: folders, links, plists, programs that cannot run. */
import type { Arch } from '../targets.ts';
import { fuseWire } from './fuse-wire.ts';
import { emptyMachO } from './programs.ts';
import type { ZipEntry } from './zip-file.ts';

const CONTENTS = 'Electron.app/Contents';
const FRAMEWORK = `${CONTENTS}/Frameworks/Electron Framework.framework`;
const HELPERS = ['Helper', 'Helper (Renderer)', 'Helper (Plugin)', 'Helper (GPU)'];

export function macEntries(arch: Arch, readme: string): ZipEntry[] {
  const program = emptyMachO(arch);
  return [
    file(`${CONTENTS}/Info.plist`, plist('Electron', 'com.github.Electron')),
    file(`${CONTENTS}/PkgInfo`, Buffer.from('APPL????')),
    file(`${CONTENTS}/MacOS/Electron`, program, 0o755),
    file(`${CONTENTS}/Resources/electron.icns`, Buffer.from('icns')),
    file(`${CONTENTS}/Resources/default_app.asar`, Buffer.from('left in by mistake')),
    file(`${CONTENTS}/Resources/fake-electron.txt`, Buffer.from(readme)),
    ...['en', 'zh_CN', 'de'].map((name) =>
      file(`${CONTENTS}/Resources/${name}.lproj/locale.pak`, Buffer.from(name)),
    ),
    file(`${FRAMEWORK}/Versions/A/Electron Framework`, Buffer.concat([program, fuseWire()]), 0o755),
    file(
      `${FRAMEWORK}/Versions/A/Resources/Info.plist`,
      plist('Electron Framework', 'com.github.Electron.framework'),
    ),
    ...['en', 'zh_CN', 'de'].map((name) =>
      file(`${FRAMEWORK}/Versions/A/Resources/${name}.lproj/locale.pak`, Buffer.from(name)),
    ),
    link(`${FRAMEWORK}/Versions/Current`, 'A'),
    link(`${FRAMEWORK}/Electron Framework`, 'Versions/Current/Electron Framework'),
    link(`${FRAMEWORK}/Resources`, 'Versions/Current/Resources'),
    ...HELPERS.flatMap((name) => {
      const folder = `${CONTENTS}/Frameworks/Electron ${name}.app/Contents`;
      return [
        file(`${folder}/Info.plist`, plist(`Electron ${name}`, 'com.github.Electron.helper')),
        file(`${folder}/MacOS/Electron ${name}`, program, 0o755),
      ];
    }),
  ];
}

function plist(name: string, identifier: string): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>CFBundleExecutable</key><string>${name}</string>
  <key>CFBundleIdentifier</key><string>${identifier}</string>
  <key>CFBundleName</key><string>${name}</string>
  <key>CFBundlePackageType</key><string>APPL</string>
  <key>CFBundleIconFile</key><string>electron.icns</string>
  <key>NSPrincipalClass</key><string>AtomApplication</string>
  <key>NSCameraUsageDescription</key><string>This app needs access to the camera</string>
  <key>NSMicrophoneUsageDescription</key><string>This app needs access to the microphone</string>
</dict>
</plist>
`);
}

function file(path: string, content: Buffer, mode = 0o644): ZipEntry {
  return { path, content, mode };
}

function link(path: string, to: string): ZipEntry {
  return { path, content: Buffer.from(to), mode: 0o755, link: true };
}
