/**
 * Builds the account worker beside the main process, as one CommonJS file: Electron documents that worker threads read
 * `app.asar` with `require` (since 18), and ES modules in it for the main process only (since 28). electron-vite
 * knows one format a process.
 */
import { build, type Plugin, type PluginOption } from 'vite';

export interface WorkerBuildOptions {
  /** Source of the worker. */
  entry: string;
  outDir: string;
  external: readonly (string | RegExp)[];
  plugins?: PluginOption[];
}

export function workerAsCommonJs({ entry, outDir, external, plugins = [] }: WorkerBuildOptions): Plugin {
  return {
    name: 'worker-as-commonjs',
    apply: 'build',
    async closeBundle() {
      await build({
        configFile: false,
        logLevel: 'warn',
        plugins,
        ssr: { noExternal: true, target: 'node' },
        build: {
          ssr: entry,
          outDir,
          emptyOutDir: false,
          target: 'node24',
          minify: false,
          reportCompressedSize: false,
          rolldownOptions: {
            external: [...external],
            output: { format: 'cjs', entryFileNames: 'core.cjs', codeSplitting: false },
          },
        },
      });
    },
  };
}
