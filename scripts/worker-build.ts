/**
 * Builds the account worker beside the main process, as CommonJS: Electron documents that worker threads read
 * `app.asar` with `require` (since 18), and ES modules in it for the main process only (since 28). electron-vite knows
 * one format a process.
 *
 * Each worker holds the text of its program, for as long as it runs: so it is written without spaces, and in ASCII, of
 * which a character takes one byte instead of two. Names stay, for the stack traces of the log.
 */
import { build, type Plugin, type PluginOption } from 'vite';

export interface WorkerBuildOptions {
  /** Sources by the name of the file that is made of them. */
  entries: Readonly<Record<string, { source: string; plugins?: PluginOption[] }>>;
  outDir: string;
  external: readonly (string | RegExp)[];
}

export function workerAsCommonJs({ entries, outDir, external }: WorkerBuildOptions): Plugin {
  return {
    name: 'worker-as-commonjs',
    apply: 'build',
    async closeBundle() {
      for (const [file, { source, plugins = [] }] of Object.entries(entries)) {
        await build({
          configFile: false,
          logLevel: 'warn',
          plugins: [...plugins, inAscii()],
          ssr: { noExternal: true, target: 'node' },
          build: {
            ssr: source,
            outDir,
            emptyOutDir: false,
            target: 'node24',
            minify: false,
            reportCompressedSize: false,
            rolldownOptions: {
              external: [...external],
              output: {
                format: 'cjs',
                entryFileNames: file,
                codeSplitting: false,
                minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
              },
            },
          },
        });
      }
    },
  };
}

/**
 * Each other character becomes `\\uXXXX`, which means the same in strings, templates, regular expressions and names.
 * `String.raw` would show it; the build fails where that is used with one.
 */
function inAscii(): Plugin {
  return {
    name: 'in-ascii',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        if (/String\.raw\s*`[^`]*[\u0080-\uffff]/.test(chunk.code))
          throw new Error(`${chunk.fileName}: String.raw with characters beyond ASCII`);
        chunk.code = chunk.code.replaceAll(
          /[\u0080-\uffff]/g,
          (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
      }
    },
  };
}
