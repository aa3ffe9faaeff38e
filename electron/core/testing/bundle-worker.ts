/**
 * Bundles a worker's entry as the app does it: wukongimjssdk does not load unbundled and is a singleton per module
 * instance.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const ROOT = resolve(import.meta.dirname, '../../..');

const NEEDED_LATER = {
  'syllables.cjs': 'electron/core/store/tables/people/syllables.ts',
  'voice.cjs': 'electron/core/voice/codec-thread.ts',
};

export interface Bundle {
  file: string;
  remove: () => void;
}

/** Below node_modules, so that the native module is found from there. Default entry: the account's worker. */
export async function bundleWorker(entry = join(ROOT, 'electron/core/worker.ts')): Promise<Bundle> {
  const outDir = mkdtempSync(join(ROOT, 'node_modules/.wk-worker-'));
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['better-sqlite3'] },
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: false,
      minify: false,
      rollupOptions: { output: { format: 'es', entryFileNames: 'worker.mjs' } },
    },
  });
  // Loaded by the worker when they are needed, as in the app (scripts/worker-build.ts).
  for (const [file, source] of Object.entries(NEEDED_LATER)) {
    await build({
      configFile: false,
      root: ROOT,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: {
        ssr: join(ROOT, source),
        outDir,
        emptyOutDir: false,
        minify: false,
        rollupOptions: { output: { format: 'cjs', entryFileNames: file } },
      },
    });
  }
  return { file: join(outDir, 'worker.mjs'), remove: () => rmSync(outDir, { recursive: true, force: true }) };
}
