/**
 * Main process and account worker know some four hundred schemas, and a start checks a few of them. Made at the top
 * of their modules they cost every start; here each becomes one that is made when it is first used
 * (shared/late-schema.ts). Sources and their tests stay as they are: what a schema says does not depend on when it is
 * made.
 */
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { type Node, rootOf, type Statement } from './schema-syntax.ts';

const HELPER = fileURLToPath(new URL('../shared/late-schema.ts', import.meta.url));

/** Methods that give a schema. Of anything else, `parse` and `options` among it, nobody knows whether it can wait. */
const GIVES_SCHEMA = new Set(
  (
    'optional exactOptional nullable nullish catch default prefault readonly unwrap ' +
    'extend safeExtend pick omit partial required strict loose array or and ' +
    'min max length regex refine superRefine check transform pipe brand ' +
    'trim int positive nonnegative finite startsWith endsWith nonempty'
  ).split(' '),
);
/** Of `z` itself: everything but these. */
const NO_SCHEMA = new Set(['config', 'toJSONSchema', 'treeifyError', 'prettifyError', 'flattenError']);

export function lateSchemas(): Plugin {
  return {
    name: 'wukong:late-schemas',
    transform: {
      filter: { id: /\/(?:shared|electron)\/.*\.ts$/, code: /\bfrom ["']zod["']/ },
      handler(code) {
        const late = withLateSchemas(code, this.parse(code).body as unknown as Statement[]);
        return late === code
          ? null
          : { code: `import { lateSchema } from ${JSON.stringify(HELPER)};\n${late}`, map: null };
      },
    },
  };
}

/** Wraps every schema that is a constant of the module, and those that a contract's channels are made of. */
export function withLateSchemas(code: string, body: readonly Statement[]): string {
  const found: Node[] = [];
  for (const statement of body) {
    const declared = statement.declaration ?? statement;
    if (declared.kind !== 'const') continue;
    for (const { id, init } of declared.declarations ?? []) {
      if (init === null) continue;
      if (givesSchema(init)) found.push(init);
      else if (init.type === 'ObjectExpression' && id.name?.endsWith('Contract') === true)
        for (const { value } of init.properties ?? [])
          found.push(...(value?.arguments ?? []).filter((argument) => givesSchema(argument)));
    }
  }
  let late = '';
  let at = 0;
  for (const { start, end } of found.toSorted((a, b) => a.start - b.start)) {
    late += `${code.slice(at, start)}lateSchema(() => (${code.slice(start, end)}))`;
    at = end;
  }
  return late + code.slice(at);
}

/** `z.string().min(1)`, `Settings.nullable()`, `Config.shape.mode.unwrap()`. */
function givesSchema({ type, callee }: Node): boolean {
  if (type !== 'CallExpression' || callee?.type !== 'MemberExpression' || callee.computed) return false;
  const method = callee.property?.name ?? '';
  const root = rootOf(callee);
  if (root === 'z' && isPlain(callee.object)) return !NO_SCHEMA.has(method);
  return GIVES_SCHEMA.has(method) && /^(?:z$|[A-Z](?![A-Z_]))/.test(root);
}

/** `z`, `z.iso`: nothing was called yet. */
function isPlain(node: Node | undefined): boolean {
  return node?.type === 'MemberExpression' ? isPlain(node.object) : node?.type === 'Identifier';
}
