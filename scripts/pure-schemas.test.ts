import { parseSync } from 'vite';
import { expect, it } from 'vitest';
import { withPureSchemas } from './pure-schemas.ts';

const marked = (code: string, values?: ReadonlyMap<string, unknown>): string =>
  withPureSchemas(code, parseSync('some.js', code).program.body as never, values);

it('marks schemas, and schemas of schemas, as calls that nobody needs for what else they do', () => {
  expect(
    marked(`import { z } from 'zod';
export const A = z.object({ a: z.string().min(1) }).readonly();
const B = A.unwrap(), list = [1];
export const C = z.array(B);`),
  ).toBe(`import { z } from 'zod';
export const A = /* @__PURE__ */ (() => z.object({ a: z.string().min(1) }).readonly())();
const B = /* @__PURE__ */ (() => A.unwrap())(), list = [1];
export const C = /* @__PURE__ */ (() => z.array(B))();`);
});

it('marks contracts, in which schemas are made', () => {
  expect(marked(`export const someContract = { a: call(z.string(), Done) };`)).toBe(
    'export const someContract = /* @__PURE__ */ (() => ({ a: call(z.string(), Done) }))();',
  );
});

it.each([
  'export const list = { a: call() };',
  'export const x = register();',
  'export function f() { const inner = z.string(); return inner; }',
  'const zed = y.z.string();',
  'z.config({});',
  'export { a } from "./a";',
  'let later;',
])('leaves alone: %s', (code) => {
  expect(marked(code)).toBe(code);
});

it('writes out a constant whose value is known', () => {
  const code = 'const S = z.object({}); export const defaults = S.parse({}); // end';
  expect(marked(code, new Map([['defaults', { theme: 'dark' }]]))).toBe(
    'const S = /* @__PURE__ */ (() => z.object({}))(); export const defaults = {"theme":"dark"}; // end',
  );
});
