/**
 * `import … from 'node:http'` of an ES module reads every property of that module, and three of them (WebSocket and its
 * events) load the whole of Node's fetch: 15 ms of every start, before the first line of the app. The main process asks
 * for what it needs by name instead.
 */
import type { Plugin } from 'vite';

export function plainHttp(): Plugin {
  return { name: 'wukong:plain-http', renderChunk: (code) => ({ code: withPlainHttp(code), map: null }) };
}

/** Of built code, in which every import is one line of its own. */
export function withPlainHttp(code: string): string {
  return code.replaceAll(
    /^import \{ ([\w$, ]+) \} from ["']node:http["'];$/gm,
    (_line, names: string) =>
      `const { ${names.replaceAll(' as ', ': ')} } = process.getBuiltinModule("node:http");`,
  );
}
