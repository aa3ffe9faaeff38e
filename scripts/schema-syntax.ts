/** The syntax of modules with schemas, as the plugins of the build see it (late-schemas.ts, pure-schemas.ts). */

/** What is looked at of a syntax tree (ESTree). */
export interface Node {
  type: string;
  start: number;
  end: number;
  kind?: string;
  name?: string;
  computed?: boolean;
  callee?: Node;
  object?: Node;
  property?: Node;
  arguments?: Node[];
  properties?: { value?: Node }[];
}
export interface Statement extends Node {
  declaration?: Statement | null;
  declarations?: { id: Node; init: Node | null }[];
}

/** `z` of `z.string().min(1)`. */
export function rootOf(node: Node): string {
  let inner: Node = node;
  for (;;) {
    const next = inner.type === 'CallExpression' ? inner.callee : inner.object;
    if (next === undefined) return inner.name ?? '';
    inner = next;
  }
}
