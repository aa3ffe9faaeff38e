/** What `knip` (unused files, exports and dependencies) cannot find out by itself; each line says why it is here. */
import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  workspaces: {
    '.': {
      entry: [
        // Run by hand or by package.json's scripts with arguments knip does not follow.
        'scripts/{start,test,e2e,demo,pictures}.ts',
        // A process of its own, started by scripts/runtime.ts so that a stalled download can be ended.
        'scripts/electron-download.ts',
        // `node --import register.ts`: named in a command line (scripts/runtime.ts); it answers `electron` with
        // index.ts.
        'e2e/standin/{register,index}.ts',
        // Named by `--config` in scripts/e2e.ts and scripts/test.ts; Playwright then finds set-up and specs by pattern.
        'e2e/playwright.config.ts',
        'e2e/global-setup.ts',
        // Built by scripts/worker-build.ts, as a file of its own that main/ names by its path.
        'electron/core/worker.ts',
        // The same: a thread that voice-codec.ts starts by its path.
        'electron/core/voice/codec-thread.ts',
        'e2e/{specs,real-electron}/*.spec.ts',
        'e2e/interop/*.{spec,config}.ts',
        'e2e/installed/*.{spec,config}.ts',
        // Run by package.json's scripts, or by hand after a change of the drawing.
        'scripts/dist/{dist,check/check,smoke/smoke,resources/make-icons}.ts',
        // What the fake runtime starts: named in start scripts that are written out (scripts/dist/fake).
        'scripts/dist/fake/{packaged-app,fpm,join-halves}.ts',
      ],
      project: ['{electron,renderer,shared,e2e,bench,scripts}/**/*.{ts,tsx}'],
    },
    server: {
      // Run by the scripts of the top package.json, the last by its `e2e`.
      entry: ['contract/main.ts', 'doctor/main.ts', 'cluster/main.ts', 'im-ready/main.ts'],
      project: ['**/*.ts'],
    },
  },
  // Programs of Linux, not of npm: tests of a full disk mount a small one (account-store/testing/small-disk.ts) or
  // lower the limit of a process's file size; packages are made and installed by those of their kind.
  ignoreBinaries: [
    'mount',
    'umount',
    'unshare',
    'prlimit',
    'apt-get',
    'dd',
    'dpkg-deb',
    'mkfifo',
    'rpmbuild',
    'rsvg-convert',
  ],
  // A type that is part of an exported function's signature may be named by its users, though none does today.
  ignoreExportsUsedInFile: true,
};

export default config;
