/**
 * Large tables written as program text cost whoever loads them ten times their size, a syntax tree that is thrown away
 * at once and that the allocator keeps; each account worker did so for the readings of names. Written as JSON in a
 * string the same table costs itself, and is there in half of the time.
 */
import type { Plugin } from 'vite';

/** What is looked at of a syntax tree (ESTree). */
interface Node {
  type: string;
  start: number;
  end: number;
  name?: string;
  value?: unknown;
  computed?: boolean;
  key?: Node;
  properties?: Node[];
  elements?: (Node | null)[];
  declarations?: { init: Node | null }[];
}

/** Shorter ones are left as they are. */
const LEAST_CHARS = 1_000;

export function dataAsJson(files: RegExp): Plugin {
  return {
    name: 'wukong:data-as-json',
    transform: {
      filter: { id: files },
      handler(code) {
        const written = withDataAsJson(code, this.parse(code).body as unknown as Node[]);
        if (written === code) this.error('no table in it: has the library changed?');
        return { code: written, map: null };
      },
    },
  };
}

/** `code` with the object literals that its top level names, if there is nothing but data in them, as JSON. */
export function withDataAsJson(code: string, body: readonly Node[]): string {
  const tables = body
    .filter(({ type }) => type === 'VariableDeclaration')
    .flatMap(({ declarations = [] }) => declarations.map(({ init }) => init))
    .filter(
      (init): init is Node => init?.type === 'ObjectExpression' && init.end - init.start >= LEAST_CHARS,
    );
  let written = code;
  for (const table of tables.toReversed()) {
    const data = dataOf(table);
    if (data === undefined) continue;
    const json = `JSON.parse(${JSON.stringify(JSON.stringify(data))})`;
    written = written.slice(0, table.start) + json + written.slice(table.end);
  }
  return written;
}

/** undefined = something in it has to be run. */
function dataOf(node: Node | null): unknown {
  if (node?.type === 'Literal')
    return typeof node.value === 'string' || typeof node.value === 'number' ? node.value : undefined;
  if (node?.type === 'ArrayExpression') {
    const values = (node.elements ?? []).map(dataOf);
    return values.includes(undefined) ? undefined : values;
  }
  if (node?.type !== 'ObjectExpression') return undefined;
  const entries = (node.properties ?? []).map(({ type, computed, key, value }) => {
    const name = key?.type === 'Identifier' ? key.name : key?.value;
    // `__proto__` means something else in a program.
    const isPlain = type === 'Property' && !computed && typeof name === 'string' && name !== '__proto__';
    return [isPlain ? name : undefined, dataOf((value ?? null) as Node | null)] as const;
  });
  if (entries.some(([name, value]) => name === undefined || value === undefined)) return undefined;
  return Object.fromEntries(entries);
}
