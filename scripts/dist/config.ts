/** electron-builder's configuration for all systems. Each odd line answers a trap of docs/packaging.md. */
import type { Configuration, FileSet } from 'electron-builder';
import { APP_ID, LINK_SCHEME, LINUX_NAME } from '../../shared/app-identity.ts';
import { afterExtract, afterPack } from './after-pack.ts';
import type { Stage } from './stage.ts';
import type { System } from './targets.ts';

export interface ConfigOptions {
  system: System;
  stage: Stage;
  output: string;
  /** Folder with `electron-v<version>-<platform>-<arch>.zip`; null = electron-builder downloads the runtime. */
  electronDist: string | null;
  updateUrl: string;
  /** What the package says of itself in resources/package-type; null = nothing (it can find out). */
  packageType: string | null;
  /** macOS: what is packed is half of an app for both processors. */
  universal: boolean;
  /** Tests: nothing is compressed. */
  quick: boolean;
}

/** What is packed into app.asar, and nothing else: electron-builder adds everything when it sees only exclusions. */
const FILES = [
  'package.json',
  'out/main/**/*.js',
  'out/main/core.cjs',
  'out/main/syllables.cjs',
  'out/main/voice.cjs',
  'out/preload/index.cjs',
  'out/renderer/**/*',
];

/**
 * better-sqlite3 with its one binary. `${platform}` would be the computer that packs, so each system names its own. As
 * a set of files with a target: the app's own `node_modules` is left out whatever the patterns say.
 */
const addon = (platform: string, arch = '${arch}'): FileSet => ({
  from: '../better-sqlite3',
  to: 'node_modules/better-sqlite3',
  filter: ['package.json', 'LICENSE', 'lib/**/*.js', `prebuilds/${platform}-${arch}.node`],
});

/**
 * Windows and macOS have one of their own (renderer/ui/app-emoji.ts). Beside the patterns that it takes from: in the
 * files of a system it would be a set of its own, which leaves nothing out.
 */
const NO_EMOJI_FONT = '!out/renderer/assets/noto-color-emoji*';

/** Emoji also stand in what the system draws: titles, notifications, dialogs. */
const EMOJI_FONT = {
  deb: 'fonts-noto-color-emoji',
  // Fedora and RHEL 10; RHEL 9 and Amazon; openSUSE Tumbleweed; Leap. None is called like another, and what all of them
  // provide (the language und-zsye) fonts without colours provide as well.
  rpm: '(google-noto-color-emoji-fonts or google-noto-emoji-color-fonts or google-noto-coloremoji-fonts or noto-coloremoji-fonts)',
};

/** Programs that a universal app holds beside each other, one for each processor. */
export const SINGLE_BINARIES = '**/better-sqlite3/prebuilds/darwin-*.node';

