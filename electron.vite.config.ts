import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { dataAsJson } from './scripts/data-as-json.ts';
import { listPackages } from './scripts/dist/notices/module-graph.ts';
import { ipcNames } from './scripts/ipc-names.ts';
import { lateSchemas } from './scripts/late-schemas.ts';
import { leanEmojiFont } from './scripts/lean-emoji-font.ts';
import { noAsm } from './scripts/no-asm.ts';
import { plainBuiltins } from './scripts/plain-builtins.ts';
import { pureSchemas } from './scripts/pure-schemas.ts';
import { releaseDefine } from './scripts/release-define.ts';
import { workerAsCommonJs } from './scripts/worker-build.ts';

// The main process bundles everything but what must be loaded at run time: Electron itself and the
// native SQLite binding. `wukongimjssdk` is ESM without extensions, which Node cannot load unbundled.
const runtime = ['electron', 'better-sqlite3', /^node:/];

// The check that two builds give the same bytes builds into a folder of its own.
const out = process.env['WUKONG_BUILD_OUT'] ?? resolve(import.meta.dirname, 'out');

/** The tables of how characters are read aloud. */
const READINGS = /[\\/]pinyin-pro[\\/].*[\\/]data[\\/](?:dict[1-4]|surname)\.mjs$/;

const SHARED =
  /[\\/](?:node_modules|shared|renderer[\\/](?:ui|state|text|i18n))[\\/](?!.*(?:pinyin-pro|name-match))/;

/** What is read before the app is. */
const START = /[\\/]electron[\\/]main[\\/](?:accounts[\\/]code-cache|settings[\\/]launch-options)\.ts$/;

type ModuleInfo = (id: string) => { importers: readonly string[]; isEntry: boolean } | null;

/** The list of chats waits for it: no dynamic import lies between it and the entry. */
function isFirst(id: string, infoOf: ModuleInfo): boolean {
  const seen = new Set([id]);
  for (const each of seen) {
    const info = infoOf(each);
    if (info?.isEntry) return true;
    for (const importer of info?.importers ?? []) seen.add(importer);
  }
  return false;
}

export default defineConfig({
  main: {
    plugins: [
      plainBuiltins(),
      lateSchemas(),
      listPackages('main'),
      workerAsCommonJs({
        entries: {
          'core.cjs': {
            source: resolve(import.meta.dirname, 'electron/core/worker.ts'),
            plugins: [lateSchemas(), listPackages('worker')],
          },
          'syllables.cjs': {
            source: resolve(import.meta.dirname, 'electron/core/store/tables/people/syllables.ts'),
            plugins: [listPackages('syllables'), dataAsJson(READINGS)],
          },
          'voice.cjs': {
            source: resolve(import.meta.dirname, 'electron/core/voice/codec-thread.ts'),
            plugins: [listPackages('voice'), noAsm()],
          },
        },
        outDir: resolve(out, 'main'),
        external: runtime,
      }),
    ],
    define: releaseDefine(import.meta.dirname),
    build: {
      outDir: resolve(out, 'main'),
      externalizeDeps: false,
      rollupOptions: {
        input: { index: resolve(import.meta.dirname, 'electron/main/entry.ts') },
        external: runtime,
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: ({ name }) => (name === 'main' ? 'app.js' : 'chunks/[name]-[hash].js'),
          // What the entry needs itself is in a file of its own: the app would wait for the entry, which waits for it.
          codeSplitting: { groups: [{ name: 'start', test: START }] },
        },
      },
    },
  },
  preload: {
    plugins: [listPackages('preload')],
    define: ipcNames,
    build: {
      outDir: resolve(out, 'preload'),
      externalizeDeps: false,
      rollupOptions: {
        input: { index: resolve(import.meta.dirname, 'electron/preload/preload.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react(), pureSchemas(), leanEmojiFont(), listPackages('renderer')],
    build: {
      outDir: resolve(out, 'renderer'),
      emptyOutDir: true,
      // The list of chats waits for what is loaded and read first: names and spaces for people are not.
      minify: 'oxc',
      cssMinify: true,
      // One sheet, as the rules of one file may follow on those of another; parts that come later find it there.
      cssCodeSplit: false,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: resolve(import.meta.dirname, 'renderer/index.html'),
        output: {
          codeSplitting: {
            includeDependenciesRecursively: false,
            // Few files rather than one for each thing that two screens share: each is a request of its own. Not the
            // pinyin of all signs, half of the page, which waits until names are looked for.
            groups: [
              {
                debugName: 'first',
                name: (id, graph) => (isFirst(id, (each) => graph.getModuleInfo(each)) ? 'shared' : null),
                priority: 2,
                minShareCount: 2,
                test: SHARED,
              },
              // What only parts have in common that come later.
              { name: 'later', priority: 1, minShareCount: 2, test: SHARED },
            ],
          },
        },
      },
      // CSP allows no inline data: assets stay files.
      assetsInlineLimit: 0,
    },
  },
});
