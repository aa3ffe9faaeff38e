import { parseSync } from 'vite';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { lateSchema } from '../shared/late-schema.ts';
import { withLateSchemas } from './late-schemas.ts';

const late = (code: string): string =>
  withLateSchemas(code, parseSync('some.js', code).program.body as never);

it('lets the schemas of a module wait, and schemas of schemas', () => {
  expect(
    late(`import { z } from 'zod';
export const A = z.object({ a: z.string().min(1) }).readonly(), at = z.iso.datetime();
const B = A.unwrap();`),
  ).toBe(`import { z } from 'zod';
export const A = lateSchema(() => (z.object({ a: z.string().min(1) }).readonly())), at = lateSchema(() => (z.iso.datetime()));
const B = lateSchema(() => (A.unwrap()));`);
});

it('lets the arguments of channels wait, not the channels', () => {
  expect(
    late(`export const someContract = { ...other, a: call(z.string(), Done), b: query(Id.nullable(), X) };`),
  ).toBe(
    'export const someContract = { ...other, a: call(lateSchema(() => (z.string())), Done), b: query(lateSchema(() => (Id.nullable())), X) };',
  );
});

it.each([
  'export const defaults = Settings.parse({});',
  'export const names = Kind.options;',
  'const list = z.enum(["a"]).options.map((each) => each);',
  'export const x = register();',
  'const bytes = Buffer.from("a");',
  'const keys = list.filter(Boolean).min(1);',
  'export function f() { const inner = z.string(); return inner; }',
  'let later = z.string();',
  'z.config({});',
])('leaves alone: %s', (code) => {
  expect(late(code)).toBe(code);
});

it('stands for a schema that is made when it is first used, once', () => {
  let made = 0;
  const Some = lateSchema(() => {
    made += 1;
    return z.object({ a: z.int().min(1), b: z.string().default('b') });
  });
  const Outer = lateSchema(() =>
    z.union([z.object({ list: z.array(Some), one: Some.nullable() }), z.null()]),
  );
  expect(made).toBe(0);

  expect(Outer.parse({ list: [{ a: 1 }], one: null })).toEqual({ list: [{ a: 1, b: 'b' }], one: null });
  expect(Some.safeParse({ a: 0 }).error?.issues[0]?.path).toEqual(['a']);
  expect(Some.extend({ c: z.boolean() }).partial().parse({ c: true })).toEqual({ b: 'b', c: true });
  expect(Object.keys(Some.shape)).toEqual(['a', 'b']);
  expect(Some.shape.b.unwrap().parse('x')).toBe('x');
  expect(Some instanceof z.ZodObject).toBe(true);
  expect('parse' in Some).toBe(true);
  expect(made).toBe(1);
});

it('chooses among such schemas by what tells them apart', () => {
  const A = lateSchema(() => z.object({ kind: z.literal('a'), n: z.number() }));
  const B = lateSchema(() => z.object({ kind: z.literal('b') }));
  const Either = lateSchema(() => z.discriminatedUnion('kind', [A, B]));
  expect(Either.parse({ kind: 'a', n: 1 })).toEqual({ kind: 'a', n: 1 });
  expect(Either.safeParse({ kind: 'c' }).success).toBe(false);
  expect(Either.options).toHaveLength(2);
});

it('throws what making it throws, each time', () => {
  const Some = lateSchema((): z.ZodType => {
    throw new Error('no such schema');
  });
  expect(() => Some.parse(1)).toThrow('no such schema');
  expect(() => Some.parse(1)).toThrow('no such schema');
});