export function builderConfig(options: ConfigOptions): Configuration {
  const { system, stage, output, electronDist, updateUrl, packageType, universal, quick } = options;
  return {
    appId: APP_ID,
    // Linux: no space in a path; the app's own name, and with it the profile's place, is in its package.json.
    productName: system === 'linux' ? LINUX_NAME : 'WuKong Desktop',
    copyright: 'Copyright © 2026 WuKong Desktop contributors',
    directories: { app: stage.app, output, buildResources: 'scripts/dist/resources' },
    // A copy: electron-builder changes what it is given.
    files: [...FILES, ...(system === 'linux' ? [] : [NO_EMOJI_FONT])],
    // Smart unpacking would put all of better-sqlite3 outside, where no integrity check looks.
    asar: { smartUnpack: false },
    asarUnpack: ['**/*.node'],
    extraResources: [
      ...Object.keys(stage.documents).map((name) => ({ from: `${stage.root}/${name}`, to: name })),
      ...(packageType === null ? [] : [{ from: stage.packageType(packageType), to: 'package-type' }]),
    ],
    electronVersion: stage.electronVersion,
    ...(electronDist === null ? {} : { electronDist }),
    electronLanguages: ['en', 'zh-CN'],
    protocols: [{ name: 'WuKong Desktop', schemes: [LINK_SCHEME] }],
    // `false` = what is staged is all there is: no npm, no rebuild, no search for modules.
    beforeBuild: async () => false,
    afterExtract,
    afterPack,
    publish: [{ provider: 'generic', url: updateUrl }],
    compression: quick ? 'store' : 'normal',
    artifactName: `${LINUX_NAME}-\${version}-\${os}-\${arch}.\${ext}`,
    toolsets: { appimage: '1.0.3', nsis: '1.2.1', winCodeSign: '1.1.0' },
    linux: {
      files: [addon('linux')],
      icon: 'icons',
      executableName: LINUX_NAME,
      syncDesktopName: true,
      category: 'Network;InstantMessaging;Chat',
      synopsis: 'Chat client for WuKongIM',
      description: stage.description,
      desktop: {
        entry: {
          Name: 'WuKong Desktop',
          GenericName: 'Chat',
          'GenericName[zh_CN]': '聊天',
          'Comment[zh_CN]': 'WuKongIM 桌面聊天客户端',
          Keywords: 'chat;im;message;wukong;',
          'Keywords[zh_CN]': '聊天;消息;悟空;',
          StartupNotify: 'true',
        },
      },
    },
    deb: {
      afterInstall: 'scripts/dist/resources/linux/after-install.sh',
      afterRemove: 'scripts/dist/resources/linux/after-remove.sh',
      packageCategory: 'net',
      // Added to what the tool lets it depend on.
      fpm: ['--depends', EMOJI_FONT.deb, ...(quick ? ['--deb-compression', 'none'] : [])],
    },
    rpm: {
      afterInstall: 'scripts/dist/resources/linux/after-install.sh',
      afterRemove: 'scripts/dist/resources/linux/after-remove.sh',
      packageCategory: 'Applications/Internet',
      fpm: [
        // Else the folders stay when the package is erased.
        `--directories=/opt/${LINUX_NAME}`,
        `--rpm-tag=Requires: ${EMOJI_FONT.rpm}`,
        // Else rpm links every binary into /usr/lib/.build-id, where two apps on the same Electron collide.
        '--rpm-rpmbuild-define=_build_id_links none',
        ...(quick ? ['--rpm-compression', 'none'] : []),
      ],
    },
    win: {
      files: [addon('win32')],
      icon: 'icon.ico',
      legalTrademarks: 'WuKong Desktop',
      requestedExecutionLevel: 'asInvoker',
    },
    nsis: {
      // Asks for whom; silent: /currentuser or /allusers.
      oneClick: false,
      perMachine: false,
      selectPerMachineByDefault: false,
      allowElevation: true,
      allowToChangeInstallationDirectory: true,
      deleteAppDataOnUninstall: false,
      include: 'scripts/dist/resources/win/installer.nsh',
      license: `${stage.root}/LICENSE.txt`,
      installerLanguages: ['en_US', 'zh_CN'],
      multiLanguageInstaller: true,
      displayLanguageSelector: false,
      // One installer for each processor; a common one would carry both runtimes.
      buildUniversalInstaller: false,
      differentialPackage: false,
      // Shims and Debian's makensis warn of what the newer one does not.
      warningsAsErrors: !quick,
    },
    msi: { oneClick: false, perMachine: true, runAfterFinish: false },
    mac: {
      // Both halves of a universal app hold both binaries: then their archives are the same and one is kept, and no
      // program of Xcode has to join what is not in both.
      files: [addon('darwin', universal ? '*' : undefined)],
      icon: 'icon.icns',
      category: 'public.app-category.social-networking',
      minimumSystemVersion: '12.0',
      darkModeSupport: true,
      hardenedRuntime: true,
      gatekeeperAssess: false,
      entitlements: 'scripts/dist/resources/mac/entitlements.plist',
      entitlementsInherit: 'scripts/dist/resources/mac/entitlements.plist',
      mergeASARs: false,
      ...(universal ? { x64ArchFiles: SINGLE_BINARIES } : {}),
      extendInfo: {
        NSSupportsAutomaticTermination: false,
        LSFileQuarantineEnabled: true,
        NSMicrophoneUsageDescription:
          'Voice messages are recorded with the microphone, when you press its button.',
      },
    },
    dmg: { title: 'WuKong Desktop ${version}' },
  };
}
