/**
 * `import … from 'node:http'` of an ES module reads every property of that module, and three of them (WebSocket and its
 * events) load the whole of Node's fetch: 15 ms of every start, before the first line of the app. Those of
 * `node:crypto` load WebCrypto, those of `node:util` a parser of arguments and a comparison of texts. The main process
 * asks for what it needs by name instead.
 */
import type { Plugin } from 'vite';

export function plainBuiltins(): Plugin {
  return {
    name: 'wukong:plain-builtins',
    renderChunk: (code) => ({ code: withPlainBuiltins(code), map: null }),
  };
}

/** Of built code, in which every import is one line of its own. */
export function withPlainBuiltins(code: string): string {
  return code.replaceAll(
    /^import \{ ([\w$, ]+) \} from ["'](node:(?:http|crypto|util))["'];$/gm,
    (_line, names: string, from: string) =>
      `const { ${names.replaceAll(' as ', ': ')} } = process.getBuiltinModule("${from}");`,
  );
}
