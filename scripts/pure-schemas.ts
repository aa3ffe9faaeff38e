/**
 * The page takes types, numbers and functions of `shared/`, and none of its schemas: what comes in is checked in the
 * main process. A bundler keeps the making of a schema all the same, since a call may do anything. Here it is told that
 * these calls do nothing else, and both the unused schemas and the library behind them leave the page.
 */
import type { Plugin } from 'vite';
import { defaultSettings } from '../shared/settings.ts';
import { rootOf, type Statement } from './schema-syntax.ts';

/** What the page takes of what schemas give, written out. */
const VALUES = new Map<string, unknown>([['defaultSettings', defaultSettings]]);

export function pureSchemas(): Plugin {
  return {
    name: 'wukong:pure-schemas',
    transform: {
      filter: { id: /\/shared\/.*\.ts$/, code: /\bfrom ["']zod["']/ },
      handler(code) {
        return {
          code: withPureSchemas(code, this.parse(code).body as unknown as Statement[], VALUES),
          map: null,
        };
      },
    },
    /** @throws when a module of the page takes a schema as a value: the library would come along for it. */
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const whole = Object.entries(chunk.modules).filter(
          ([id, { renderedLength }]) => renderedLength > 0 && /\/node_modules\/zod\//.test(id),
        );
        if (whole.length > 0)
          this.error(
            `${chunk.fileName} holds zod: the page takes types of schemas only, no \`Some.options\``,
          );
      }
    },
  };
}

/**
 * Marks every schema at the top of a module: what is made by `z`, or of another schema of the module, and every
 * contract. `values`: of constants that are written out instead, by name.
 */
export function withPureSchemas(
  code: string,
  body: readonly Statement[],
  values: ReadonlyMap<string, unknown> = new Map(),
): string {
  const makers = new Set(['z']);
  let marked = '';
  let at = 0;
  for (const statement of body) {
    const { declarations = [] } = statement.declaration ?? statement;
    for (const { id, init } of declarations) {
      if (init === null) continue;
      const isSchema = init.type === 'CallExpression' && makers.has(rootOf(init));
      // A contract makes its schemas inside: whoever takes a number of the module would take all of them along.
      const isContract = init.type === 'ObjectExpression' && id.name?.endsWith('Contract') === true;
      if (!isSchema && !isContract) continue;
      if (id.name !== undefined) makers.add(id.name);
      const value = id.name !== undefined && values.has(id.name) ? JSON.stringify(values.get(id.name)) : null;
      const text = code.slice(init.start, init.end);
      const made = value ?? `/* @__PURE__ */ (() => ${isContract ? `(${text})` : text})()`;
      marked += code.slice(at, init.start) + made;
      at = init.end;
    }
  }
  return marked + code.slice(at);
}
